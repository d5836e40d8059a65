"""The receipt of a version: what it says, the PDF, and the message that carries it to who sent the version."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from label.celery import enqueue
from label.documents import DocumentError, render_pdf
from label.mentions import silence_words
from label.models import Courriel, CourrielFichier
from label.models.courriel import Etat
from label.notifications import enqueue_on_commit, notify
from projects.dossier.engagements import quality_of
from projects.dossier.lisible import readable
from projects.models import Depot

logger = logging.getLogger(__name__)

MESSAGE_DEPOT, MESSAGE_COMPLEMENT = "depot_recu", "complement_envoye"
MODELE = "projects/recepisse.typ"
# How long the message waits for its receipt before leaving without it (its text holds the link).
ATTENTE = timedelta(minutes=2)


def owe_recepisse(depot):
    """Owe the message of this version, which leaves with its receipt, or without it after a while. Returns `Courriel`s.

    Part of the transaction that receives the version, where it may still have no key; the receipt is made once it
    holds.
    """
    # Registered before the messages: the receipt is joined before they are handed to the queue.
    transaction.on_commit(lambda: _produce_after_commit(depot.pk), robust=True)
    key, occurrence = _message(depot)
    owed = notify(key, depot.dossier, occurrence=occurrence, depot=depot)
    waiting = Courriel.objects.filter(pk__in=[courriel.pk for courriel in owed])
    waiting.update(prochain_essai=timezone.now() + ATTENTE)
    return owed


def _message(depot):
    """(key, occurrence) of the message that carries the receipt of this version."""
    return (MESSAGE_DEPOT, "") if depot.rang == 1 else (MESSAGE_COMPLEMENT, str(depot.rang))


def _produce_after_commit(pk):
    try:
        produce_recepisse(pk)
    except (DocumentError, OSError) as error:
        logger.error("Receipt of depot %s not made at once: %s", pk, error)
        enqueue("projects.tasks.make_recepisse", pk)


def recepisse_data(depot):
    """What the receipt says (CRPA R112-5, R112-11-1), from what was frozen alone; the shape is in its template."""
    contenu = depot.contenu
    structure = contenu["sections"]["structure"]
    budget, fichiers = contenu["sections"]["budget"], contenu["sections"]["pieces"]["fichiers"]
    territoire = next(partie for partie in readable(contenu["sections"]) if partie.code == "territoire")
    identifiant = f"SIRET {structure['siret']}" if structure["siret"] else ""
    if not identifiant and structure["rna"]:
        identifiant = f"RNA {structure['rna']}"
    return {
        "demo": settings.DEMO,
        "edition": contenu["edition"]["titre"],
        "emetteur": {
            "nom": settings.LABEL_ATTRIBUANT_NOM,
            "service": settings.LABEL_SERVICE,
            "adresse": settings.LABEL_ADRESSE,
            "courriel": settings.LABEL_CONTACT_EMAIL,
            "telephone": settings.LABEL_CONTACT_TELEPHONE,
        },
        "numero": contenu["numero"],
        "titre": contenu["sections"]["projet"]["titre"],
        "structure": {
            "nom": structure["nom"],
            "identifiant": identifiant,
            "representant": structure["representant_nom"],
        },
        "version": depot.rang,
        "depose_le": depot.at,
        "depose_par": _par(depot),
        "complement": contenu.get("complement"),
        "montant_demande": budget["montant_demande"],
        "qpv": territoire.champs[0].valeur,
        "contrat": contenu["contrat"]["nom"] if contenu["contrat"] else "",
        "delai": silence_words(),
        "rejet_implicite_le": depot.rejet_implicite_le,
        "tribunal": settings.LABEL_TRIBUNAL,
        "fichiers": [
            {"nom": f["demandee"] or "Autre pièce", "fichier": f["nom"], "octets": f["taille"], "sha256": f["sha256"]}
            for f in fichiers
        ],
        "empreinte": depot.sha256,
    }


def _par(depot):
    """Who sent it: at the deposit, with what she was to the structure."""
    nom = depot.contenu["depose_par"]
    return f"{nom}, {quality_of(depot.contenu['sections']['engagements'])}" if depot.rang == 1 else nom


def render_recepisse(depot):
    """The receipt as PDF bytes; the same deposit gives the same bytes. Raises DocumentError."""
    return render_pdf(MODELE, recepisse_data(depot), timestamp=depot.at)


@transaction.atomic
def produce_recepisse(pk):
    """Make the receipt of deposit `pk`, keep it, join it to the messages that wait for it, and free these.

    Does nothing when it is made already. Raises DocumentError or OSError: nothing is then changed.
    """
    depot = Depot.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=pk)
    if depot.recepisse:
        return
    pdf = render_recepisse(depot)
    name, (key, occurrence) = name_of(depot), _message(depot)
    depot.recepisse.save(name, ContentFile(pdf), save=False)
    Depot.objects.filter(pk=pk).update(recepisse=depot.recepisse.name)
    waiting = list(
        Courriel.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            cle_notification=key, occurrence=occurrence, object_id=depot.dossier_id, etat=Etat.DU, fichiers=None
        )
    )
    CourrielFichier.objects.bulk_create(
        CourrielFichier(courriel=courriel, nom=name, type_mime="application/pdf", contenu=pdf) for courriel in waiting
    )
    Courriel.objects.filter(pk__in=[courriel.pk for courriel in waiting]).update(prochain_essai=timezone.now())
    enqueue_on_commit(waiting)


def name_of(depot):
    """The name of the file of this receipt."""
    version = "" if depot.rang == 1 else f"-version-{depot.rang}"
    return f"accuse-de-reception-{depot.dossier.numero}{version}.pdf"


def recepisse_bytes(depot):
    """The receipt to hand over: the kept file, or the same made again when there is none yet. Raises DocumentError."""
    if depot.recepisse:
        try:
            with depot.recepisse.open("rb") as file:
                return file.read()
        except OSError:
            logger.error("Receipt file of depot %s unreadable, made again", depot.pk)
    return render_recepisse(depot)
