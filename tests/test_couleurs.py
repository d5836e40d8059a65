"""Forced colours: a reader's own few colours instead of ours. What is chosen, current, late or done is still said."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from tests.world import World

# Bold letters alone would be too little: they say nothing here.
PLAIN = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { font-weight: 400 !important; }");
    document.adoptedStyleSheets.push(sheet);
}"""
UNSAY = {
    "current": "(one) => one.removeAttribute('aria-current')",
    "checked": "(one) => { one.checked = true; }",
    "empty": "(one) => { one.value = 0; }",
    "full": "(one) => { one.value = one.max; }",
    "plain word": "(one) => one.replaceWith(...one.childNodes)",
    "unseen": "(one) => { one.style.visibility = 'hidden'; }",
    "chosen": "(one) => { one.firstElementChild.checked = true; }",
    "focused": "(one) => one.focus({focusVisible: true})",
}


def without(*names):
    return f"(one) => one.classList.remove({', '.join(map(repr, names))})"


def instead(old, new):
    return f"(one) => one.classList.replace('{old}', '{new}')"


def said(world):
    """(who, address, [(what, how it is made to say otherwise)]): the drawing must not be the same."""
    brouillon, jugee = {"cle": world.brouillon.cle}, {"edition__annee": world.jugee.annee}
    porteur = world.personnes["responsable"]
    return [
        (None, "/", [
            (".scene h1 mark", UNSAY["plain word"]),
            (".scene h1 mark", UNSAY["unseen"]),
            (".annee-current .annee-point", "(one) => one.closest('.annee-current').classList.remove('annee-current')"),
            (".btn-souci", instead("btn-souci", "btn-scene")),
            (".btn-souci", UNSAY["focused"]),
        ]),
        (world.personnes["pilote"], reverse("juries:bulletin_correct", kwargs={"pk": world.bulletin_2.pk}), [
            (".notation-bouton:has(input:not(:checked)) >> nth=0", UNSAY["chosen"]),
            (".notation-bouton >> nth=0", "(one) => one.firstElementChild.focus({focusVisible: true})"),
        ]),
        (world.personnes["pilote"], reverse("juries:deliberation_edit", kwargs=jugee), [
            (".jauge", UNSAY["empty"]),
            (".jauge", UNSAY["full"]),
            (".jauge", "(one) => one.classList.toggle('jauge-depasse')"),
            (".onglets a[aria-current]", UNSAY["current"]),
            (".menu-principal a[aria-current]", UNSAY["current"]),
            (".form-select >> nth=0", UNSAY["focused"]),
        ]),
        (porteur, reverse("projects:section_edit", kwargs=brouillon | {"section": "structure"}), [
            (".sections a[aria-current]", UNSAY["current"]),
            (".sections-complete .sections-coche >> nth=0",
             "(one) => { one.textContent = '1'; one.parentElement.classList.remove('sections-complete'); }"),
            (".form-control >> nth=0", UNSAY["focused"]),
            (".btn-primary >> nth=0", instead("btn-primary", "btn-outline-primary")),
        ]),
        (porteur, reverse("projects:dossier_detail", kwargs=brouillon), [
            (".frise-current .frise-point", "(one) => one.parentElement.classList.remove('frise-current')"),
            (".frise-done .frise-point >> nth=0",
             "(one) => { one.textContent = ''; one.parentElement.classList.replace('frise-done', 'frise-todo'); }"),
            (".maintenant-vous", without("maintenant-vous")),
            (".etiquette-attente >> nth=0", instead("etiquette-attente", "etiquette-neutral")),
        ]),
        (world.personnes["pilote"], reverse("instruction:instruction_list"), [
            (".onglets a[aria-current]", UNSAY["current"]),
            (".onglets a:not([aria-current]) >> nth=0", UNSAY["focused"]),
            (".liste tbody tr >> nth=0", "(one) => one.classList.toggle('liste-attente')"),
            (".form-check-input >> nth=0", UNSAY["checked"]),
            (".form-check-input >> nth=0", UNSAY["focused"]),
            (".etiquette-info >> nth=0", instead("etiquette-info", "etiquette-refus")),
        ]),
        (porteur, reverse("projects:section_edit", kwargs=brouillon | {"section": "pieces"}), [
            (".piece-carte >> nth=0", "(one) => one.classList.add('envoi-refus')"),
            (".piece-carte >> nth=0", "(one) => one.classList.add('envoi-attente')"),
            (".piece-carte >> nth=0", "(one) => one.classList.add('piece-survol')"),
        ]),
        (None, reverse("contrats:carte"), [
            (".palier-1.palier", instead("palier-1", "palier-3")),
            (".zone >> nth=0", UNSAY["focused"]),
        ]),
        (porteur, "/tableau/", [(".carte >> nth=0", "(one) => one.classList.toggle('carte-attente')")]),
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_said_by_our_colours_alone(scheme, new_page):
    lost = []
    for who, url, parts in said(World()):
        page = new_page(who, forced_colors="active", color_scheme=scheme, reduced_motion="reduce")
        page.goto(url)
        for what, otherwise in parts:
            page.reload()
            page.evaluate(PLAIN)
            lost += [f"{url} {what} {otherwise}" for same in [is_drawn_alike(page, what, otherwise)] if same]
        page.close()
    assert lost == [], "\n".join(lost)


def test_the_current_page_of_the_phone_menu_is_said(new_page):
    world = World()
    page = new_page(world.personnes["pilote"], width=375, height=700, forced_colors="active", reduced_motion="reduce")
    page.goto(reverse("instruction:instruction_list"))
    page.evaluate(PLAIN)
    page.get_by_role("button", name="Menu").click()
    assert not is_drawn_alike(page, ".menu-principal a[aria-current]", UNSAY["current"])


def is_drawn_alike(page, what, otherwise):
    """The same picture before and after this part of the page is made to say otherwise."""
    part = page.locator(what).first
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    clip = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    before = page.screenshot(clip=clip, animations="disabled")
    part.evaluate(otherwise)
    after = page.screenshot(clip=clip, animations="disabled")
    pictures = [Image.open(BytesIO(one)).convert("RGB") for one in (before, after)]
    return ImageChops.difference(*pictures).getbbox() is None
