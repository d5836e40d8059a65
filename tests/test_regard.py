"""How pages look to everyone: text at 200 % on a phone, colours of the system instead of ours."""

import pytest
from playwright.sync_api import expect

from tests.moteurs import vues
from tests.walk import statuses_of_refusals
from tests.world import World

# What a page at this width makes people miss, folds open: [what, where]. A box that scrolls may hold what is wider.
CROWDED = """() => {
    document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
    const width = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > width) found.push(`${document.documentElement.scrollWidth} px wide`);
    const named = (one) => one.tagName.toLowerCase() + (one.id && `#${one.id}`)
        + [...one.classList].map((name) => `.${name}`).join("");
    const tell = (what, one) => found.push(`${what}: ${one.parentElement && named(one.parentElement)} > ${named(one)} `
        + `«${one.textContent.trim().replace(/\\s+/g, " ").slice(0, 60)}»`);
    const above = function* (one) { for (let up = one; up; up = up.parentElement) yield up; };
    const isUnseen = (one) => !one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})
        || [...above(one)].some((up) => up.matches(".visually-hidden, .piege, [popover]")
            || getComputedStyle(up).clipPath !== "none");
    const scrolls = (one) => [...above(one)].some((up) => /auto|scroll/.test(getComputedStyle(up).overflowX));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (texts.nextNode()) {
        if (!texts.currentNode.textContent.trim()) continue;
        range.selectNodeContents(texts.currentNode);
        const one = texts.currentNode.parentElement, boxes = [...range.getClientRects()];
        const isOut = boxes.some((box) => box.width && (box.left < -1 || box.right > width + 1));
        if (isOut && !isUnseen(one) && !scrolls(one)) tell("out of the window", one);
    }
    document.querySelectorAll("body *:not(svg, svg *, input, select, textarea)").forEach((one) => {
        const isWide = one.scrollWidth > one.clientWidth + 1, isHigh = one.scrollHeight > one.clientHeight + 1;
        if (!(isWide || isHigh) || !one.clientWidth || !one.textContent.trim() || isUnseen(one)) return;
        const {overflowX, overflowY} = getComputedStyle(one);
        if (/hidden|clip/.test(overflowX) && isWide || /hidden|clip/.test(overflowY) && isHigh) tell("cut", one);
        else if (overflowX === "visible" && isWide && !scrolls(one)) tell("out of its box", one);
    });
    return found;
}"""

# What is too small for a finger: under 24 px, its label counted in. A link within a sentence is left as its words are,
# and the map has the same links in its table.
SMALL = """() => {
    const targets = document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])");
    return [...targets].filter((one) => {
        if (one.closest("svg, .visually-hidden, .piege") || !one.checkVisibility() || one.disabled) return false;
        if (one.tagName === "A" && getComputedStyle(one).display === "inline") return false;
        const boxes = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
        return !boxes.some((box) => box.width >= 24 && box.height >= 24);
    }).map((one) => `too small: ${one.outerHTML.slice(0, 120)}`);
}"""


# Headings whose size says another rank than theirs: in one card, and before the title of the page.
HEADINGS = """() => {
    const found = [], size = (one) => parseFloat(getComputedStyle(one).fontSize), rank = (one) => +one.tagName[1];
    const shown = (under, tags) => [...under.querySelectorAll(tags)].filter((one) => one.checkVisibility()
        && !one.matches(".visually-hidden"));
    const tell = (above, below) => found.push(`no larger than what is under it: «${above.textContent.trim()}» `
        + `(${above.tagName} ${size(above)}) and «${below.textContent.trim()}» (${below.tagName} ${size(below)})`);
    const compare = (all) => all.forEach((above) => all.forEach((below) => {
        if (rank(above) < rank(below) && size(above) <= size(below)) tell(above, below);
    }));
    document.querySelectorAll("main .carte").forEach((card) => compare(shown(card, "h2, h3, h4")));
    const titles = shown(document, "main h1");
    shown(document, "main :is(h2, h3, h4)").forEach((one) => titles.forEach((h1) => {
        if (size(h1) <= size(one)) tell(h1, one);
    }));
    return found;
}"""


@pytest.mark.parametrize("partie", vues.PARTIES)
def test_a_phone_is_enough_for_fingers_and_for_text_at_twice_its_size(partie, new_page, monkeypatch):
    statuses_of_refusals(monkeypatch)
    world = World()
    windows, texts, found = {}, {}, []
    for who, url in [(vue.qui, vue.url) for vue in vues.pages(world, vues.PARTIES[partie])]:
        if who not in windows:
            windows[who] = new_page(world.personnes[who], width=375, height=800, reduced_motion="reduce")
            texts[who] = windows[who].context.new_cdp_session(windows[who])
        page = windows[who]
        enlarge(texts[who], 1)
        page.goto(url)
        found += [f"{who} {url} {problem}" for problem in page.evaluate(SMALL) + page.evaluate(HEADINGS)]
        enlarge(texts[who], 2)
        expect(page.locator("html")).to_have_css("font-size", "32px")
        found += [f"{who} {url} {problem}" for problem in page.evaluate(CROWDED)]
    assert found == [], "\n".join(found)


def enlarge(session, times):
    """What somebody asks of the text in the settings of the browser."""
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * times, "fixed": 13 * times}})
