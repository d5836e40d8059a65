"""axe and Equal Access on a page open in a browser, in each of the modes people read it in."""

import zlib
from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python

from tests.moteurs.constats import Constat, read_alarmes
from tests.moteurs.fichiers import find


@dataclass(frozen=True)
class Mode:
    """How a page is read. `texte`: the size of letters, in per cent; `forcees`: the colours are those of the system."""

    largeur: int
    theme: str = "light"
    forcees: bool = False
    texte: int = 100


MODES = {
    "clair, 1280 px": Mode(1280),
    "sombre, 1280 px": Mode(1280, theme="dark"),
    "clair, 375 px": Mode(375),
    "sombre, 375 px": Mode(375, theme="dark"),
    "couleurs forcées, 1280 px": Mode(1280, forcees=True),
    "couleurs forcées, 375 px": Mode(375, forcees=True),
    "texte à 200 %, 1280 px": Mode(1280, texte=200),
    "texte à 200 %, 375 px": Mode(375, texte=200),
}


def mode_of(name):
    """The one mode in which the suite reads the view `name`: always the same, and all of them over the whole site."""
    return list(MODES)[zlib.crc32(name.encode()) % len(MODES)]


# A page has ten colours and a thousand texts: each colour is read once. Reading them took axe half of its time.
_COLOURS_ONCE = """;{
    const {prototype} = axe.commons.color.Color, {parseString} = prototype, known = new Map();
    prototype.parseString = function (text) {
        if (!known.has(text)) {
            parseString.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        [this.r, this.g, this.b, this.alpha] = known.get(text);
        return this;
    };
}"""


def scripts():
    """The two engines, to be run at the start of each page (`context.add_init_script`)."""
    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
    return axe + _COLOURS_ONCE + find("ace.js").read_text()


# Everything axe has but the level AAA, and what it only asks a person to look at.
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]

# Not asked of forced colours: a browser tells the colour a letter would have had, on the background it was given.
COULEURS = ["color-contrast", "link-in-text-block"], ["text_contrast_sufficient"]

# Colours change at once: no engine must read one half way. What is folded is read too.
_STILL = """([theme, texte, menus]) => {
    const sheet = new CSSStyleSheet(), root = document.documentElement;
    sheet.replaceSync(`
        *, ::before, ::after { transition: none !important; animation: none !important; }
        html { font-size: ${texte}% !important; }
    `);
    document.adoptedStyleSheets = [sheet];
    root.dataset.bsTheme = theme;
    for (const folded of document.querySelectorAll("details:not([open])")) {
        if (menus || !folded.closest("header")) folded.open = true;
    }
    return new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
}"""

# [engine, rule, where, why, rank of the false alarm it is, or -1]
_READ = """async ([axeRules, axeApart, equalAsked, equalApart, alarmes]) => {
    const found = [];
    const say = (moteur, regle, element, ou, texte) => {
        const is = (alarme) => alarme[0] === moteur && alarme[1] === regle && element?.matches?.(alarme[2]);
        found.push([moteur, regle, ou, texte.replace(/\\s+/g, " "), alarmes.findIndex(is)]);
    };
    const opening = (element) => (element?.cloneNode?.(false)?.outerHTML ?? "").replace(/>.*/s, ">").slice(0, 160);
    const read = await axe.run(document, {
        runOnly: axeRules, resultTypes: ["violations"], elementRef: true, preload: false,
        rules: Object.fromEntries(axeApart.map((id) => [id, {enabled: false}])),
    });
    for (const rule of read.violations) {
        for (const node of rule.nodes) {
            const where = `${node.target.join(" ")} ${opening(node.element)}`;
            say("axe", rule.id, node.element, where, node.failureSummary);
        }
    }
    const checker = new ace_ibma.Checker();
    const guideline = checker.getGuidelines().find(({id}) => id === "IBM_Accessibility");
    for (const point of guideline.checkpoints) {
        // A rule that never fails asks a person to look: a third of the time.
        point.rules = (point.rules ?? []).filter(({id}) =>
            !equalApart.includes(id) && (!equalAsked.length || equalAsked.includes(id))
            && /RuleFail/.test(checker.engine.ruleMap[id].run));
    }
    checker.addGuideline({...guideline, id: "fails"});
    const report = await checker.check(document, ["fails"]);
    for (const result of report.results) {
        if (result.value[1] !== "FAIL") continue;
        const element = document.evaluate(result.path.dom, document, null, 9).singleNodeValue;
        say("equal-access", result.ruleId, element, `${result.path.dom} ${opening(element)}`, result.message);
    }
    return found;
}"""


def set_mode(page, name):
    """Put an open page in this mode."""
    mode = MODES[name]
    page.set_viewport_size({"width": mode.largeur, "height": 900})
    page.emulate_media(forced_colors="active" if mode.forcees else "none", reduced_motion="reduce")
    page.evaluate(_STILL, [mode.theme, mode.texte, mode.texte == 200])


def read(page, name, alarmes, *, couleurs_seules=False):
    """What both engines find on an open page in this mode: a list of `Constat`.

    couleurs_seules: the same page was read in the other theme, which changes colours alone.
    """
    set_mode(page, name)
    rules = {"type": "rule", "values": COULEURS[0]} if couleurs_seules else {"type": "tag", "values": AXE}
    asked = COULEURS[1] if couleurs_seules else []
    axe_apart, equal_apart = COULEURS if MODES[name].forcees else ([], [])
    known = [[alarme.moteur, alarme.regle, alarme.selecteur] for alarme in alarmes]
    return [
        Constat(moteur, regle, ou, texte, alarmes[rank] if rank >= 0 else None)
        for moteur, regle, ou, texte, rank in page.evaluate(_READ, [rules, axe_apart, asked, equal_apart, known])
    ]


def problems(page, *names):
    """What both engines find on an open page in each of these modes, less the known false alarms: a list of `Constat`.

    It stays in the last one.
    """
    alarmes = read_alarmes()
    return [one for name in names for one in read(page, name, alarmes) if one.alarme is None]


def width_at_320(page):
    """How wide an open page is, in px, on a screen of 320: more, and it scrolls sideways."""
    page.set_viewport_size({"width": 320, "height": 700})
    page.evaluate(_STILL, ["light", 100, False])
    return page.evaluate("document.documentElement.scrollWidth")
