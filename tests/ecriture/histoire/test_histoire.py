"""The story of a section: visits, word by word, what moved since, a former text put back."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from ecriture.discussion.actions import add_comment
from ecriture.enregistrement.actions import restore_version, save_field
from ecriture.enregistrement.queries import read_champ
from ecriture.enums import SorteRetouche
from ecriture.histoire.queries import quand
from ecriture.kinds import Echange
from ecriture.lexique import Lexique
from ecriture.models import Retouche, Visite
from ecriture.mot_a_mot import AJOUT, PAREIL, PLI, RETRAIT, Morceau, diff_words
from ecriture.presence.actions import record_visit
from ecriture.presence.visites import depuis
from label.listes import PAGE
from projects.dossier.visa import ask_visa
from projects.enums import Section
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory, PieceFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


def write(dossier, nom, valeur, by, minutes=0, **kwargs):
    """Save one field so many minutes after the beginning, from what it holds."""
    base = read_champ(Dossier.objects.get(pk=dossier.pk), nom)
    at = EN_TEMPS + timedelta(minutes=minutes)
    defaults = {"base": base, "ecran": "", "sequence": 0, "vu": 0}
    return save_field(dossier, nom, valeur=valeur, by=by, at=at, **defaults | kwargs)


def said(html):
    """The entries of the page as a screen reader says them, one string each."""
    entries = re.findall(r'<li class="carte recit.*?</li>\s*(?=<li class="carte|</ol>)', html, re.S)
    return [
        " ".join(
            re.sub(r"<[^>]+>", " ", re.sub(r'<p class="rang recit-gestes">.*?</p>', "", entry, flags=re.S)).split()
        )
        for entry in entries
    ]


# --- Word by word -----------------------------------------------------------------------------


def test_words_changed_side_by_side_read_as_one_change():
    assert diff_words("Le jardin qui parle aux voisins.", "Le verger qui chante aux voisins.") == [
        Morceau(PAREIL, "Le "),
        Morceau(RETRAIT, "jardin"),
        Morceau(AJOUT, "verger"),
        Morceau(PAREIL, " qui "),
        Morceau(RETRAIT, "parle"),
        Morceau(AJOUT, "chante"),
        Morceau(PAREIL, " aux voisins."),
    ]
    assert diff_words("un grand jardin", "une petite cour")[:2] == [
        Morceau(RETRAIT, "un grand jardin"),
        Morceau(AJOUT, "une petite cour"),
    ]


def test_a_long_run_unchanged_is_folded_and_a_blank_shows():
    long = " ".join(f"mot{n}" for n in range(100))
    assert diff_words(f"{long} ici", f"{long} là") == [
        Morceau(PLI),
        Morceau(
            PAREIL,
            "mot95 mot96 mot97 mot98 mot99 "[1:]
            if False
            else long[-len("mot94 mot95 mot96 mot97 mot98 mot99") :] + " ",
        ),
        Morceau(RETRAIT, "ici"),
        Morceau(AJOUT, "là"),
    ]
    assert [m.visible for m in diff_words("un\ndeux", "un\n\ndeux") if m.sorte == AJOUT] == ["¶\n"]


@given(st.text("abc .\n", max_size=60), st.text("abc .\n", max_size=60))
def test_what_stayed_and_went_is_the_old_text_what_stayed_and_came_the_new(avant, apres):
    morceaux = diff_words(avant, apres)
    if all(morceau.sorte != PLI for morceau in morceaux):
        assert "".join(m.texte for m in morceaux if m.sorte != AJOUT) == avant
        assert "".join(m.texte for m in morceaux if m.sorte != RETRAIT) == apres


def test_a_sitting_reads_as_one_says_it():
    start = datetime(2027, 3, 2, 14, 2, tzinfo=PARIS)
    assert [quand(start, start + timedelta(minutes=m)) for m in (0, 29, 600)] == [
        "mardi 2\u00a0mars à 14\u00a0h\u00a002",
        "mardi 2\u00a0mars, de 14\u00a0h\u00a002 à 14\u00a0h\u00a031",
        "du mardi 2\u00a0mars à 14\u00a0h\u00a002 au mercredi 3\u00a0mars à 0\u00a0h\u00a002",
    ]
    assert quand(datetime(2026, 12, 1, 9, tzinfo=PARIS), datetime(2026, 12, 1, 9, tzinfo=PARIS)) == (
        "mardi 1er\u00a0décembre\u00a02026 à 9\u00a0h"
    )


@pytest.mark.django_db
def test_numbers_boxes_lists_and_lines_read_in_words(duo):
    dossier, _, _ = duo
    QuartierFactory(identifiant="q1", nom="Gagarine"), QuartierFactory(identifiant="q2", nom="Balzac")
    lexique, nom = Lexique(dossier), f"ligne.{uuid4()}"
    ligne = {"sens": "charge", "compte": "60", "libelle": "", "montant": 1200, "is_obtenu": False}
    assert (lexique.libelle(nom, ligne), lexique.libelle("structure.ville"), lexique.libelle("besoin")) == (
        "Ligne «\u00a0Achats\u00a0»",
        "Ville",
        "Besoin et origine",
    )
    assert lexique.changement(nom, ligne, ligne | {"montant": 1500}) == {
        "echanges": [Echange("Montant", "1\u202f200\u00a0€", "1\u202f500\u00a0€")],
        "fait": "",
    }
    assert lexique.changement(nom, None, ligne) == {
        "echanges": [Echange("Compte", "", "Achats"), Echange("Montant", "", "1\u202f200\u00a0€")],
        "fait": "ajoutée",
    }
    assert lexique.changement("quartiers", ["q1"], ["q2"]) == {
        "elements": [Morceau(RETRAIT, "Gagarine"), Morceau(AJOUT, "Balzac")]
    }
    assert [
        lexique.changement(*change)["echanges"]
        for change in (
            ("beneficiaires", None, 1200),
            ("part_qpv", 80, 90),
            ("date_debut", None, "2027-09-01"),
            ("structure.type", "association", "fondation"),
        )
    ] == [
        [Echange("", "", "1\u202f200")],
        [Echange("", "80\u00a0%", "90\u00a0%")],
        [Echange("", "", "1er\u00a0septembre\u00a02027")],
        [Echange("", "Association", "Fondation")],
    ]


# --- What an entry may not hide ---------------------------------------------------------------


def told(nom="besoin"):
    """[(before, after)] of each entry of a field, in order."""
    rows = Retouche.objects.order_by("pk")
    return list(rows.filter(nom=nom).values_list("avant", "apres"))


BESOIN = "Les vélos dorment dans les caves et personne ne sait les remettre en état."


@pytest.mark.django_db
def test_a_text_replaced_in_the_same_sitting_stays_told(duo):
    dossier, porteur, _ = duo
    write(dossier, "besoin", BESOIN[:20], porteur)
    write(dossier, "besoin", BESOIN, porteur, minutes=1)
    write(dossier, "besoin", "Autre chose.", porteur, minutes=2)
    assert told() == [("", BESOIN), (BESOIN, "Autre chose.")]


@pytest.mark.django_db
def test_a_slip_mended_at_once_makes_no_entry_of_its_own_but_a_text_eaten_word_by_word_stays(duo):
    dossier, porteur, _ = duo
    for minutes, text in enumerate(["Les véols", "Les vélos", BESOIN.replace("dorment", "dormnt"), BESOIN]):
        write(dossier, "besoin", text, porteur, minutes=minutes)
    assert told() == [("", BESOIN)]
    long = BESOIN * 5
    write(dossier, "besoin", long, porteur, minutes=5)
    for shorter in range(len(long) - 10, 0, -10):
        write(dossier, "besoin", long[:shorter], porteur, minutes=6)
    entries = told()
    # Nothing between two entries; none lost more than a line on its way.
    assert [avant for avant, _ in entries[1:]] == [apres for _, apres in entries[:-1]]
    assert len(entries[0][1]) >= len(long) - 60
    assert max(len(avant) - len(apres) for avant, apres in entries[1:]) <= 70


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "steps", "entries"),
    [
        ("beneficiaires", [1, 12, 120, 80], [(None, 120), (120, 80)]),
        ("beneficiaires", [120, None], [(None, 120), (120, None)]),
        ("date_debut", ["2027-09-01", "2027-10-01"], [(None, "2027-09-01"), ("2027-09-01", "2027-10-01")]),
    ],
)
def test_a_value_that_takes_the_place_of_another_begins_an_entry(duo, nom, steps, entries):
    dossier, porteur, _ = duo
    for minutes, valeur in enumerate(steps):
        write(dossier, nom, valeur, porteur, minutes=minutes)
    assert [(avant or None, apres) for avant, apres in told(nom)] == [
        (avant or None, apres) for avant, apres in entries
    ]


@pytest.mark.django_db
def test_the_target_of_an_indicator_typed_then_emptied_is_told(duo):
    dossier, porteur, _ = duo
    nom = f"indicateur.{uuid4()}"
    empty = read_champ(dossier, nom)
    assert empty is None
    write(dossier, nom, {"libelle": "Vélos réparés", "cible": ""}, porteur)
    write(dossier, nom, {"libelle": "Vélos réparés", "cible": "300 vélos"}, porteur, minutes=1)
    write(dossier, nom, {"libelle": "Vélos réparés", "cible": ""}, porteur, minutes=2)
    assert [(apres or {}).get("cible") for _, apres in told(nom)] == ["300 vélos", ""]
    faits = [
        Lexique(dossier).changement(nom, *pair)["fait"]
        for pair in ((None, {"libelle": "Vélos"}), ({"libelle": "Vélos"}, None))
    ]
    assert faits == ["ajouté", "retiré"]


@pytest.mark.django_db
def test_what_stood_when_the_visa_was_asked_or_given_back_is_an_entry(duo):
    dossier, porteur, _ = duo
    write(dossier, "besoin", "Un", porteur)
    ask_visa(dossier, by=porteur, at=EN_TEMPS + timedelta(minutes=3))
    write(dossier, "besoin", "Un deux", porteur, minutes=12)
    write(dossier, "besoin", "Un deux trois", porteur, minutes=13)
    assert told() == [("", "Un"), ("Un", "Un deux trois")]


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_tells_who_wrote_what_and_when_without_colour(client, duo):
    dossier, porteur, chef = duo
    write(dossier, "besoin", "Les vélos dorment.", porteur)
    write(dossier, "besoin", "Les vélos dorment dehors.", porteur, minutes=29)
    write(dossier, "besoin", "Les vélos rouillent dehors.", chef, minutes=40)
    # Written from the text both began with: the same words, kept aside.
    write(dossier, "besoin", "Les vélos attendent dehors.", porteur, minutes=41, base="Les vélos dorment dehors.")
    client.force_login(chef)
    html = client.get(reverse("projects:histoire_list", args=[dossier.cle, "projet"])).content.decode()
    assert said(html) == [
        "Besoin et origine Awa Diarra , mercredi 10 mars à 15 h 13 · écrit en même temps, gardé à part "
        "Les vélos retiré : rouillent ajouté : attendent dehors.",
        "Besoin et origine Luc Fontanel , mercredi 10 mars à 15 h 12 "
        "Les vélos retiré : dorment ajouté : rouillent dehors.",
        "Besoin et origine Awa Diarra , mercredi 10 mars, de 14 h 32 à 15 h 01 ajouté : Les vélos dorment dehors.",
    ]


@pytest.mark.django_db
def test_the_story_is_filtered_and_costs_the_same_whatever_its_length(client, duo):
    dossier, porteur, chef = duo
    url = reverse("projects:histoire_list", args=[dossier.cle, "projet"])
    client.force_login(chef)

    def tell(n, **fields):
        defaults = {"nom": "besoin", "by": porteur, "debut": EN_TEMPS, "fin": EN_TEMPS, "avant": "a", "apres": "b"}
        Retouche.objects.bulk_create(
            Retouche(ecrit=dossier.ecrit, section="projet", version=1, **defaults | fields) for _ in range(n)
        )

    def page(**query):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url, query)
        return len(captured), response.context["page_obj"].paginator.count, len(response.context["recits"])

    tell(1)
    tell(2, nom="titre", by=chef)
    first = page()
    tell(499)
    tell(1, nom="titre")
    assert (first[1:], page()[1:], page()[0] - first[0]) == ((3, 3), (503, PAGE), 0)
    asked = ({"champ": "titre"}, {"qui": chef.cle}, {"champ": "titre", "qui": porteur.cle})
    assert [page(**query)[1] for query in asked] == [3, 2, 1]
    # What is not in the lists is said, and shows nothing.
    assert page(champ="motdepasse")[1] == 0


@pytest.mark.django_db
def test_the_story_outlives_the_deposit_and_is_nobody_elses(client, duo):
    dossier, porteur, _ = duo
    write(dossier, "besoin", "Les vélos dorment.", porteur)
    retouche = Retouche.objects.get()
    Dossier.objects.filter(pk=dossier.pk).update(edition=dossier.edition)
    url = reverse("projects:histoire_list", args=[dossier.cle, "projet"])
    restore = reverse("projects:histoire_restore", args=[dossier.cle, retouche.pk])
    with time_machine.travel(dossier.edition.cloture + timedelta(days=3), tick=False):
        client.force_login(porteur)
        html = client.get(url).content.decode()
        assert ("Les vélos dorment." in html, "Rétablir cette version" in html) == (True, False)
        assert client.post(restore).status_code == 409
        client.force_login(UserFactory())
        assert [client.get(url).status_code, client.get(restore).status_code, client.post(restore).status_code] == [
            404
        ] * 3
    assert Retouche.objects.count() == 1


@pytest.mark.django_db
def test_a_former_value_comes_back_and_what_it_replaces_stays_told(client, duo):
    dossier, porteur, chef = duo
    write(dossier, "besoin", "Premier texte.", porteur)
    write(dossier, "besoin", "Second texte.", chef, minutes=5)
    first = Retouche.objects.get(by=porteur)
    client.force_login(porteur)
    url = reverse("projects:histoire_restore", args=[dossier.cle, first.pk])
    page = client.get(url)
    assert [m.texte for m in page.context["changement"]["morceaux"]] == ["Second", "Premier", " texte."]
    assert Retouche.objects.count() == 2
    assert client.post(url).url == reverse("projects:histoire_list", args=[dossier.cle, "projet"])
    dossier.refresh_from_db()
    assert (dossier.besoin, [(r.sorte, r.avant, r.apres) for r in Retouche.objects.order_by("pk")]) == (
        "Premier texte.",
        [
            (SorteRetouche.FRAPPE, "", "Premier texte."),
            (SorteRetouche.FRAPPE, "Premier texte.", "Second texte."),
            (SorteRetouche.RESTAURATION, "Second texte.", "Premier texte."),
        ],
    )
    # What stood before the first entry comes back by the other link.
    client.post(reverse("projects:histoire_undo", args=[dossier.cle, first.pk]))
    dossier.refresh_from_db()
    assert dossier.besoin == ""
    assert client.get(reverse("projects:histoire_undo", args=[dossier.cle, first.pk])).context["is_en_place"]


@pytest.mark.django_db
def test_a_removed_line_comes_back_as_it_was(duo):
    dossier, porteur, chef = duo
    nom = f"ligne.{uuid4()}"
    ligne = {"sens": "charge", "compte": "60", "libelle": "Graines", "montant": 1200, "is_obtenu": False}
    write(dossier, nom, ligne, porteur)
    write(dossier, nom, None, chef, minutes=5)
    restore_version(Retouche.objects.get(by=porteur), "apres", by=porteur, at=EN_TEMPS + timedelta(minutes=9))
    assert read_champ(dossier, nom) == ligne
    with pytest.raises(Dossier.DoesNotExist):
        restore_version(Retouche.objects.get(by=chef), "apres", by=UserFactory())


# --- Since the last visit ---------------------------------------------------------------------


@pytest.mark.django_db
def test_since_the_last_visit_tells_what_others_did_and_only_that(duo):
    dossier, porteur, chef = duo
    write(dossier, "besoin", "Avant la visite.", chef, minutes=-200)
    assert depuis(dossier, porteur) is None
    record_visit(dossier, by=porteur, at=EN_TEMPS - timedelta(minutes=120))
    write(dossier, "objectifs", "Du porteur.", porteur, minutes=-100)
    write(dossier, "besoin", "Du chef.", chef, minutes=-90)
    write(
        dossier, f"ligne.{uuid4()}", {"sens": "charge", "compte": "60", "libelle": "", "montant": 5}, chef, minutes=-80
    )
    with time_machine.travel(EN_TEMPS - timedelta(minutes=70)):
        add_comment(dossier, Section.PROJET, by=chef, texte="Bien.", at=EN_TEMPS - timedelta(minutes=70))
    PieceFactory(dossier=dossier, nom="statuts.pdf", by=chef, created_at=EN_TEMPS - timedelta(minutes=60))
    seen = depuis(dossier, porteur)
    assert [(n.quoi, n.qui) for n in seen.nouvelles] == [
        ("Fichier «\u00a0statuts.pdf\u00a0» joint", "Luc Fontanel"),
        ("1\u00a0commentaire sur «\u00a0Le projet\u00a0»", "Luc Fontanel"),
        ("1\u00a0ligne du budget", "Luc Fontanel"),
        ("Besoin et origine", "Luc Fontanel"),
    ]
    assert seen.nouvelles[3].url == reverse("projects:section_edit", args=[dossier.cle, "projet"]) + "#id_besoin"
    assert [n.quoi for n in depuis(dossier, porteur, Section.BUDGET).nouvelles] == ["1\u00a0ligne du budget"]
    assert [noms[0].partition(".")[0] for noms in (n.noms for n in seen.nouvelles) if noms] == ["ligne", "besoin"]
    # Opening the page begins a sitting: what moved is still told while it lasts, and no longer at the next one.
    record_visit(dossier, by=porteur, at=EN_TEMPS)
    assert len(depuis(dossier, porteur).nouvelles) == 4
    with time_machine.travel(EN_TEMPS + timedelta(hours=2)):
        assert depuis(dossier, porteur).nouvelles == []


# --- Visits -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visit_lasts_until_half_an_hour_without_a_sign(duo):
    dossier, porteur, _ = duo

    def after(minutes):
        record_visit(dossier, by=porteur, at=EN_TEMPS + timedelta(minutes=minutes))
        visite = Visite.objects.get(ecrit=dossier.ecrit, user=porteur)
        return [moment and round((moment - EN_TEMPS).total_seconds() / 60) for moment in (visite.precedente, visite.at)]

    # The sixth comes late: the clock does not go back.
    assert [after(minutes) for minutes in (0, 30, 61, 62, 500, 490)] == [
        [None, 0],
        [None, 30],
        [30, 61],
        [30, 62],
        [62, 500],
        [62, 500],
    ]


@pytest.mark.django_db
def test_a_visit_of_the_same_sitting_costs_one_query_and_a_stranger_makes_none(duo):
    dossier, porteur, _ = duo
    record_visit(dossier, by=porteur)
    with CaptureQueriesContext(connection) as captured:
        record_visit(dossier, by=porteur)
    assert [row["sql"].split()[0] for row in captured if "SAVEPOINT" not in row["sql"]] == ["UPDATE"]
    with pytest.raises(PermissionDenied):
        record_visit(dossier, by=UserFactory())
    assert list(Visite.objects.values_list("user", flat=True)) == [porteur.pk]
