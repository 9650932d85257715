"""A stranger's file on standard input, a clean one on standard output: run in a process of its own (apart.py).

The arguments are the kinds of files that are let in. The first line that comes out is JSON: the clean file's type, or
why there is none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial

from survey_app.evidence.refusal import Refusal

HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
"""Major brands of pictures in HEIF that phones write (ISO/IEC 23008-12, annex B)."""


def recognised(content: bytes) -> str:
    """The kind of file, by how it begins. Raises Refusal for one that is not known here."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "heic"
    raise Refusal("other")


def _picture(form: str, content: bytes) -> bytes:
    # imported here, and so below: a picture need not wait for the library that opens documents
    from survey_app.evidence.pictures import clean_picture

    return clean_picture(content, form)


def _document(content: bytes) -> bytes:
    from survey_app.evidence.documents import clean_document

    return clean_document(content)


CLEANERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "jpeg": ("jpg", partial(_picture, "JPEG")),
    "png": ("jpg", partial(_picture, "PNG")),
    "heic": ("jpg", partial(_picture, "HEIF")),
    "pdf": ("pdf", _document),
}
"""Kind of file to the type that comes out, and to what makes it."""


def main(allowed: list[str]) -> None:
    """Write the line and the clean file."""
    content, clean = sys.stdin.buffer.read(), b""
    try:
        kind = recognised(content)
        if kind not in allowed:
            raise Refusal("other")
        ending, cleaner = CLEANERS[kind]
        clean = cleaner(content)
        about = {"type": ending}
    except Refusal as refusal:
        about = {"refused": refusal.reason}
    except MemoryError:
        about = {"refused": "pixels"}
    except Exception:  # whatever a library says of a file made to break it, to the person it is damaged
        about = {"refused": "broken"}
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + clean)


if __name__ == "__main__":
    main(sys.argv[1:])
