"""PDF documents, reduced to their pages. Used in the process apart only.

Lists of what may stay, not of what must go: scripts, links, forms, embedded files, notes about the document and its
maker, and whatever a later PDF adds, hang on keys of the document, of a page or of a picture that are not named here
(ISO 32000-2, 7.7.2, 7.7.3.3, 7.8.3, 8.9.5, 8.10.2).
"""

from __future__ import annotations

import zlib
from collections.abc import Container
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image, ImageChops

from survey_app.evidence.pictures import encoded, measured
from survey_app.evidence.refusal import Refusal

OF_PAGE = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources"}
)
OF_RESOURCES = frozenset(
    {"/ColorSpace", "/ExtGState", "/Font", "/Pattern", "/ProcSet", "/Shading", "/XObject"}
)
NOT_OF_STREAM = frozenset(
    {
        "/AF",
        "/Alternates",
        "/LastModified",
        "/Measure",
        "/Metadata",
        "/OC",
        "/OPI",
        "/PieceInfo",
        "/PtData",
        "/Ref",
        "/StructParent",
        "/StructParents",
    }
)
"""Of streams the other way round: fonts, pictures, patterns and functions have many keys of their own."""
PHOTOS = ("/DCTDecode", "/JPXDecode")
UNPACKED = 64_000_000
"""Bytes of one photo that is packed once more."""
COLOURS = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}


def clean_document(content: bytes) -> bytes:
    """The pages of the PDF as a new PDF. Raises Refusal, and what pikepdf and Pillow raise."""
    try:
        found = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError as error:
        raise Refusal("locked") from error
    with found, pikepdf.new() as clean:
        if found.is_encrypted:
            raise Refusal("locked")
        for page in found.pages:
            _keep(page.obj, OF_PAGE)
            clean.pages.append(page)
        if not len(clean.pages):
            raise Refusal("broken")
        for each in clean.objects:
            _clean(each)
        written = BytesIO()
        clean.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue()


def _keep(dictionary: Any, names: Container[str]) -> None:
    for name in list(dictionary.keys()):
        if name not in names:
            del dictionary[name]


def _clean(each: Any) -> None:
    if isinstance(each, pikepdf.Stream):
        for name in NOT_OF_STREAM & set(each.keys()):
            del each[name]
        _take_photo_anew(each)
    if isinstance(each, pikepdf.Stream | pikepdf.Dictionary) and "/Resources" in each:
        _keep(each.Resources, OF_RESOURCES)


def _take_photo_anew(stream: Any) -> None:
    """Decode and encode a photo inside the document, which holds all that its camera wrote."""
    found = stream.get("/Filter", pikepdf.Array())
    filters = [str(name) for name in (found if isinstance(found, pikepdf.Array) else [found])]
    if not filters or filters[-1] not in PHOTOS:
        return
    with Image.open(BytesIO(_raw(stream, filters[:-1])), formats=["JPEG", "JPEG2000"]) as photo:
        measured(photo)
        photo.load()
        picture = photo if photo.mode in COLOURS else photo.convert("RGB")
        if picture.mode == "CMYK" and photo.format == "JPEG" and "adobe" not in photo.info:
            picture = ImageChops.invert(picture)  # as Pillow writes it and reads it where Adobe's mark stands
        stream.write(encoded(picture), filter=pikepdf.Name.DCTDecode, decode_parms=None)
    if filters[-1] == "/JPXDecode":
        _in_plain_colours(stream, COLOURS[picture.mode])


def _in_plain_colours(stream: Any, colours: str) -> None:
    """A JPEG 2000 knows its colours by itself; what is written in its place is told them."""
    stream.ColorSpace = pikepdf.Name(colours)
    stream.BitsPerComponent = 8
    for name in {"/Decode", "/SMaskInData"} & set(stream.keys()):
        del stream[name]


def _raw(stream: Any, packed: list[str]) -> bytes:
    """The photo's own bytes, unpacked where it was packed once more, as some programs do."""
    raw: bytes = stream.read_raw_bytes()
    for name in packed:
        if name != "/FlateDecode":
            raise Refusal("broken")
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(raw, UNPACKED)
        if not unpacking.eof:
            raise Refusal("broken")
    return raw
