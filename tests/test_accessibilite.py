"""Every page of each role in a real Chromium: axe finds nothing, at 1280 and 375 px, light and dark; no page scrolls
sideways at 320 px; the content security policy is on, and nothing complains on the console.
"""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.walk import more_pages, people, readers, statuses_of_refusals, targets
from tests.world import World

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# A page has ten colours and a thousand texts: each colour is read once. Reading them took axe half of its time.
AXE += """;{
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
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
# The theme changes colours alone: the two other combinations look at these.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Colours change at once: axe must not read one half way.
STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [sheet];
}"""
SCAN = """async ([theme, rules]) => {
    document.documentElement.dataset.bsTheme = theme;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false});
    return found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id} ${node.target.join(" ")}: ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""
# Asked in this order: the first who sees a page shows it.
VIEWERS = ("responsable", "pilote", "chef", "préside", "juré", "instruct", "anonyme")
# These say something else to others too.
ALSO = {
    "label:accueil": ("anonyme",),
    "label:tableau": VIEWERS,
    "projects:dossier_detail": ("chef", "pilote"),
    "projects:dossier_list": ("chef", "pilote"),
    "projects:section_edit": ("instruct",),
    "juries:jury_detail": ("juré",),
}


def pages(world, floors):
    """(person, address) of each page to look at: each address once, the moments of a dossier, what others see of it."""
    columns, found, seen = people(world, VIEWERS), [], set()
    for target, key in [
        *[(target, target.address.name) for target in targets(world)],
        *[(target, target.url) for target in more_pages(world)],
    ]:
        name = target.address.name
        if name.partition(":")[0] not in floors or "GET" not in target.address.methods or key in seen:
            continue
        answers = ((who, columns[who].ask("GET", target)) for who in readers("GET", target, VIEWERS))
        first, answer = next(((who, answer) for who, answer in answers if answer.status_code == 200), (None, None))
        if first is None:
            continue
        seen.add(key)
        if answer["Content-Type"].startswith("text/html"):
            others = ALSO.get(name, ()) if key == name else ()
            also = [who for who in others if who != first and columns[who].ask("GET", target).status_code == 200]
            found += [(who, target.url) for who in (first, *also)]
    return found


def test_axe_sees_what_is_wrong(new_page):
    page = window(new_page, None, [])
    page.goto("/")
    page.evaluate(STILL)
    page.evaluate("""() => {
        const [picture, pale] = [document.createElement("img"), document.createElement("p")];
        pale.textContent = "Le même gris que dans l’autre thème";
        pale.style.color = "rgb(119, 119, 119)";
        pale.style.backgroundColor = "rgb(128, 128, 128)";
        document.querySelector("main").append(picture, pale);
    }""")
    assert [problem.split()[0] for problem in page.evaluate(SCAN, ["light", RULES])] == ["color-contrast", "image-alt"]
    for theme in ("light", "dark"):
        (pale,) = page.evaluate(SCAN, [theme, COLOURS])
        assert "contrast of 1.13 (foreground color: #777777, background color: #808080" in pale


@pytest.mark.parametrize(
    "floors", [("label", "contrats", "laureats"), ("projects",), ("instruction", "juries")], ids="+".join
)
def test_everybody_can_use_every_page(floors, new_page, monkeypatch):
    statuses_of_refusals(monkeypatch)
    world = World()
    windows, found = {}, []
    for who, url in pages(world, floors):
        if who not in windows:
            windows[who] = window(new_page, world.personnes[who], found)
        page = windows[who]
        found += [f"{who} {url} {problem}" for problem in problems(page, url)]
    assert found == [], "\n".join(found)


def window(new_page, user, found):
    page = new_page(user, reduced_motion="reduce")
    page.context.add_init_script(AXE)
    page.on("console", lambda message: found.append(f"{page.url} {message.text}") if message.type == "error" else None)
    return page


def problems(page, url):
    """What axe says of one page, loaded once, in its four forms; and whether it scrolls sideways at 320 px."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(url)
    page.evaluate(STILL)
    found = []
    for width, theme, rules in (
        (1280, "light", RULES),
        (1280, "dark", COLOURS),
        (375, "dark", RULES),
        (375, "light", COLOURS),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} {theme}: {problem}" for problem in page.evaluate(SCAN, [theme, rules])]
    page.set_viewport_size({"width": 320, "height": 700})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
        found.append(f"320: {width} px wide")
    return found
