"""Reading a dossier: the same content on screen and in the PDF, which people and machines find their way in."""

from copy import deepcopy
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from projects.champs.entree import Lecteur
from projects.dossier.contenu import current_content
from projects.dossier.lecture import lecture, printable
from projects.dossier.lisible import changes
from projects.enums import Section, Statut
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return DossierFactory(complet=True, chef=UserFactory(), titre="La cuisine qui voyage")


def chef_of(dossier):
    return dossier.contrat.chefs().get()


def pdf_of(client, dossier):
    client.force_login(chef_of(dossier))
    return PdfReader(BytesIO(client.get(reverse("projects:dossier_pdf", args=[dossier.cle])).content))


def plain(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize("complet", [True, False])
def test_the_pdf_is_tagged_titled_in_french_and_its_outline_is_the_sections(client, complet):
    dossier = DossierFactory(complet=complet, chef=UserFactory(), titre="La cuisine qui voyage")
    reader = pdf_of(client, dossier)
    root = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "fr-FR")
    assert reader.metadata.title == "Dossier en cours d’écriture · La cuisine qui voyage"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    top = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert top == [partie.titre for partie in lecture(dossier.pk, chef_of(dossier)).parties]
    # Each entry of the table of contents is a link, to the page its bookmark leads to.
    first = reader.pages[0]
    assert "Sommaire" in first.extract_text()
    links = [a.get_object() for a in first["/Annots"] if a.get_object()["/Subtype"] == "/Link"]
    assert len(links) >= len(top)
    total = len(reader.pages)
    assert [f"Page {n + 1} sur {total}" in plain(page.extract_text()) for n, page in enumerate(reader.pages)] == [
        True
    ] * total


def test_the_screen_and_the_paper_say_the_same(client, dossier):
    dossier.besoin, dossier.publics = "Les vélos dorment.", ""
    dossier.save()
    paper = plain(" ".join(page.extract_text() for page in pdf_of(client, dossier).pages))
    page = client.get(reverse("projects:dossier_read", args=[dossier.cle]))
    lue = page.context["lue"]
    screen = page.content.decode()
    assert [partie.code for partie in lue.parties] == [section for section in Section if section != Section.QUESTIONS]
    for partie in lue.parties:
        assert f'<li><a href="#{partie.code}">{partie.titre}</a></li>' in screen
        assert f'<h2 id="{partie.code}">{partie.titre}</h2>' in screen
    printed = printable(lue)
    assert [
        (section["titre"], [(champ["libelle"], champ["valeur"]) for champ in section["champs"]])
        for section in printed["sections"]
    ] == [(partie.titre, [(champ.libelle, champ.valeur) for champ in partie.champs]) for partie in lue.parties]
    words = {plain(str(champ.valeur)) for partie in lue.parties for champ in partie.champs if champ.long}
    assert [word for word in words - {""} if word not in paper.replace("- ", "-")] == []
    assert paper.index("À qui s’adresse le projet") < paper.index("Nombre de personnes attendues")
    assert screen.count("Non renseigné") == paper.count("Non renseigné")


def test_readers_outside_get_the_same_text_without_contacts(dossier):
    dossier.besoin = "Appelez Awa au 06 12 34 56 78."
    dossier.save()
    lue = lecture(dossier.pk, chef_of(dossier), Lecteur.PARTENAIRE)
    besoin = {champ.cle: champ.valeur for partie in lue.parties for champ in partie.champs}["besoin"]
    assert besoin == "Appelez Awa au [coordonnées masquées]."


def test_a_field_asked_since_the_deposit_and_left_empty_did_not_move():
    """An édition adds a field: what was frozen before does not hold it."""
    now = current_content(DossierFactory(besoin="Des vélos", partenaires="", statut=Statut.DEPOSE))
    frozen = deepcopy(now)
    del frozen["projet"]["partenaires"]
    assert changes(frozen, now) == []
    now["projet"]["partenaires"] = "La ville"
    assert changes(frozen, now) == [
        {"section": "Le projet", "libelle": "Partenaires", "avant": [], "apres": ["La ville"]}
    ]
