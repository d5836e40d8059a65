"""Run by `test_ajout` alone, on a house that has two more fields: `recit`, a text asked of everybody, and `cout`, euros
that the jury does not read and that a copy leaves.
"""

import json
import re
from datetime import datetime
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from projects.dossier.completude import missing_for
from projects.dossier.contenu import current_content, fingerprint
from projects.dossier.lisible import changes
from projects.enums import Section, Statut
from projects.models import Dossier
from projects.reprise.actions import copy_dossier
from tests.factories.depot import deposit, responsable_of
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db
EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
RECIT, COUT = "Récit du projet", "Coût par personne (€)"


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as traveller:
        yield traveller


def plain(text):
    return " ".join(unescape(text).replace("\u00a0", " ").replace("\u202f", " ").split())


def pages(client, address, user):
    client.force_login(user)
    response = client.get(address)
    if response["Content-Type"] == "application/pdf":
        return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages))
    return plain(response.text)


def send(client, dossier, nom, valeur, *, base, ecran):
    data = {"ecran": ecran, "sequence": 1, "vu": 0, "base": base, "valeur": valeur}
    address = reverse("projects:champ_save", args=[dossier.cle, nom])
    return client.post(address, json.dumps(data), content_type="application/json").json()


@pytest.fixture
def duo():
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(complet=True, porteur=porteur, chef=chef), porteur, chef


def test_it_is_asked_in_its_place_by_the_form_of_its_section(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, "projet"]))
    form = page.context["form"]
    assert list(form.fields)[-3:] == ["participation", "recit", "base"]
    assert (form["recit"].label, form["recit"].help_text) == (RECIT, "Comme à une voisine.")
    assert 'data-champ="recit"' in page.text
    assert 'data-commenter="recit"' in page.text
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, "territoire"]))
    assert next(iter(page.context["form"].fields)) == "cout"


def test_it_is_saved_by_itself_and_merged_word_by_word(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    assert send(client, dossier, "recit", "Un samedi de mars", base="", ecran="a")["version"] == 1
    send(client, dossier, "recit", "Un beau samedi de mars", base="Un samedi de mars", ecran="b")
    client.force_login(chef)
    done = send(client, dossier, "recit", "Un samedi de mars, à Ivry", base="Un samedi de mars", ecran="c")
    assert (done["valeur"], done["divergence"]) == ("Un beau samedi de mars, à Ivry", None)
    assert Dossier.objects.get().recit == "Un beau samedi de mars, à Ivry"
    assert send(client, dossier, "cout", "1 200", base=None, ecran="d")["valeur"] == 1200
    assert "erreur" in send(client, dossier, "cout", "cher", base=1200, ecran="e")


def test_it_is_saved_by_the_button_too(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    address = reverse("projects:section_edit", args=[dossier.cle, "projet"])
    form = client.get(address).context["form"]
    sent = client.post(address, form.initial | {"base": form["base"].value(), "recit": "Il était une fois."})
    assert (sent.status_code, Dossier.objects.get().recit) == (302, "Il était une fois.")


def test_it_is_missing_until_it_is_written(duo):
    dossier, _, _ = duo
    assert [(m.section, m.champ, m.phrase) for m in missing_for(dossier)] == [
        (Section.PROJET, "recit", "Racontez le projet.")
    ]
    dossier.recit = "Il était une fois."
    assert missing_for(dossier) == []


def test_it_is_frozen_fingerprinted_and_no_false_change_of_what_was_deposited_before(duo):
    dossier, _, _ = duo
    without = current_content(dossier)
    assert (without["projet"]["recit"], without["territoire"]["cout"]) == ("", None)
    dossier.recit, dossier.cout = "Il était une fois.", 40
    sections = current_content(dossier)
    assert (sections["projet"]["recit"], sections["territoire"]["cout"]) == ("Il était une fois.", 40)
    assert fingerprint(sections) != fingerprint(without)
    del without["projet"]["recit"], without["territoire"]["cout"]
    assert [(one["libelle"], one["apres"]) for one in changes(without, sections)] == [
        (RECIT, ["Il était une fois."]),
        (COUT, ["40\u00a0€"]),
    ]
    dossier.recit, dossier.cout = "", None
    assert changes(without, current_content(dossier)) == []


def test_its_story_is_told_under_its_label_in_its_words(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    send(client, dossier, "recit", "Il était une fois.", base="", ecran="a")
    send(client, dossier, "cout", 1200, base=None, ecran="b")
    told = pages(client, reverse("projects:histoire_list", args=[dossier.cle, "projet"]), porteur)
    assert RECIT in told
    assert "Il était une fois." in told
    told = pages(client, reverse("projects:histoire_list", args=[dossier.cle, "territoire"]), porteur)
    assert COUT in told
    assert "1 200 €" in told


def test_each_reader_reads_what_is_his_on_screen_and_on_paper(client):
    jury = jury_of()
    porteur, chef, pilote = UserFactory(), UserFactory(), UserFactory(pilote=True)
    dossier = DossierFactory(
        complet=True,
        edition=jury.edition,
        admis=True,
        porteur=porteur,
        chef=chef,
        recit="Il était une fois.",
        cout=1200,
    )
    audition = audition_of(seance_of(jury), dossier)
    jure = jure_of(jury)
    free(jure, audition)
    read = [reverse(f"projects:{name}", args=[dossier.cle]) for name in ("dossier_read", "dossier_pdf")]
    heard = (
        reverse("juries:audition_detail", args=[audition.cle]),
        reverse("juries:cahier_pdf", args=[audition.seance.cle]),
    )
    seen = {
        (name, place): (RECIT in text and "Il était une fois." in text, COUT in text and "1 200 €" in text)
        for name, user, addresses in (
            ("porteur", porteur, read),
            ("chef", chef, read),
            ("pilote", pilote, read),
            ("jury", jure.user, heard),
        )
        for place, address in enumerate(addresses)
        for text in [pages(client, address, user)]
    }
    assert seen == {
        (name, place): (True, name != "jury") for name in ("porteur", "chef", "pilote", "jury") for place in (0, 1)
    }


def test_it_is_deposited_and_the_instructeur_reads_it(client):
    dossier = DossierFactory(complet=True, pret=True, recit="Il était une fois.", cout=1200)
    frozen = deposit(dossier, by=responsable_of(dossier.structure, prenom="Awa", nom="Diarra")).contenu["sections"]
    assert (frozen["projet"]["recit"], frozen["territoire"]["cout"]) == ("Il était une fois.", 1200)
    agent = UserFactory(instructeur=True)
    text = pages(client, reverse("instruction:instruction_detail", args=[dossier.cle]), agent)
    words = plain(re.sub(r"<[^>]+>", " ", text))
    assert f"{RECIT} Il était une fois." in words
    assert f"{COUT} 1 200 €" in words


def test_it_is_exported_typed(client, duo):
    _, porteur, _ = duo
    Dossier.objects.update(recit="Il était une fois.", cout=1200)
    client.force_login(porteur)
    book = load_workbook(BytesIO(client.get(reverse("projects:dossier_list"), {"format": "xlsx"}).content))
    heads, row = list(book.active.values)[:2]
    values = dict(zip(heads, row, strict=True))
    assert (values["Récit"], values["Coût par personne"]) == ("Il était une fois.", 1200)


def test_the_copy_for_another_edition_takes_what_it_says():
    old_porteur = UserFactory()
    old = DossierFactory(
        complet=True, edition=EditionFactory(annee=2027), non_retenu=True, porteur=old_porteur, recit="Encore.", cout=9
    )
    new = EditionFactory(annee=2028)
    with time_machine.travel(datetime(2028, 3, 10, tzinfo=PARIS), tick=False):
        copied = copy_dossier(old, new, by=old_porteur)
    assert (copied.statut, copied.recit, copied.cout) == (Statut.IDEE, "Encore.", None)
