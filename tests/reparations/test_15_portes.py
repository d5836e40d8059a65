"""Doors that lead somewhere: an idea from its place, a page through the door, a letter and its payments for ever."""

import hashlib
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from contrats.models import Quartier
from label.enums import Generation
from label.forms.robots import start
from label.models import Courriel
from laureats.models import Lettre
from laureats.publication.actions import publish_results
from projects.deport.actions import declare_deport
from projects.models import Dossier
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PUBLIE_LE, PorteuseFactory, ecarte, propose, reserve, vote

pytestmark = pytest.mark.django_db

IDEE = "projects:idee_create"


def signed_in(user=None):
    client = Client()
    if user:
        client.force_login(user)
    return client


def buttons(page):
    """The addresses of the buttons that start an idea."""
    pattern = rf'href="({re.escape(reverse(IDEE))}\?[^"]*)"'
    return [unescape(found) for found in re.findall(pattern, page)]


def ticked(response):
    return response.context["form"]["quartiers"].value() or []


# --- From the chef de projet found to the idea ---------------------------------------------------


@pytest.fixture
def lieu():
    EditionFactory()
    contrat = ContratFactory(nom="Contrat d’Ivry", communes=[CommuneFactory(nom="Ivry-sur-Seine")])
    chef = AffectationFactory(contrat=contrat, user=UserFactory()).user
    return contrat, chef, QuartierFactory(nom="Gagarine", contrats=[contrat])


def test_the_page_of_a_quartier_starts_an_idea_for_it(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    contrat, _, quartier = lieu
    QuartierFactory(nom="Monmousseau", contrats=[contrat])
    page = signed_in().get(reverse("contrats:recherche"), {"quartier": quartier.identifiant, "generation": "2015"})
    assert buttons(page.text) == [f"{reverse(IDEE)}?contrat={contrat.code}&quartier={quartier.identifiant}"]

    form = signed_in().get(buttons(page.text)[0])

    assert ticked(form) == [quartier.identifiant]
    assert "Vous proposez une idée pour «\u00a0Contrat d’Ivry\u00a0»" in unescape(form.text)


def test_the_page_of_a_contrat_starts_an_idea_for_its_only_quartier_or_lets_choose(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    contrat, _, quartier = lieu
    (button,) = buttons(signed_in().get(reverse("contrats:contrat_detail", args=[contrat.code])).text)
    assert ticked(signed_in().get(button)) == [quartier.identifiant]
    QuartierFactory(nom="Monmousseau", contrats=[contrat])
    form = signed_in().get(button)
    assert ticked(form) == []
    assert "Vous proposez une idée pour «\u00a0Contrat d’Ivry\u00a0»" in unescape(form.text)


def test_the_contrat_found_follows_the_idea_when_its_quartier_belongs_to_several(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    contrat, chef, _ = lieu
    partage = QuartierFactory(nom="Partagé", contrats=[ContratFactory(), contrat])
    porteur = UserFactory()
    client = signed_in(porteur)
    button = f"{reverse(IDEE)}?contrat={contrat.code}&quartier={partage.identifiant}"
    page = client.get(button)
    assert f'<input type="hidden" name="contrat" value="{contrat.code}">' in page.text

    typed = {"depart": start(), "titre": "T", "besoin": "B", "idee": "I", "nom": "Les Voisines", "type": "association"}
    sent = client.post(button, typed | {"quartiers": ticked(page), "contrat": contrat.code})

    assert sent.status_code == 302
    assert Dossier.objects.get().contrat == contrat
    assert chef.email in Courriel.objects.values_list("destinataire", flat=True)


def test_through_the_door_and_back_nothing_typed_nor_the_place_is_lost(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    contrat, _, _ = lieu
    partage = QuartierFactory(nom="Partagé", contrats=[ContratFactory(), contrat])
    client = signed_in()
    button = f"{reverse(IDEE)}?contrat={contrat.code}&quartier={partage.identifiant}"
    typed = {"depart": start(), "titre": "T", "besoin": "B", "idee": "I", "nom": "Les Voisines", "type": "association"}
    typed |= {"email": "awa@voisines.example", "quartiers": ticked(client.get(button)), "contrat": contrat.code}
    assert client.post(button, typed).status_code == 302

    awa = UserFactory(email="awa@voisines.example")
    back = signed_in(awa).get(reverse(IDEE))

    kept = back.context["form"]
    assert [kept[name].value() for name in ("titre", "besoin", "idee", "nom")] == ["T", "B", "I", "Les Voisines"]
    assert (ticked(back), kept["contrat"].value()) == ([partage.identifiant], contrat.code)


def test_a_place_added_to_a_draft_takes_nothing_from_it(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    _, _, quartier = lieu
    autre = QuartierFactory(nom="Balzac")
    client = signed_in(UserFactory())
    client.post(reverse(IDEE), {"depart": start(), "titre": "Le vélo", "quartiers": [autre.identifiant]})
    form = client.get(reverse(IDEE), {"quartier": quartier.identifiant})
    assert ticked(form) == [autre.identifiant, quartier.identifiant]
    assert form.context["form"]["titre"].value() == "Le vélo"


def test_a_quartier_of_the_other_generation_becomes_its_own_place_in_this_one(lieu, time_machine):
    time_machine.move_to("2027-03-10T14:00:00+01:00")
    _, _, quartier = lieu
    neuf = QuartierFactory(nom="Gagarine élargi", generation=Generation.G2024)
    Quartier.objects.filter(pk=quartier.pk).update(successeur=neuf)
    assert ticked(signed_in().get(reverse(IDEE), {"quartier": neuf.identifiant})) == [quartier.identifiant]


@pytest.mark.parametrize("asked", [{"quartier": "nulle-part"}, {"contrat": "XX"}, {"quartier": "\0"}])
def test_a_place_that_is_not_known_is_said_and_not_ignored(lieu, asked):
    page = signed_in().get(reverse(IDEE), asked)
    assert ("Le lieu d’où vous venez n’est pas dans la liste" in page.text) == (asked != {"quartier": "\0"})
    assert ticked(page) == []


# --- A page that is not found --------------------------------------------------------------------


def way_in(page):
    return [unescape(found) for found in re.findall(r'class="btn btn-primary" href="([^"]*)"', page)]


def test_a_page_not_found_leads_through_the_door_and_back_to_itself():
    nowhere = "/laureats/inconnue/?depuis=courriel&x=%C3%A9"
    page = signed_in().get(nowhere)
    assert page.status_code == 404
    (door,) = way_in(page.text)
    assert door.startswith(reverse("account_login") + "?next=")
    shown = signed_in().get(door)
    assert shown.context["suite"] == "/laureats/inconnue/?depuis=courriel&x=%C3%A9"


def test_who_is_signed_in_reads_other_words_the_same_for_what_is_closed_and_what_is_not_there():
    user = UserFactory()
    dossier = propose(EditionFactory())
    closed = signed_in(user).get(reverse("projects:dossier_detail", args=[dossier.cle]))
    absent = signed_in(user).get(reverse("projects:dossier_detail", args=["x" * len(dossier.cle)]))
    assert (closed.status_code, absent.status_code) == (404, 404)

    def said(response):
        return re.search(r'<div class="impasse">.*?</div>\s*</div>', response.text, re.DOTALL)[0]

    assert said(closed) == said(absent)
    assert user.email in said(closed)
    assert "connectez-vous" not in said(closed).lower()
    assert way_in(said(closed)) == [reverse("label:tableau")]


# --- After the publication -----------------------------------------------------------------------


@pytest.fixture
def publiee():
    """Results published: one laureate, one of the waiting list, one set aside by the jury."""
    edition, pilote = EditionFactory(), UserFactory(pilote=True)
    dossiers = {"lauréat": propose(edition), "réserve": reserve(edition), "écarté": ecarte(edition)}
    vote(edition, by=pilote)
    publish_results(edition, by=pilote, at=PUBLIE_LE)
    return edition, pilote, dossiers


def porteur_of(dossier):
    return dossier.structure.membres.get().user


def letter(client, dossier):
    given = client.get(reverse("laureats:lettre_download", args=[dossier.cle]))
    given.lu = given.getvalue() if given.streaming else b""
    return given


@pytest.mark.parametrize("which", ["lauréat", "réserve", "écarté"])
@pytest.mark.parametrize("years", [0, 5])
def test_the_letter_stays_on_the_page_of_its_dossier(publiee, which, years):
    _, _, dossiers = publiee
    dossier = dossiers[which]
    Courriel.objects.all().delete()
    with time_machine.travel(PUBLIE_LE + timedelta(days=366 * years, hours=1), tick=False):
        client = signed_in(porteur_of(dossier))
        page = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
        assert reverse("laureats:lettre_download", args=[dossier.cle]) in page
        given = letter(client, dossier)
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert hashlib.sha256(given.lu).hexdigest() == Lettre.objects.get(dossier=dossier).sha256
    assert given.lu[:5] == b"%PDF-"


def test_the_letter_kept_is_the_one_that_was_sent(publiee, tmp_path):
    _, _, dossiers = publiee
    for dossier in dossiers.values():
        sent = Courriel.objects.get(user=porteur_of(dossier)).fichiers.get()
        with Lettre.objects.get(dossier=dossier).fichier.open("rb") as kept:
            assert kept.read() == bytes(sent.contenu)
    (tmp_path / "lettre.pdf").write_bytes(bytes(sent.contenu))
    assert PdfReader(tmp_path / "lettre.pdf").pages


def test_the_pilote_finds_every_letter_from_the_page_of_the_publication(publiee):
    edition, pilote, dossiers = publiee
    client = signed_in(pilote)
    page = client.get(reverse("laureats:publication_preview", args=[edition.annee])).text
    found = re.findall(r'href="(/laureats/lettres/[^"]*)"', page)
    assert found == [
        reverse("laureats:lettre_download", args=[dossier.cle])
        for dossier in sorted(dossiers.values(), key=lambda dossier: dossier.numero)
    ]
    assert [client.get(link).getvalue()[:5] for link in found] == [b"%PDF-"] * 3


def test_the_letter_is_for_its_structure_and_for_the_ept(publiee):
    _, pilote, dossiers = publiee
    dossier, other = dossiers["lauréat"], porteur_of(dossiers["écarté"])
    chef = AffectationFactory(contrat=dossier.contrat, user=UserFactory()).user
    recused = UserFactory(instructeur=True)
    declare_deport(recused, dossier, motif="Voisin.")
    readers = {"pilote": pilote, "membre": porteur_of(dossier), "instructeur": UserFactory(instructeur=True)}
    assert {who: letter(signed_in(user), dossier).status_code for who, user in readers.items()} == {
        "pilote": 200,
        "membre": 200,
        "instructeur": 200,
    }
    others = {"chef": chef, "autre": other, "récusé": recused}
    assert {who: letter(signed_in(user), dossier).status_code for who, user in others.items()} == {
        "chef": 403,
        "autre": 404,
        "récusé": 404,
    }
    link = reverse("laureats:lettre_download", args=[dossier.cle])
    assert link not in signed_in(chef).get(reverse("projects:dossier_detail", args=[dossier.cle])).text


def test_before_the_publication_there_is_no_letter_nor_result_to_find():
    edition, pilote = EditionFactory(), UserFactory(pilote=True)
    structure = PorteuseFactory()
    dossier = propose(edition, structure=structure)
    vote(edition, by=pilote)
    client = signed_in(porteur_of(dossier))
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    assert "maintenant-resultat" not in page
    assert letter(client, dossier).status_code == 404


@pytest.mark.parametrize("days", [1, 179, 181, 2_000])
def test_the_payments_stay_on_the_pages_of_the_porteur(publiee, days):
    _, _, dossiers = publiee
    dossier = dossiers["lauréat"]
    versements = [unescape(str(versement.libelle)) for versement in dossier.laureat.versements.all()]
    assert len(versements) > 1
    with time_machine.travel(PUBLIE_LE + timedelta(days=days), tick=False):
        client = signed_in(porteur_of(dossier))
        for url in (reverse("label:tableau"), reverse("projects:dossier_detail", args=[dossier.cle])):
            page = unescape(client.get(url).text)
            assert [libelle for libelle in versements if libelle in page] == versements, url
