"""Pictures, decoded and encoded anew, so that nothing is left but what one sees. Used in the process apart only."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps

from survey_app.evidence.refusal import Refusal

LONGEST = 2400
"""Dots of the longer side: every word of a photographed page can be read."""
QUALITY = 85
MOST_PIXELS = {"JPEG": 250_000_000}
"""A JPEG is decoded at a fraction of its size, so that the largest sensors of phones are no bomb."""
MOST_PIXELS_ELSE = 64_000_000

Image.MAX_IMAGE_PIXELS = None  # the limits here are stricter
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def clean_picture(content: bytes, form: str) -> bytes:
    """The picture as JPEG, upright, on white, at most LONGEST dots long. Raises Refusal, and what Pillow raises."""
    with Image.open(BytesIO(content), formats=[form]) as found:
        measured(found)
        found.draft("RGB", (LONGEST, LONGEST))
        found.load()
        with suppress(
            Exception
        ):  # where the notes on how the camera was held are damaged, it stays as it lies
            ImageOps.exif_transpose(found, in_place=True)
        picture = flat(found)
    picture.thumbnail((LONGEST, LONGEST))
    return encoded(picture)


def measured(picture: Image.Image) -> None:
    """Raise Refusal for a picture of which there is more than fits, before it is decoded."""
    if picture.width * picture.height > MOST_PIXELS.get(picture.format or "", MOST_PIXELS_ELSE):
        raise Refusal("pixels")


def flat(picture: Image.Image) -> Image.Image:
    """The picture in grey or in colours, on white where it is transparent."""
    if picture.has_transparency_data:
        white = Image.new("RGB", picture.size, "white")
        seen = picture.convert("RGBA")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return picture.convert("L" if picture.mode in ("1", "L", "I", "I;16", "F") else "RGB")


def encoded(picture: Image.Image) -> bytes:
    """JPEG of the bare dots: Pillow would write a picture's comments and notes along with it."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    written = BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
