"""A QR code as part of a page: drawn in place, so that no picture has an address of its own."""

from __future__ import annotations

import segno
from markupsafe import Markup

MASK = 6
"""The pattern laid over the squares. Every one is read as well; finding the best looking one takes most of the time."""


def drawn(words: str) -> Markup:
    """`words` as an SVG; dark on light in a dark page too, since some phones read it only so."""
    made = segno.make(words, micro=False, error="m", mask=MASK)
    svg = made.svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704  # numbers and fixed names: the words themselves are not in it
