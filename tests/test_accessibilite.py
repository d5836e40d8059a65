"""Every page of the site read by three engines: the Nu HTML checker, then axe and Equal Access in a real Chromium.

Each view is read once, as one person and in one mode (`tests.moteurs.navigateur.mode_of`), all of them over the site;
`make accessibilite` reads every page of each role in every mode. No page scrolls sideways at 320 px; the content
security policy is on, and nothing complains on the console.
"""

from collections import Counter

import pytest
from django.urls import reverse

from tests.factories.depot import deposited_dossier
from tests.factories.label import UserFactory
from tests.moteurs import navigateur, nu, vues
from tests.moteurs.constats import Alarme, Constat, read_alarmes
from tests.walk import addresses, statuses_of_refusals
from tests.world import World

WRONG = """() => {
    const [picture, plain, pale] = ["img", "img", "p"].map((name) => document.createElement(name));
    pale.textContent = "Le même gris que dans l’autre thème";
    pale.style.color = "rgb(119, 119, 119)";
    pale.style.backgroundColor = "rgb(128, 128, 128)";
    plain.className = "decor";
    document.querySelector("main").append(picture, plain, pale);
}"""


READ_AS = """() => [
    innerWidth, document.documentElement.dataset.bsTheme, matchMedia("(forced-colors: active)").matches,
    getComputedStyle(document.documentElement).fontSize,
]"""


@pytest.mark.parametrize("partie", vues.PARTIES)
def test_every_mode_is_met_on_each_part_of_the_site(partie):
    names = [address.name for address in addresses() if address.name.partition(":")[0] in vues.PARTIES[partie]]
    assert {navigateur.mode_of(name) for name in names} == set(navigateur.MODES)


@pytest.mark.parametrize("mode", navigateur.MODES)
def test_both_engines_see_what_is_wrong_in_each_mode(mode, new_page):
    page = window(new_page, None, [])
    page.goto("/")
    page.evaluate(WRONG)
    decor = Alarme("axe", "image-alt", "img.decor", "Celle-ci est là pour voir qu’elle seule est tue.")
    found = navigateur.read(page, mode, [*read_alarmes(), decor])
    contrast = [("axe", "color-contrast"), ("equal-access", "text_contrast_sufficient")]
    if navigateur.MODES[mode].forcees:
        contrast = []
    assert sorted((one.moteur, one.regle) for one in found if one.alarme is None) == sorted(
        [*contrast, ("axe", "image-alt"), ("equal-access", "img_alt_valid"), ("equal-access", "img_alt_valid")]
    )
    assert [one.ou for one in found if one.alarme == decor] == ['.decor <img class="decor">']
    asked = navigateur.MODES[mode]
    assert page.evaluate(READ_AS) == [asked.largeur, asked.theme, asked.forcees, f"{16 * asked.texte // 100}px"]
    texts = [one.texte for one in found if one.regle == "color-contrast"]
    assert all("contrast of 1.13 (foreground color: #777777, background color: #808080" in text for text in texts)


def test_a_list_shown_as_cards_is_still_a_table(new_page):
    page = new_page(UserFactory(pilote=True), width=375)
    deposited_dossier()
    page.goto(reverse("instruction:instruction_list"))
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in tree if not node["ignored"] and "role" in node)
    assert page.evaluate("getComputedStyle(document.querySelector('.liste-cartes')).display") == "block"
    assert {role: roles[role] for role in ("table", "columnheader", "rowheader", "cell")} == {
        "table": 1,
        "columnheader": 8,
        "rowheader": 1,
        "cell": 7,
    }


def test_the_checker_sees_what_is_wrong():
    page = b'<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body><p id="a"></p><p id="a"></p></body>'
    first = Alarme("nu", "The first occurrence of ID “…” was here.", '<p id="a"></p><p', "Dit deux fois la même chose.")
    found = nu.check({"double": (".html", page), "juste": (".html", page.replace(b' id="a"', b""))}, [first])
    assert found == {
        "double": [
            Constat("nu", "Duplicate ID “…”.", 'd="a"></p><p id="a"></p></', "Duplicate ID “a”.", None),
            Constat("nu", first.regle, 'ead><body><p id="a"></p><p', "The first occurrence of ID “a” was here.", first),
        ],
        "juste": [],
    }


@pytest.mark.parametrize("partie", vues.PARTIES)
def test_everybody_can_use_every_page(partie, new_page, monkeypatch, settings):
    floors = vues.PARTIES[partie]
    world = World()
    with vues.templates_seen() as seen:
        statuses_of_refusals(monkeypatch)
        shown = vues.pages(world, floors)
        refused = vues.refused_forms(world, floors)
        shown += vues.moments(world, floors, settings)
    # A new page is read: somebody of this world must come to it, or its moment be in `vues.moments`.
    assert vues.templates_of(floors) - seen == set()
    look(shown, refused, world, new_page)


# Steps of a journey: nobody stands there when these are read.
EN_CHEMIN = {
    "account/base_reauthenticate.html",
    "account/confirm_email_verification_code.html",
    "account/lien.html",
    "account/verification_sent.html",
    "account/verified_email_required.html",
    "mfa/authenticate.html",
    "mfa/recovery_codes/index.html",
    "mfa/webauthn/edit_form.html",
}


def test_everybody_can_use_accounts_and_dead_ends(new_page):
    world = World()
    with vues.templates_seen() as seen:
        shown = [*vues.accounts(world), *vues.dead_ends(), *vues.mails()]
    assert vues.templates_of(("", "account", "mfa", "allauth")) - seen == EN_CHEMIN
    look(shown, [], world, new_page)


def look(shown, only_source, world, new_page):
    """Fail with what the engines find: all of them of the views `shown`, the Nu checker of `only_source` too."""
    alarmes, found = read_alarmes(), []
    sources = {str(vue): (".html", vue.source) for vue in [*shown, *only_source]}
    for name, constats in nu.check(sources, alarmes).items():
        found += [f"{name} {constat}" for constat in constats if constat.alarme is None]
    windows = {}
    for vue in shown:
        if vue.qui not in windows:
            windows[vue.qui] = window(new_page, world.personnes.get(vue.qui), found)
        page, mode = windows[vue.qui], navigateur.mode_of(vue.nom)
        vues.show(page, vue)
        constats = navigateur.read(page, mode, alarmes)
        found += [f"{vue}, {mode} {constat}" for constat in constats if constat.alarme is None]
        if (width := navigateur.width_at_320(page)) > 320:
            found.append(f"{vue}, 320 px: {width} px wide")
    assert found == [], "\n".join(found)


def window(new_page, user, found):
    page = new_page(user, reduced_motion="reduce")
    page.context.add_init_script(navigateur.scripts())
    page.on("console", lambda message: found.append(f"{page.url} {message.text}") if message.type == "error" else None)
    return page


STATIQUES = [
    *(path for path in sorted((vues.ROOT / "static").rglob("*.css")) if "vendor" not in path.parts),
    *sorted((vues.ROOT / "static" / "img").glob("*.svg")),
    *sorted((vues.ROOT / "deploy" / "nginx").glob("*.html")),
    *sorted((vues.ROOT / "deploy" / "nginx").glob("*.css")),
]


def test_what_is_served_as_it_is_is_right():
    alarmes = read_alarmes()
    sources = {str(path.relative_to(vues.ROOT)): (path.suffix, path.read_bytes()) for path in STATIQUES}
    constats = [(name, one) for name, found in nu.check(sources, alarmes).items() for one in found]
    assert [f"{name} {one}" for name, one in constats if one.alarme is None] == []
    # A false alarm that is met no longer is to be taken out.
    assert {one.alarme for _, one in constats} == {alarme for alarme in alarmes if alarme.regle.startswith("CSS: ")}
