"""Dossiers ready to be deposited, and beyond, reached through the real actions. Amounts in whole euros."""

import hashlib
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from projects.depot.actions import submit_dossier
from projects.dossier.contenu import fingerprint, frozen_content
from projects.dossier.engagements import engagements_of
from projects.enums import Statut
from projects.models import BudgetLigne, Depot, Dossier, Indicateur, Membre, Piece, Structure
from projects.silence import silence
from tests.factories.contrats import CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, UserFactory

PARIS = ZoneInfo("Europe/Paris")
# A day on which the édition 2027 takes deposits.
EN_TEMPS = datetime(2027, 5, 20, 14, 32, tzinfo=PARIS)
_rang = count(1)


def deposit(dossier, **kwargs):
    """Deposit it as its page does, every text of today confirmed. `kwargs`: those of `submit_dossier`."""
    return submit_dossier(dossier, lus=set(engaged(dossier).values()), **kwargs)


def engaged(dossier):
    """What the page of the deposit sends when every box is ticked."""
    return {one.nature.value: one.sha256 for one in engagements_of(Structure.objects.get(pk=dossier.structure_id))}


def responsable_of(structure, **user):
    """A new person who may commit this structure."""
    person = UserFactory(**user)
    Membre.objects.create(structure=structure, user=person, is_responsable=True, du=date(2020, 1, 1))
    return person


def complete_dossier(*, statut=Statut.PRET, structure=None, edition=None, contrat=None, quartiers=None, **fields):
    """A dossier nothing is missing in; `dossier.responsable` may deposit it."""
    rang = next(_rang)
    edition = edition or EditionFactory()
    contrat = contrat or ContratFactory()
    if structure is None:
        structure = Structure.objects.create(
            nom=f"Les Ateliers {rang}",
            rna=f"W94{rang:07d}",
            adresse="3 rue du Four",
            code_postal="94200",
            ville="Ivry-sur-Seine",
            representant_nom="Awa Diarra",
            representant_fonction="présidente",
            benevoles=12,
            salaries=0,
            aides_publiques="aucune",
        )
    membre = structure.membres.filter(is_responsable=True).select_related("user").first()
    responsable = membre.user if membre else responsable_of(structure, prenom="Awa", nom=f"Diarra-{rang}")
    montant = fields.pop("montant_demande", 8_000)
    values = {
        "titre": f"Le jardin qui parle {rang}",
        "resume": "Un jardin partagé où les voisins racontent.",
        "besoin": "Peu de lieux de rencontre.",
        "innovation": "Les récits guident les plantations.",
        "objectifs": "Rassembler.",
        "actions": "Vingt ateliers.",
        "partenaires": "Le bailleur.",
        "participation": "Un conseil d’habitants décide.",
        "lieux": "Square des Alliés",
        "publics": "Tous les âges",
        "beneficiaires": 120,
        "part_qpv": 80,
        "date_debut": date(edition.annee, 12, 1),
        "date_fin": date(edition.annee + 1, 11, 30),
        "etapes": "Semer, récolter.",
        "moyens_humains": "Une animatrice.",
        "moyens_materiels": "Des outils.",
        "evaluation": "Des carnets.",
    }
    dossier = Dossier.objects.create(
        edition=edition,
        structure=structure,
        contrat=contrat,
        statut=statut,
        created_by=responsable,
        montant_demande=montant,
        **values | fields,
    )
    dossier.quartiers.set(
        quartiers or [QuartierFactory(contrats=[contrat], communes=[CommuneFactory(nom="Ivry-sur-Seine")])]
    )
    BudgetLigne.objects.bulk_create(
        [
            BudgetLigne(dossier=dossier, sens="charge", compte="60", libelle="Graines", montant=montant),
            BudgetLigne(dossier=dossier, sens="charge", compte="64", montant=2_000),
            BudgetLigne(dossier=dossier, sens="produit", compte="74", libelle="EPT", montant=montant, is_ept=True),
            BudgetLigne(dossier=dossier, sens="produit", compte="74", libelle="Région", montant=2_000, is_obtenu=True),
        ]
    )
    Indicateur.objects.create(dossier=dossier, libelle="Ateliers tenus", cible="20")
    dossier.responsable = responsable
    return dossier


def join_piece(dossier, demandee=None, nom="statuts.pdf", contenu=b"%PDF-1.7 statuts"):
    """A file of the dossier, written without the checks of an upload."""
    piece = Piece(
        dossier=dossier,
        demandee=demandee,
        nom=nom,
        type_mime="application/pdf",
        taille=len(contenu),
        sha256=hashlib.sha256(contenu).hexdigest(),
        by=dossier.created_by,
    )
    piece.fichier.save(nom, ContentFile(contenu), save=False)
    piece.save()
    return piece


def received(dossier):
    """The first version of a dossier that a factory put beyond its deposit. Returns the `Depot`."""
    contenu = frozen_content(dossier, at=EN_TEMPS, by=dossier.created_by)
    kept = {"contenu": contenu, "sha256": fingerprint(contenu), "rejet_implicite_le": silence(EN_TEMPS).le}
    return Depot.objects.create(dossier=dossier, at=EN_TEMPS, by=dossier.created_by, **kept)


def deposited_dossier(*, at=EN_TEMPS, **kwargs):
    """A dossier deposited at `at` by a responsable of its structure."""
    ready = complete_dossier(**kwargs)
    depot = deposit(ready, by=ready.responsable, at=at)
    dossier = Dossier.objects.select_related("edition", "structure", "contrat").get(pk=ready.pk)
    dossier.responsable = ready.responsable
    dossier.depose = depot
    return dossier
