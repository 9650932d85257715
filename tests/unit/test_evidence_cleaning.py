"""Of a file that a stranger sends nothing is kept but what one sees, and no file harms whoever opens it."""

from __future__ import annotations

import time
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from survey_app import evidence
from survey_app.evidence import CleanFile, Unfit, cleaning
from tests.machinery import notices
from tests.machinery.notices import CANARY

SOUND = {"jpeg": notices.jpeg(), "png": notices.png(), "heic": notices.heic()}


def seen(file: CleanFile) -> Image.Image:
    picture = Image.open(BytesIO(file.content))
    picture.load()
    return picture


def refused(content: bytes, kind: str = "file") -> Unfit:
    with pytest.raises(Unfit) as caught:
        evidence.clean(content, kind)
    return caught.value


def whiter(picture: Image.Image, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether the dot at `left` is white and the one at `right` is not."""
    grey = picture.convert("L")
    return grey.getpixel(left) > 240 and grey.getpixel(right) < 200


@pytest.mark.parametrize("kind", SOUND)
def test_place_camera_and_words_are_gone_and_the_picture_is_there(kind: str):
    content = SOUND[kind]
    assert CANARY.encode() in content, "what is searched for can be found"
    clean = evidence.clean(content, "image")
    assert CANARY.encode() not in clean.content
    picture = seen(clean)
    assert (clean.type, picture.format, picture.size) == ("jpg", "JPEG", (640, 480))
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert whiter(picture, (10, 240), (630, 240))


def test_a_photo_is_turned_as_the_camera_was_held_before_that_is_forgotten():
    picture = seen(evidence.clean(notices.jpeg(orientation=6)))
    assert picture.size == (480, 640)
    assert whiter(picture, (240, 10), (240, 630)), "what was left is now above"


def test_what_is_transparent_is_white_and_what_is_grey_stays_grey():
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert seen(evidence.clean(notices.png(clear))).getpixel((4, 4)) == (255, 255, 255)
    assert seen(evidence.clean(notices.png(Image.new("I;16", (8, 8), 0xFFFF)))).mode == "L"
    palette = notices.photo().convert("P")
    assert whiter(seen(evidence.clean(notices.png(palette))), (10, 240), (630, 240))
    ink = notices.written(notices.photo(mode="CMYK", colour="black"), "JPEG")
    assert seen(evidence.clean(ink)).mode == "RGB"


@pytest.mark.parametrize("size", [(4000, 1000), (12_000, 9_000)])
def test_a_large_photo_gets_smaller_and_keeps_its_shape(size: tuple[int, int]):
    picture = seen(evidence.clean(notices.jpeg(notices.photo(size))))
    assert max(picture.size) == 2400
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)


def test_the_same_photo_comes_out_the_same_so_that_it_can_be_known_again():
    assert evidence.clean(SOUND["jpeg"]) == evidence.clean(SOUND["jpeg"])
    assert evidence.clean(notices.pdf()) == evidence.clean(notices.pdf())


def test_damaged_notes_on_a_sound_photo_are_no_reason_to_refuse_it():
    broken = notices.written(
        notices.photo(), "JPEG", exif=b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff" + b"\xff" * 40
    )
    assert seen(evidence.clean(broken)).size == (640, 480)


POLYGLOTS = {
    "words behind the picture": SOUND["jpeg"] + f"<script>{CANARY}</script>".encode(),
    "a packed file behind the picture": SOUND["jpeg"] + b"PK\x03\x04" + CANARY.encode(),
    "a script in a comment": notices.written(notices.photo(), "JPEG", comment=f"*/{CANARY}/*".encode()),
    "words behind the screenshot": SOUND["png"] + CANARY.encode(),
}


@pytest.mark.parametrize("content", POLYGLOTS.values(), ids=POLYGLOTS)
def test_a_file_that_is_two_things_comes_out_as_the_picture_alone(content: bytes):
    assert CANARY.encode() in content
    assert CANARY.encode() not in evidence.clean(content).content


NO_PICTURES = {
    "empty": (b"", "empty"),
    "words": ("处罚决定书".encode(), "other"),
    "a GIF that is also a script": (b"GIF89a/*" + b"\x00" * 99 + b"*/=1;alert(1)", "other"),
    "a GIF": (notices.written(notices.photo(), "GIF"), "other"),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "other"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "other"),
    "a packed file": (b"PK\x03\x04" + b"\x00" * 99, "other"),
    "a program": (b"MZ" + b"\x90" * 99, "other"),
    "a web page that says it is a PDF": (b"<html>%PDF-1.7", "other"),
    "a film of a phone": (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 99, "other"),
    "the first bytes of a photo": (b"\xff\xd8\xff\xe0", "broken"),
    "half a photo": (SOUND["jpeg"][: len(SOUND["jpeg"]) // 2], "broken"),
    "half a screenshot": (SOUND["png"][: len(SOUND["png"]) // 2], "broken"),
    "half a photo of a newer phone": (SOUND["heic"][: len(SOUND["heic"]) // 2], "broken"),
    "noise that begins like a PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 9, "broken"),
    "a PDF without a page": (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]"
        b"/Count 0>>endobj trailer<</Root 1 0 R>>",
        "broken",
    ),
}


@pytest.mark.parametrize(("content", "reason"), NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_cannot_be_opened_safely_is_refused_with_words(content: bytes, reason: str):
    unfit = refused(content)
    assert (unfit.reason, unfit.status) == (reason, 422)
    assert unfit.words.endswith(".")


def test_a_question_for_photos_takes_no_pdf_and_says_so():
    assert refused(notices.pdf(), "image").reason == "picture"
    assert refused(b"words", "image").reason == "picture"


def test_eight_megabytes_are_taken_and_one_byte_more_is_not():
    full = SOUND["jpeg"].ljust(cleaning.LARGEST, b"\x00")
    assert seen(evidence.clean(full)).size == (640, 480)
    assert refused(full + b"\x00").reason == "large"


def test_a_picture_that_opens_to_gigabytes_is_refused_before_it_does():
    content = notices.bomb()
    assert len(content) < 1_000_000
    began = time.monotonic()
    assert refused(content).reason == "pixels"
    assert time.monotonic() - began < 10


def test_a_reader_that_does_not_come_back_is_ended_and_the_next_file_is_taken(monkeypatch):
    with monkeypatch.context() as short:
        short.setattr(cleaning, "PATIENCE", 0.001)
        assert refused(SOUND["jpeg"]).reason == "broken"
    assert evidence.clean(SOUND["jpeg"]).type == "jpg"


def test_a_reader_that_asks_for_too_much_memory_is_ended_with_words(monkeypatch):
    large = notices.written(Image.new("RGBA", (6000, 6000)), "PNG")
    assert seen(evidence.clean(large)).size == (2400, 2400)
    monkeypatch.setattr(cleaning, "MEMORY", 250_000_000)
    assert refused(large).reason == "pixels"


def test_where_many_files_come_at_once_the_last_one_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(cleaning, "QUEUE_SECONDS", 0.01)
    with cleaning.AT_ONCE, cleaning.AT_ONCE:
        unfit = refused(SOUND["jpeg"])
    assert (unfit.reason, unfit.status) == ("busy", 503)
    assert evidence.clean(SOUND["jpeg"]).type == "jpg"


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_pdf_only_the_pages_are_left(packed: bool):
    document = notices.pdf(packed=packed)
    assert CANARY.encode() in notices.laid_open(document)
    clean = evidence.clean(document)
    assert clean.type == "pdf"
    laid_open = notices.laid_open(clean.content)
    for trace in (
        CANARY,
        "JavaScript",
        "/URI",
        "EmbeddedFile",
        "/Annots",
        "/OpenAction",
        "/Metadata",
        "/Info",
    ):
        assert trace.encode() not in laid_open, trace
    with pikepdf.open(BytesIO(clean.content)) as found:
        (page,) = found.pages
        assert set(page.obj.keys()) == {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
        assert b"/Scan Do" in page.Contents.read_bytes()
        scan = pikepdf.PdfImage(page.Resources.XObject.Scan).as_pil_image()
        assert whiter(scan, (10, 240), (630, 240))


def test_a_pdf_keeps_its_letters():
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                AA=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
                )
            )
        )
        page.obj.Contents = document.make_stream(b"BT /AA 12 Tf (fined twice) Tj ET")
        written = BytesIO()
        document.save(written)
    with pikepdf.open(BytesIO(evidence.clean(written.getvalue()).content)) as found:
        assert found.pages[0].Resources.Font.AA.BaseFont == pikepdf.Name.Courier
        assert b"(fined twice) Tj" in found.pages[0].Contents.read_bytes()


@pytest.mark.parametrize(("owner", "user"), [("a", "b"), ("a", "")])
def test_a_locked_pdf_is_refused_with_words(owner: str, user: str):
    locked = notices.pdf(encryption=pikepdf.Encryption(owner=owner, user=user))
    assert refused(locked).reason == "locked"


def test_a_photo_in_a_pdf_that_unpacks_without_end_or_is_broken_is_refused():
    assert refused(notices.pdf(b"\xff\xd8\xff" + b"\x00" * 200_000_000, packed=True)).reason == "broken"
    assert refused(notices.pdf(b"no photo")).reason == "broken"
