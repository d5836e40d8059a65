"""Three hundred races of saves against a deposit: what was acknowledged before is in it, nothing is written after."""

import hashlib
import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from ecriture.models import Commentaire
from projects.enums import Section
from projects.models import Depot, Dossier, Structure
from tests.factories.contrats import AffectationFactory, ContratFactory
from tests.factories.depot import complete_dossier
from tests.factories.label import PARIS, EditionFactory
from tests.factories.projects import DossierFactory
from tests.pdf import PDF
from tests.reparations.textes import envoie, formulaire

# Deposits; three writes race each.
DEPOTS = 120


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(datetime(2027, 5, 20, 14, 32, tzinfo=PARIS), tick=False):
        yield


def _sha256(contenu):
    return hashlib.sha256(
        json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


class Course:
    """One dossier on its way to be deposited, and what each writer does to it. A write returns (status, is_in)."""

    def __init__(self, rank, edition, contrat, chef, autre_chef, autre_contrat):
        self.dossier = complete_dossier(edition=edition, contrat=contrat)
        self.rank, self.structure = rank, self.dossier.structure
        self.porteur, self.chef = self.dossier.responsable, chef
        # Another dossier of the same structure, in another contrat.
        self.autre = DossierFactory(edition=edition, structure=self.structure, contrat=autre_contrat)
        self.autre_chef = autre_chef
        self.ligne = self.dossier.budget_lignes.get(libelle="Région")

    def open_pages(self, clients):
        """The page of the deposit and that of a section, opened before the race."""
        self.depot = reverse("projects:depot_create", args=[self.dossier.cle])
        self.clic = formulaire(clients[self.porteur.pk].get(self.depot).text, tout_coche=True)
        self.address = reverse("projects:section_edit", args=[self.dossier.cle, Section.CALENDRIER])
        self.page = formulaire(clients[self.chef.pk].get(self.address).text)

    def depose(self, clients):
        return clients[self.porteur.pk].post(self.depot, self.clic).status_code, None

    def champ(self, clients):
        text = f"Écrit pendant le dépôt {self.rank}"
        answer = envoie(clients[self.chef.pk], self.dossier, "besoin", text, base="Peu de lieux de rencontre.")
        return answer.status_code, lambda sections: sections["projet"]["besoin"] == text

    def structure_ici(self, clients):
        answer = envoie(
            clients[self.chef.pk], self.dossier, "structure.representant_fonction", "trésorière", base="présidente"
        )
        return answer.status_code, lambda sections: sections["structure"]["representant_fonction"] == "trésorière"

    def structure_ailleurs(self, clients):
        answer = envoie(clients[self.autre_chef.pk], self.autre, "structure.ville", "Orly", base="Ivry-sur-Seine")
        return answer.status_code, lambda sections: sections["structure"]["ville"] == "Orly"

    def budget(self, clients):
        held = {"sens": "produit", "compte": "74", "libelle": "Région", "montant": 2000, "is_obtenu": True}
        valeur = held | {"libelle": "Région Île-de-France"}
        answer = envoie(clients[self.chef.pk], self.dossier, f"ligne.{self.ligne.cle}", valeur, base=held)
        return (
            answer.status_code,
            lambda sections: "Région Île-de-France" in [ligne["libelle"] for ligne in sections["budget"]["lignes"]],
        )

    def fichier(self, clients):
        content = PDF + str(self.rank).encode()
        sent = {"fichier": SimpleUploadedFile("devis.pdf", content, "application/pdf")}
        address = reverse("projects:piece_add", args=[self.dossier.cle])
        answer = clients[self.chef.pk].post(address, sent, headers={"Accept": "application/json"})
        status = {"joint": 200, "refuse": 409}[answer.json()["etat"]]
        digest = hashlib.sha256(content).hexdigest()
        return status, lambda sections: digest in [one["sha256"] for one in sections["pieces"]["fichiers"]]

    def section(self, clients):
        answer = clients[self.chef.pk].post(self.address, self.page | {"etapes": f"Étapes {self.rank}"})
        # Refused, the page is shown again.
        status = {302: 200, 422: 409, 409: 409}[answer.status_code]
        return status, lambda sections: sections["calendrier"]["etapes"] == f"Étapes {self.rank}"

    def commentaire(self, clients):
        address = reverse("projects:commentaire_create", args=[self.dossier.cle, Section.PROJET])
        answer = clients[self.chef.pk].post(address, {"c-texte": "Une remarque", "c-visibilite": "co_auteurs"})
        return answer.status_code, None


# Three of them at each deposit.
ACTES = ["champ", "structure_ici", "structure_ailleurs", "budget", "fichier", "section", "commentaire"]


def _now(dossier):
    """What the database holds of the parts that were raced."""
    structure = Structure.objects.get(pk=dossier.structure_id)
    lignes = dossier.budget_lignes.order_by("pk").values("compte", "libelle", "montant")
    pieces = dossier.pieces.filter(remplacee_at=None).order_by("pk").values_list("sha256", flat=True)
    return {
        "projet": dossier.besoin,
        "calendrier": dossier.etapes,
        "fonction": structure.representant_fonction,
        "lignes": sorted((ligne["compte"], ligne["libelle"], ligne["montant"]) for ligne in lignes),
        "pieces": sorted(pieces),
    }


def _frozen(sections):
    return {
        "projet": sections["projet"]["besoin"],
        "calendrier": sections["calendrier"]["etapes"],
        "fonction": sections["structure"]["representant_fonction"],
        "lignes": sorted((one["compte"], one["libelle"], one["montant"]) for one in sections["budget"]["lignes"]),
        "pieces": sorted(one["sha256"] for one in sections["pieces"]["fichiers"]),
    }


@pytest.mark.django_db(transaction=True)
def test_04_nothing_is_written_after_the_fingerprint():
    edition, contrat, autre_contrat = EditionFactory(), ContratFactory(), ContratFactory()
    chef, autre_chef = (AffectationFactory(contrat=one).user for one in (contrat, autre_contrat))
    order, gate, seen = random.Random(4), Barrier(4), Counter()

    def run(course, acte, clients, pause):
        try:
            gate.wait(30)
            time.sleep(pause)
            return getattr(course, acte)(clients)
        finally:
            connection.close()

    def client(user):
        found = Client()
        found.force_login(user)
        return found

    shared = {chef.pk: client(chef), autre_chef.pk: client(autre_chef)}
    with ThreadPoolExecutor(4) as pool:
        for rank in range(DEPOTS):
            course = Course(rank, edition, contrat, chef, autre_chef, autre_contrat)
            clients = shared | {course.porteur.pk: client(course.porteur)}
            actes = ["depose", *order.sample(ACTES, 3)]
            course.open_pages(clients)
            pauses = [order.random() * 0.05 for _ in actes]
            running = [
                pool.submit(run, course, acte, clients, pause) for acte, pause in zip(actes, pauses, strict=True)
            ]
            (status, _), *writes = [one.result(60) for one in running]
            assert status == 302, actes
            depot = Depot.objects.get(dossier=course.dossier)
            sections, held = depot.contenu["sections"], Dossier.objects.get(pk=course.dossier.pk)
            assert _sha256(depot.contenu) == depot.sha256
            assert _frozen(sections) == _now(held), (rank, actes)
            for acte, (status, is_in) in zip(actes[1:], writes, strict=True):
                seen[acte, status] += 1
                if acte == "commentaire":
                    assert status == 302
                    continue
                assert status in (200, 409), (acte, status)
                # Another dossier of the structure goes on after the deposit of this one.
                if acte != "structure_ailleurs":
                    assert is_in(sections) == (status == 200), (rank, acte, status)
    # Each kind of write came before some deposits and after others.
    both = {acte for acte in ACTES if seen[acte, 200] and seen[acte, 409]}
    assert both == set(ACTES) - {"structure_ailleurs", "commentaire"}, seen
    assert sum(count for (acte, _), count in seen.items() if acte != "commentaire") >= 300
    assert Commentaire.objects.count() == seen["commentaire", 302]
