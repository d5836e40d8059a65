"""The face's filters and tags, and the promises of every template: icons exist, nothing inline, contrast kept."""

import re
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from django.template import Context, Template
from django.templatetags.static import static
from django.test import RequestFactory
from pypdf import PdfReader

from label import documents
from label.templatetags import label_ui
from tests.factories.label import PARIS

ROOT = Path(__file__).resolve().parents[2]
# Mails are read in mail programs, which know nothing of our style sheets.
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.html") if "courriels" not in p.parts)
LATE = datetime(2027, 6, 12, 21, 59, tzinfo=UTC)  # 23:59 in Paris


def render(source, **context):
    return Template("{% load label_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0\u00a0€"),
        (950, "950\u00a0€"),
        (12000, "12\u202f000\u00a0€"),
        (1234567, "1\u202f234\u202f567\u00a0€"),
        (-1200, "\u22121\u202f200\u00a0€"),
        (None, ""),
        ("", ""),
    ],
)
def test_euros_are_whole_with_thin_spaces(value, shown):
    assert label_ui.euros(value) == shown


@pytest.mark.parametrize(
    ("debut", "fin", "shown"),
    [
        (date(2027, 9, 20), date(2027, 9, 24), "du 20 au 24\u00a0septembre\u00a02027"),
        (date(2027, 9, 1), date(2027, 9, 4), "du 1er au 4\u00a0septembre\u00a02027"),
        (date(2027, 9, 28), date(2027, 10, 2), "du 28\u00a0septembre au 2\u00a0octobre\u00a02027"),
        (date(2027, 12, 30), date(2028, 1, 4), "du 30\u00a0décembre\u00a02027 au 4\u00a0janvier\u00a02028"),
        (date(2027, 9, 20), date(2027, 9, 20), "le 20\u00a0septembre\u00a02027"),
        (LATE, LATE, "le 12\u00a0juin\u00a02027"),
        (date(2027, 9, 20), None, ""),
    ],
)
def test_a_stretch_of_days_says_once_what_its_ends_share(debut, fin, shown):
    assert label_ui.au(debut, fin) == shown


def test_the_number_of_a_dossier_is_not_cut_and_nothing_else_is_trusted():
    assert label_ui.numero_entier("<b>n° LAI-2027-001") == '&lt;b&gt;n° <span class="insecable">LAI-2027-001</span>'


@pytest.mark.parametrize(
    ("filter_name", "value", "shown"),
    [
        ("jour", date(2027, 6, 12), "12\u00a0juin\u00a02027"),
        ("jour", date(2027, 6, 1), "1er\u00a0juin\u00a02027"),
        ("jour", datetime(2027, 6, 11, 22, 30, tzinfo=UTC), "12\u00a0juin\u00a02027"),
        ("jour", None, ""),
        ("jour_semaine", date(2027, 6, 12), "samedi 12\u00a0juin\u00a02027"),
        ("jour_semaine", None, ""),
        ("quantieme", date(2027, 8, 1), "1er\u00a0août"),
        ("quantieme", None, ""),
        ("nom_du_jour", datetime(2027, 6, 11, 22, 30, tzinfo=UTC), "samedi"),
        ("nom_du_jour", None, ""),
        ("heure", LATE, "23\u00a0h\u00a059"),
        ("heure", time(14, 0), "14\u00a0h"),
        ("heure", time(9, 5), "9\u00a0h\u00a005"),
        ("heure", None, ""),
        ("jour_heure", LATE, "12\u00a0juin\u00a02027 à 23\u00a0h\u00a059"),
        ("jour_heure", None, ""),
    ],
)
def test_dates_and_hours_are_said_in_french_and_in_paris(filter_name, value, shown):
    assert getattr(label_ui, filter_name)(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2027, 6, 12), "aujourd’hui"),
        (date(2027, 6, 13), "demain"),
        (date(2027, 6, 11), "hier"),
        (date(2027, 6, 24), "dans 12\u00a0jours"),
        (date(2027, 6, 9), "il y a 3\u00a0jours"),
        (datetime(2027, 6, 12, 22, 30, tzinfo=UTC), "demain"),
        (None, ""),
    ],
)
def test_distance_in_days_counts_parisian_days(time_machine, value, shown):
    time_machine.move_to(datetime(2027, 6, 12, 8, 0, tzinfo=UTC))
    assert label_ui.dans(value) == shown


@pytest.mark.parametrize(
    ("n", "shown", "alone"),
    [
        (0, "0\u00a0dossier", "dossier"),
        (1, "1\u00a0dossier", "dossier"),
        (2, "2\u00a0dossiers", "dossiers"),
        (1500, "1\u202f500\u00a0dossiers", "dossiers"),
    ],
)
def test_plural_follows_the_french_rule(n, shown, alone):
    assert label_ui.pluriel(n, "dossier,dossiers") == shown
    assert label_ui.accord(n, "dossier,dossiers") == alone


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Awa Diarra", "d’Awa Diarra"),
        ("École en fête", "d’École en fête"),
        ("Œuvres du Val", "d’Œuvres du Val"),
        ("Îlot vert", "d’Îlot vert"),
        ("E\u0301lan", "d’E\u0301lan"),
        ("Luc", "de Luc"),
        ("Les Ateliers", "de Les Ateliers"),
        ("L’Éveil", "de L’Éveil"),
        ("Hélène", "d’Hélène"),
        ("Habitat solidaire", "d’Habitat solidaire"),
        ("Hakim", "de Hakim"),
        ("Halle ouverte", "de Halle ouverte"),
        ("Yves", "d’Yves"),
        ("Yasmine", "de Yasmine"),
        ("Onze voisins", "de Onze voisins"),
        ("« École »", "d’« École »"),
        ("3 Tilleuls", "de 3 Tilleuls"),
        ("அவா", "de அவா"),
        ("", "de "),
        ("Awa & Cie", "d’Awa &amp; Cie"),
    ],
)
def test_a_name_after_de_is_said_as_people_say_it(name, said):
    assert Template("{{ name|de }}").render(Context({"name": name})) == said
    assert Template("{{ name|que }}").render(Context({"name": name})) == re.sub("^d(e|’)", r"qu\1", said)


@pytest.mark.parametrize(
    ("name", "shown"), [("Awa Ndiaye", "AN"), ("Jean-Luc Le Goff", "JG"), ("Awa", "A"), ("", ""), (None, "")]
)
def test_initials(name, shown):
    assert label_ui.initiales(name) == shown


def test_icon_is_hidden_from_assistive_technology_and_escapes_its_name():
    html = render('{% icon "calendar" %}')
    assert 'aria-hidden="true"' in html
    assert re.search(r'<use href="/static/img/icones[^"]*\.svg#calendar">', html)
    assert "<script" not in render("{% icon name %}", name='"><script>')


@pytest.mark.parametrize(
    ("path", "url", "mark"),
    [
        ("/dossiers/", "/dossiers/", ' aria-current="page"'),
        ("/dossiers/abc/", "/dossiers/", ' aria-current="true"'),
        ("/dossiers/", "/jury/", ""),
        ("/dossiers/", "/", ""),
        ("/", "/", ' aria-current="page"'),
    ],
)
def test_the_menu_knows_where_one_stands(path, url, mark):
    assert render("{% ici url %}", request=RequestFactory().get(path), url=url) == mark


def test_every_icon_named_in_a_template_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icones.svg").read_text()))
    used = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    used |= {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.glob("*/menu.py")
        for name in re.findall(r'icon="([^"]+)"', path.read_text())
    }
    assert {(path, name) for path, name in used if name not in known} == set()


def test_no_template_carries_inline_style_or_handler():
    forbidden = re.compile(
        r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\s(?:src=|type="application/json"))"""
    )
    found = {p.relative_to(ROOT).as_posix(): m.group() for p in TEMPLATES if (m := forbidden.search(p.read_text()))}
    assert found == {}


def test_no_colour_is_written_outside_the_tokens_in_the_component_sheet():
    """Warm inks on the marigold are the one exception: that yellow is the same in both themes."""
    raw = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", (ROOT / "static/css/composants.css").read_text()))
    assert raw == {"#fff", "#15251f", "#2a1d00", "#0f4a3c"}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *(
        (ink, ground, 4.5)
        for ink in ("encre", "encre-2", "lien", "lien-survol")
        for ground in ("papier", "surface", "creux")
    ),
    *((f"{tone}-encre", f"{tone}-fond", 4.5) for tone in ("neutre", "info", "attente", "succes", "refus")),
    *(("refus-encre", ground, 4.5) for ground in ("papier", "surface")),
    ("action-encre", "action", 4.5),
    ("action-encre", "action-survol", 4.5),
    ("danger-encre", "danger", 4.5),
    ("scene-encre", "scene", 4.5),
    ("scene-encre-2", "scene", 4.5),
    *(("trait-fort", ground, 3) for ground in ("papier", "surface", "creux")),
    *(("focus", ground, 3) for ground in ("papier", "surface", "creux")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tokens_keep_the_contrast_of_wcag_aa(theme):
    sheet = (ROOT / "static/css/jetons.css").read_text()
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)\n}}', sheet, re.DOTALL).group(1)
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    weak = {
        (a, b): round(contrast(tokens[a], tokens[b]), 2)
        for a, b, goal in PAIRS
        if contrast(tokens[a], tokens[b]) < goal
    }
    assert weak == {}


@pytest.mark.parametrize(
    ("octets", "shown"),
    [(1, "1 octet"), (23, "23 octets"), (9_318, "9,1 Ko"), (1_048_576, "1 Mo"), (20_971_520, "20 Mo")],
)
def test_a_weight_is_said_in_the_unit_people_know(octets, shown):
    assert label_ui.poids(octets).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (timedelta(minutes=15), "15\u00a0minutes"),
        (timedelta(hours=1), "1\u00a0heure"),
        (timedelta(hours=36), "36\u00a0heures"),
        (timedelta(days=7), "7\u00a0jours"),
        (timedelta(days=365), "1\u00a0an"),
        (timedelta(seconds=90), "90\u00a0secondes"),
        (relativedelta(months=3), "3\u00a0mois"),
        (relativedelta(years=1), "1\u00a0an"),
        (relativedelta(years=1, months=6), "18\u00a0mois"),
        (None, ""),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(value, shown):
    assert label_ui.duree(value) == shown


def test_a_setting_is_said_where_it_is_decided(settings):
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 20 * 60
    assert render('{% delai "ACCOUNT_LOGIN_BY_CODE_TIMEOUT" %}, {% delai "GARDE_SANS_ADRESSE" %}') == (
        "20\u00a0minutes, 7\u00a0jours"
    )


PAPER = """#import "/base.typ": *
#set document(title: "Essai")
#for nombre in data.montants [#euros(nombre)|]
#for octets in data.octets [#taille(octets)|]
#for at in data.moments [#jour(at)|#jour-heure(at)|#jour-heure-seconde(at)|]
"""


def test_paper_says_figures_dates_and_weights_as_the_screen_does(monkeypatch, tmp_path):
    montants = [0, 1, 999, 1000, 1_234_567, -1200]
    octets = [1, 23, 1023, 1024, 9_318, 44_000, 1_048_575, 1_048_576, 1_843_200, 20_971_520]
    moments = [datetime(2027, mois, mois, mois * 2 - 1, 60 - mois * 5, mois, tzinfo=PARIS) for mois in range(1, 13)]
    (tmp_path / "essai.typ").write_text(PAPER)
    (tmp_path / "base.typ").write_text((documents.ROOT / "base.typ").read_text())
    (tmp_path / "fonts").symlink_to(documents.ROOT / "fonts")
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    pdf = documents.render_pdf("essai.typ", {"montants": montants, "octets": octets, "moments": moments})
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    said = [label_ui.euros(n) for n in montants] + [label_ui.poids(n) for n in octets]
    said += [show(at) for at in moments for show in (label_ui.jour, label_ui.jour_heure, label_ui.jour_heure_seconde)]
    assert [" ".join(words.split()) for words in printed.split("|")] == [" ".join(w.split()) for w in [*said, ""]]


@pytest.mark.django_db
def test_scripts_say_figures_as_the_screen_does(page):
    amounts = [0, 1, 999, 1000, 12_500, 1_234_567, -1200]
    page.goto("/")
    module = f"import({static('js/page/chiffres.js')!r})"
    shown = page.evaluate(f"(all) => {module}.then(({{ euros }}) => all.map(euros))", amounts)
    assert shown == [label_ui.euros(amount) for amount in amounts]
