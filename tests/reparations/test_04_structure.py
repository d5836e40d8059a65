"""The fields of a structure, written from two of its dossiers at once: merged or set aside, never overwritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from ecriture.models import Divergence
from projects.enums import Section
from projects.models import Membre, Structure
from tests.factories.contrats import AffectationFactory
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.textes import envoie, formulaire


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(datetime(2027, 3, 10, 14, 32, tzinfo=PARIS), tick=False):
        yield


class Deux:
    """Two dossiers of one structure, in two contrats, each written by somebody who does not see the other."""

    def __init__(self):
        self.porteur = UserFactory(prenom="Awa", nom="Diarra")
        self.un = DossierFactory(porteur=self.porteur, chef=UserFactory(prenom="Luc", nom="Fontanel"))
        self.structure = self.un.structure
        self.autre = DossierFactory(
            structure=self.structure, edition=self.un.edition, chef=UserFactory(prenom="Ada", nom="Petit")
        )
        self.luc, self.ada = (
            AffectationFactory._meta.model.objects.get(contrat=one.contrat).user for one in (self.un, self.autre)
        )

    def client(self, user):
        client = Client()
        client.force_login(user)
        return client

    def page(self, client, dossier):
        return client.get(reverse("projects:section_edit", args=[dossier.cle, Section.STRUCTURE]))


@pytest.fixture
def deux(transactional_db):
    return Deux()


def together(calls, wait_until, structure):
    """Make these requests while somebody else holds the structure, and let them go once all of them wait for it."""
    other = connection.copy()

    def run(call):
        try:
            return call()
        finally:
            connection.close()

    def waiting():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return cursor.fetchone()[0] == len(calls)

    try:
        with other.cursor() as cursor, ThreadPoolExecutor(len(calls)) as pool:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM projects_structure WHERE id = %s FOR UPDATE", [structure.pk])
            running = [pool.submit(run, call) for call in calls]
            try:
                wait_until(waiting)
            finally:
                cursor.execute("ROLLBACK")
            return [one.result(30) for one in running]
    finally:
        other.close()


def test_04_the_same_words_from_two_dossiers_of_a_structure_are_both_kept_and_shown_to_both(deux, wait_until):
    luc, ada = deux.client(deux.luc), deux.client(deux.ada)
    assert luc.get(reverse("projects:dossier_detail", args=[deux.autre.cle])).status_code == 404
    answers = together(
        [
            lambda: envoie(luc, deux.un, "structure.ville", "Ivry", base="Vitry-sur-Seine"),
            lambda: envoie(ada, deux.autre, "structure.ville", "Thiais", base="Vitry-sur-Seine"),
        ],
        wait_until,
        deux.structure,
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    divergence = Divergence.objects.get()
    held = Structure.objects.get().ville
    assert {divergence.sien, divergence.mien} == {"Ivry", "Thiais"}
    assert divergence.sien == held
    first, second = ("Luc Fontanel", "Ada Petit") if held == "Ivry" else ("Ada Petit", "Luc Fontanel")
    assert (divergence.autre.get_full_name(), divergence.by.get_full_name()) == (first, second)
    assert [answer.json()["divergence"] for answer in answers].count({"autre": first}) == 1
    for client, dossier in ((luc, deux.un), (ada, deux.autre)):
        page = deux.page(client, dossier).text
        assert [words in page for words in ("Deux textes pour «\u00a0Ville\u00a0»", "Ivry", "Thiais")] == [True] * 3
    # Whoever of the two chooses first has chosen for both.
    for client, dossier in ((luc, deux.un), (ada, deux.autre)):
        client.post(reverse("projects:divergence_resolve", args=[dossier.cle, divergence.pk]), {"choix": "mien"})
        assert "Deux textes pour" not in deux.page(client, dossier).text
    divergence.refresh_from_db()
    assert (divergence.resolved_by, Structure.objects.get().ville) == (deux.luc, divergence.mien)


def test_04_another_structure_shows_and_chooses_nothing_of_it(deux):
    stranger = UserFactory()
    foreign = DossierFactory(porteur=stranger)
    luc, ada = deux.client(deux.luc), deux.client(deux.ada)
    envoie(luc, deux.un, "structure.ville", "Ivry", base="Vitry-sur-Seine")
    envoie(ada, deux.autre, "structure.ville", "Thiais", base="Vitry-sur-Seine")
    envoie(luc, deux.un, "beneficiaires", 1, base=None)
    envoie(deux.client(deux.porteur), deux.un, "beneficiaires", 2, base=None, ecran="e2")
    mine = Divergence.objects.get(nom="structure.ville")
    besoin = Divergence.objects.get(nom="beneficiaires")
    client = deux.client(stranger)
    assert "Deux textes pour" not in deux.page(client, foreign).text
    resolve = reverse("projects:divergence_resolve", args=[foreign.cle, mine.pk])
    assert client.post(resolve, {"choix": "mien"}).status_code == 404
    # What is not of the structure stays with its dossier.
    resolve = reverse("projects:divergence_resolve", args=[deux.autre.cle, besoin.pk])
    assert ada.post(resolve, {"choix": "mien"}).status_code == 404
    assert Divergence.objects.filter(resolved_at=None).count() == 2


def test_04_different_words_from_two_dossiers_of_a_structure_are_merged(deux, wait_until):
    luc, ada = deux.client(deux.luc), deux.client(deux.ada)
    base = "La Ville donne mille euros par an."
    Structure.objects.update(aides_publiques=base)
    answers = together(
        [
            lambda: envoie(luc, deux.un, "structure.aides_publiques", f"{base} Le Département aussi.", base=base),
            lambda: envoie(
                ada, deux.autre, "structure.aides_publiques", base.replace("mille", "deux mille"), base=base
            ),
        ],
        wait_until,
        deux.structure,
    )
    assert [answer.json()["divergence"] for answer in answers] == [None, None]
    assert Structure.objects.get().aides_publiques == "La Ville donne deux mille euros par an. Le Département aussi."


def test_04_the_page_of_the_structure_undoes_nothing_written_meanwhile(deux):
    porteur, luc = deux.client(deux.porteur), deux.client(deux.luc)
    address = reverse("projects:structure_edit", args=[deux.structure.cle])
    data = formulaire(porteur.get(address).text)
    envoie(luc, deux.un, "structure.ville", "Ivry", base="Vitry-sur-Seine")
    envoie(luc, deux.un, "structure.benevoles", 40, base=12)
    # A field left alone on the page stays as Luc wrote it; the one typed is written.
    assert porteur.post(address, data | {"sigle": "LAV"}).status_code == 302
    found = Structure.objects.get()
    assert (found.ville, found.benevoles, found.sigle) == ("Ivry", 40, "LAV")
    # The same field typed on both sides: said beside it, nothing lost, and sent again it is a choice.
    refused = porteur.post(address, data | {"sigle": "LAV", "ville": "Thiais"})
    assert list(refused.context["form"].errors) == ["ville"]
    assert "Quelqu’un vient d’écrire ici\u00a0: «\u00a0Ivry\u00a0»" in refused.text
    assert 'value="Thiais"' in refused.text
    assert Structure.objects.get().ville == "Ivry"
    assert porteur.post(address, formulaire(refused.text)).status_code == 302
    found = Structure.objects.get()
    assert (found.ville, found.benevoles) == ("Thiais", 40)


def test_04_two_hundred_saves_at_once_never_wait_for_each_other(deux):
    """From two dossiers, the page of the structure, comments and other fields: no deadlock, no word lost."""
    Structure.objects.update(aides_publiques="début")
    membre = UserFactory()
    Membre.objects.create(structure=deux.structure, user=membre, is_responsable=True, du="2020-01-01")
    places = [(deux.luc, deux.un), (deux.ada, deux.autre), (deux.porteur, deux.un), (membre, deux.autre)]
    gate, acknowledged = Barrier(len(places)), []

    def write(rank):
        user, dossier = places[rank]
        client, statuses = deux.client(user), []
        try:
            gate.wait(30)
            texte, vu = "début", 0
            for tour in range(50):
                word = f"mot{rank}x{tour}"
                if tour % 5 == 4:
                    nom = "publics"
                    statuses.append(envoie(client, dossier, nom, f"{rank} {tour}", ecran=f"e{rank}").status_code)
                    address = reverse("projects:commentaire_create", args=[dossier.cle, Section.STRUCTURE])
                    client.post(address, {"c-texte": f"Un mot {rank} {tour}", "c-visibilite": "co_auteurs"})
                    if rank >= 2:
                        edit = reverse("projects:structure_edit", args=[deux.structure.cle])
                        client.post(edit, formulaire(client.get(edit).text) | {"sigle": f"S{rank}{tour}"})
                    continue
                answer = envoie(
                    client,
                    dossier,
                    "structure.aides_publiques",
                    f"{texte} {word}",
                    base=texte,
                    vu=vu,
                    ecran=f"e{rank}",
                    sequence=tour + 1,
                )
                statuses.append(answer.status_code)
                texte, vu = answer.json()["valeur"], answer.json()["version"]
                acknowledged.append(word)
            return statuses
        finally:
            connection.close()

    with ThreadPoolExecutor(len(places)) as pool:
        found = list(pool.map(write, range(len(places))))
    assert found == [[200] * 50] * 4
    held = Structure.objects.get().aides_publiques.split()
    assert sorted(held) == sorted([*acknowledged, "début"])
    assert not Divergence.objects.filter(nom="structure.aides_publiques").exists()
