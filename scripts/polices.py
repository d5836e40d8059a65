"""Make the typefaces of the documents again: scripts/polices.py [FOLDER] (needs fontTools, and three Debian packages).

Their order, and what a document uses of them, stand in `templates/documents/base.typ` (`ecritures`).

`fonts-noto-core`, `fonts-droid-fallback` (Chinese, Japanese) and `fonts-nanum` (Korean) give the scripts of the world,
less the hints that a printed page has no use for and the signs to which each maker gave a meaning of its own. The last
typeface is ours: it draws the same box for every sign there is, once for each group of signs that belong together, so
that a document is never refused and its text can still be copied as it was typed.
"""

import sys
import unicodedata
from collections import Counter
from pathlib import Path

from fontTools import subset, ttLib
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.unicodedata import script, script_name

OURS = Path(__file__).resolve().parent.parent / "templates" / "documents" / "fonts" / "ecritures"
DEBIAN = Path("/usr/share/fonts/truetype")
# Latin with its many accents, Greek and Cyrillic; then each living script by name; then signs.
NOTO = (
    *("NotoSans", "NotoSansAdlam", "NotoSansArabic", "NotoSansArmenian", "NotoSansBalinese", "NotoSansBengali"),
    *("NotoSansCanadianAboriginal", "NotoSansChakma", "NotoSansCham", "NotoSansCherokee", "NotoSansCoptic"),
    *("NotoSansDevanagari", "NotoSansEthiopic", "NotoSansGeorgian", "NotoSansGujarati", "NotoSansGurmukhi"),
    *("NotoSansHanifiRohingya", "NotoSansHebrew", "NotoSansJavanese", "NotoSansKannada", "NotoSansKhmer"),
    *("NotoSansLao", "NotoSansLepcha", "NotoSansLimbu", "NotoSansMalayalam", "NotoSansMeeteiMayek"),
    *("NotoSansMongolian", "NotoSansMyanmar", "NotoSansNKo", "NotoSansOlChiki", "NotoSansOriya", "NotoSansSinhala"),
    *("NotoSansSundanese", "NotoSansSyriac", "NotoSansTagalog", "NotoSansTamil", "NotoSansTelugu", "NotoSansThaana"),
    *("NotoSansThai", "NotoSerifTibetan", "NotoSansTifinagh", "NotoSansVai", "NotoSansSymbols", "NotoSansSymbols2"),
)
DROPPED = ["DSIG", "STAT", "meta", "gasp", "VDMX", "hdmx", "LTSH", "PCLT", "vhea", "vmtx"]
# Signs that share a glyph are this far apart: those of one document seldom do, and each keeps its text.
STEP = 1000
# Signs written on the one before, beside the marks: jamos, skin tones, variation selectors, tags.
FOLLOWING = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), range(0x1F3FB, 0x1F400), range(0xE0000, 0xE1000))


def reduce(source: Path, target: Path, *, keep=lambda code: True, rename="") -> None:
    """The same typeface with the signs `keep` says and the same shaping, less its hints.

    rename: what a changed version is called when its licence reserves the name.
    """
    options = subset.Options()
    options.hinting = options.glyph_names = options.legacy_cmap = False
    options.notdef_outline = True
    options.layout_features, options.name_IDs = ["*"], ["*"]
    options.drop_tables = [*options.drop_tables, *DROPPED]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for code in font.getBestCmap() if keep(code) and not is_private(code)])
    subsetter.subset(font)
    for record in font["name"].names if rename else ():
        if record.nameID in (1, 3, 4, 6, 16, 18):
            record.string = rename.replace(" ", "") if record.nameID == 6 else rename
    subset.save_font(font, target, options)


def is_private(code: int) -> bool:
    return 0xE000 <= code < 0xF900 or code >= 0xF0000


def box():
    pen = TTGlyphPen(None)
    for low, high, reverse in ((60, 660, False), (120, 600, True)):
        corners = [(low, low - 60), (low, high + 40 - 60), (high, high + 40 - 60), (high, low - 60)]
        if reverse:
            corners.reverse()
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def follows(code: int) -> bool:
    """Whether this sign is written on the one before it."""
    return unicodedata.category(chr(code)) in ("Mn", "Me", "Mc", "Cf", "Cc", "Zl", "Zp") or any(
        code in codes for codes in FOLLOWING
    )


def last_resort(target: Path) -> None:
    """A typeface that has every sign: a box for the first of a cluster, nothing for those that follow."""
    kinds = ("base", "suite")
    names = [".notdef", *(f"{kind}.{rank:03}" for kind in kinds for rank in range(STEP))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.setupCharacterMap({})
    drawn, empty = box(), TTGlyphPen(None).glyph()
    builder.setupGlyf({name: empty if name.startswith("suite") else drawn for name in names})
    builder.setupHorizontalMetrics({name: (0, 0) if name.startswith("suite") else (720, 60) for name in names})
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-200, usWinAscent=900, usWinDescent=200)
    builder.setupNameTable(
        {
            "familyName": "Label Sans Dessin",
            "styleName": "Regular",
            "uniqueFontIdentifier": "LabelSansDessin",
            "fullName": "Label Sans Dessin",
            "psName": "LabelSansDessin-Regular",
            "version": "Version 1.000",
        }
    )
    builder.setupPost(keepGlyphNames=False)
    codes = CmapSubtable.newSubtable(12)
    codes.platformID, codes.platEncID, codes.language, codes.format = 3, 10, 0, 12
    codes.cmap = {
        code: f"{'suite' if follows(code) else 'base'}.{code % STEP:03}"
        for code in (*range(0x20, 0xD800), *range(0xE000, 0x110000))
    }
    builder.font["cmap"].tables = [codes]
    builder.font.recalcTimestamp = False
    builder.font.save(target)


def coverage(folder: Path) -> str:
    """What the typefaces of `folder` draw, script by script: how many of its letters and marks, and in which files."""
    total = Counter(script(chr(code)) for code in range(0x110000) if is_written(code))
    files, drawn = {}, {}
    for path in sorted(folder.rglob("*.ttf")):
        if path.name.startswith("LabelSansDessin"):
            continue
        with ttLib.TTFont(path, lazy=True) as font:
            for code in filter(is_written, font.getBestCmap()):
                found = script(chr(code))
                files.setdefault(found, Counter())[path.stem] += 1
                drawn.setdefault(found, set()).add(code)
    lines = [
        f"{script_name(code)}: {len(drawn[code])} / {total[code]} ({', '.join(sorted(files[code]))})"
        for code in sorted(drawn, key=script_name)
        if code not in ("Zzzz", "Zyyy", "Zinh")
    ]
    return "\n".join(lines) + "\n"


def is_written(code: int) -> bool:
    return unicodedata.category(chr(code))[0] in "LM"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else OURS
    folder.mkdir(parents=True, exist_ok=True)
    for name in NOTO:
        reduce(DEBIAN / "noto" / f"{name}-Regular.ttf", folder / f"{name}-Regular.ttf")
    # Less ASCII, which is that of the text, and the rarest ideographs (extension A).
    droid = DEBIAN / "droid" / "DroidSansFallbackFull.ttf"
    reduce(droid, folder / droid.name, keep=lambda code: code >= 0x80 and not 0x3400 <= code < 0x4DC0)
    nanum = DEBIAN / "nanum" / "NanumGothic.ttf"
    is_hangul = lambda code: 0xAC00 <= code < 0xD7A4 or 0x3131 <= code < 0x318F  # noqa: E731
    reduce(nanum, folder / "LabelHangul-Regular.ttf", keep=is_hangul, rename="Label Hangul")
    last_resort(folder / "LabelSansDessin-Regular.ttf")
    if folder == OURS:
        (OURS / "COUVERTURE.txt").write_text(coverage(OURS.parent))


if __name__ == "__main__":
    main()
