"""The zero of the text font has no bar, in every style and at every weight."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

CSS = Path(settings.BASE_DIR) / "static/css/jetons.css"


@pytest.mark.parametrize("style", ["normal", "italic"])
@pytest.mark.parametrize("weight", [200, 400, 800])
def test_the_zero_is_a_ring(style, weight):
    faces = re.findall(r"@font-face \{(.*?)\}", CSS.read_text(), re.DOTALL)
    mine = [face for face in faces if "Atkinson" in face and f"font-style: {style}" in face]
    # The last one that holds a sign draws it.
    assert "unicode-range: U+0030;" in mine[-1]
    name = re.search(r'url\("\.\./(.*?)"\)', mine[-1])[1]
    font = TTFont(CSS.parents[1] / name)
    assert set(font.getBestCmap()) == {ord("0")}
    font = instantiateVariableFont(font, {"wght": weight})
    glyph = font["glyf"]["zero"]
    assert glyph.numberOfContours == 2
    pen = AreaPen()
    font.getGlyphSet()["zero"].draw(pen)
    # Ink around a counter, never across it.
    assert 0 < abs(pen.value) < 650 * 700
    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
