"""Draw the zero of the text font without its bar, in a font of that one sign: `uv run python scripts/zero.py`.

Atkinson Hyperlegible Next has no other zero than a barred one. Its two half counters are joined into one, at every
weight; the rest of the font is left as it came. The SIL licence allows it, and reserves no name.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from fontTools.varLib.iup import iup_delta

FONTS = Path(__file__).parents[1] / "static/fonts/atkinson-hyperlegible-next"
PHANTOMS = 4


def without_bar(font):
    """Join the two half counters of the zero: the same points, in the order of one contour."""
    glyph = font["glyf"]["zero"]
    outer, lower, upper = glyph.endPtsOfContours
    # Each half meets the bar twice: the lower one after its fourth point, the upper one after its first.
    order = [*range(outer + 1), *range(outer + 1, outer + 5), *range(lower + 2, upper + 1), lower + 1]
    order += range(outer + 5, lower + 1)
    assert sorted(order) == list(range(upper + 1))
    coordinates = list(glyph.coordinates)
    for variation in font["gvar"].variations["zero"]:
        points = coordinates + [(0, 0)] * PHANTOMS
        deltas = iup_delta(variation.coordinates, points, glyph.endPtsOfContours)
        variation.coordinates = [deltas[n] for n in order] + deltas[-PHANTOMS:]
    glyph.coordinates = GlyphCoordinates([coordinates[n] for n in order])
    glyph.flags = bytearray(glyph.flags[n] for n in order)
    glyph.numberOfContours, glyph.endPtsOfContours = 2, [outer, upper]
    glyph.program.fromBytecode(b"")


for style in ("normal", "italic"):
    font = TTFont(FONTS / f"atkinson-hyperlegible-next-latin-wght-{style}.woff2")
    subsetter = Subsetter(Options(layout_features=["tnum", "pnum"], name_IDs=["*"], hinting=False))
    subsetter.populate(unicodes=[ord("0")])
    subsetter.subset(font)
    without_bar(font)
    font.flavor = "woff2"
    font.save(FONTS / f"zero-wght-{style}.woff2")
