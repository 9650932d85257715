"""Photos and documents as respondents send them and as attackers do, made here so that each is known by its bytes."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pikepdf
import pillow_heif
from pikepdf import Name
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

CANARY = "K1840-huang-shifu"
"""Stands in every place in which a file can say more than one sees."""
GPS = 0x8825
MAKER, MODEL, DESCRIPTION, COMMENT, ORIENTATION = 0x010F, 0x0110, 0x010E, 0x9286, 0x0112


def photo(size: tuple[int, int] = (640, 480), colour: str = "red", mode: str = "RGB") -> Image.Image:
    """A picture whose left half is white, so that one sees how it lies."""
    picture = Image.new(mode, size, colour)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1]), "white")
    return picture


def notes(orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo: place, camera, words."""
    exif = Image.Exif()
    exif[MAKER] = exif[MODEL] = exif[DESCRIPTION] = CANARY
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 20.0, 15.25), 3: "E", 4: (103.0, 10.0, 5.5), 29: CANARY})
    return exif


def written(picture: Image.Image, form: str, **more: Any) -> bytes:
    """The picture as a file of that format."""
    file = BytesIO()
    picture.save(file, form, **more)
    return file.getvalue()


def jpeg(picture: Image.Image | None = None, orientation: int = 1, **more: Any) -> bytes:
    """A photo with all that can stand in it beside what one sees."""
    shown = picture or photo()
    return written(shown, "JPEG", exif=notes(orientation), comment=CANARY.encode(), **more)


def png(picture: Image.Image | None = None) -> bytes:
    """A screenshot with words and notes beside it."""
    info = PngInfo()
    info.add_text("Author", CANARY)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>", zip=True)
    return written(picture or photo(), "PNG", pnginfo=info, exif=notes())


def heic() -> bytes:
    """A photo of a newer phone."""
    file = BytesIO()
    heif = pillow_heif.from_pillow(photo())
    heif.save(file, exif=notes().tobytes(), xmp=f"<x>{CANARY}</x>".encode(), quality=90)
    return file.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A sound PNG of side × side dots that is a few hundred kB, and gigabytes once it is opened."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    packing = zlib.compressobj()
    row = bytes(1 + side // 8)
    rows = b"".join(packing.compress(row) for _ in range(side)) + packing.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(photo_of_notice: bytes | None = None, packed: bool = False, **more: Any) -> bytes:
    """A scanned notice of one page, with every thing that must not stay; `packed`: its photo is packed once more."""
    scan = jpeg() if photo_of_notice is None else photo_of_notice
    with pikepdf.new() as document:
        script = pikepdf.Dictionary(S=Name.JavaScript, JS=f"app.alert('{CANARY}')")
        page = document.add_blank_page(page_size=(595, 842)).obj
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Scan=_scan(document, scan, packed)),
            Properties=pikepdf.Dictionary(Notes=pikepdf.Dictionary(Author=CANARY)),
        )
        page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /Scan Do Q")
        page.Annots = pikepdf.Array([_link(document, CANARY)])
        page.AA = pikepdf.Dictionary(O=script)
        page.PieceInfo = pikepdf.Dictionary(Maker=CANARY)
        document.Root.OpenAction = script
        named = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script]))
        document.Root.Names = pikepdf.Dictionary(JavaScript=named)
        document.attachments["notes.txt"] = pikepdf.AttachedFileSpec(
            document, CANARY.encode(), filename=CANARY
        )
        document.docinfo["/Author"] = CANARY
        with document.open_metadata() as about:
            about["dc:creator"] = [CANARY]
        file = BytesIO()
        document.save(file, **more)
    return file.getvalue()


def _scan(document: pikepdf.Pdf, photo: bytes, packed: bool) -> pikepdf.Stream:
    scan = document.make_stream(zlib.compress(photo) if packed else photo)
    scan.Type, scan.Subtype, scan.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    scan.Width, scan.Height, scan.BitsPerComponent = 640, 480, 8
    scan.Filter = pikepdf.Array([Name.FlateDecode, Name.DCTDecode]) if packed else Name.DCTDecode
    scan.Metadata = document.make_stream(CANARY.encode())
    return scan


def _link(document: pikepdf.Pdf, words: str) -> Any:
    action = pikepdf.Dictionary(S=Name.URI, URI=f"http://example.org/{words}")
    link = pikepdf.Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action, Contents=words)
    return document.make_indirect(link)


def laid_open(document: bytes) -> bytes:
    """A PDF with all that is packed in it unpacked, as a search for words needs it; photos stay as they are."""
    file = BytesIO()
    with pikepdf.open(BytesIO(document)) as found:
        found.save(file, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return document + file.getvalue()
