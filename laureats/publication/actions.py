"""Publish all the results of an édition at once: statuts, laureates, payments to come, letters and messages."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from label.documents import DocumentError
from label.models import Edition
from label.notifications import notify
from label.templatetags.label_ui import jour_heure
from laureats.models import Beneficiaire, Laureat, Lettre, Versement
from laureats.publication.lettres import lettre_filename, render_lettre
from laureats.publication.resultats import REFUS, prepare_publication
from laureats.scdl import composer_objet
from projects.deport.queries import ensure_not_recused
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier
from projects.models.dossier import RESUME_MAX

CHANGED = (
    "Entre-temps, quelque chose a changé\u00a0: le vote, un projet ou une adresse n’est plus ce que vous avez relu. "
    "Rien n’a été publié\u00a0: relisez l’aperçu."
)


class PublicationRefusee(ValidationError):
    """Nothing was published; the messages say why in French."""


def publish_results(edition, *, by, at=None, expected=None):
    """Publish `edition` at the aware datetime `at` (now), once, all or nothing. Returns the `Publication` made.

    `expected`: the fingerprint (`Publication.empreinte()`) of the preview the person read; refused when something
    moved meanwhile. The letters are made before anything is written: one that fails stops it all. Moves every
    dossier voted on, makes the `Laureat`s and their `Versement`s, owes each message with its letter joined.
    Raises PermissionDenied, or PublicationRefusee with French messages.
    """
    if not by.has_perm("laureats.publish_results"):
        raise PermissionDenied
    ensure_not_recused(by, edition)
    at = at or timezone.now()
    edition = Edition.objects.get(pk=edition.pk)
    read = prepare_publication(edition, at=at)
    if read.obstacles:
        raise PublicationRefusee(read.obstacles)
    empreinte = read.empreinte()
    if expected is not None and expected != empreinte:
        raise PublicationRefusee(CHANGED, code="stale")
    lettres = _render_all(read, at)
    with transaction.atomic():
        publication = _claim(edition, at, empreinte)
        for rang, resultat in enumerate(publication.laureats, start=1):
            _award(resultat, publication.vote, rang, by=by, at=at)
        for resultat in (*publication.attente, *publication.refus):
            if resultat.etape == "vote":
                _move(resultat, "keep_waiting" if resultat.is_attente else "refuse", by=by, at=at)
        for resultat in publication.resultats:
            _keep_lettre(resultat, lettres[resultat.dossier.pk], at)
        _notify_all(publication, lettres)
    return publication


def _render_all(publication, at):
    """{dossier pk: PDF bytes} of every letter; about ten milliseconds each."""
    lettres = {}
    for resultat in publication.resultats:
        try:
            lettres[resultat.dossier.pk] = render_lettre(resultat, publication.vote, at=at)
        except DocumentError as error:
            raise PublicationRefusee(
                f"La lettre de «\u202f{resultat.dossier}\u202f» n’a pas pu être faite. Rien n’a été publié\u202f; "
                "prévenez l’administration technique."
            ) from error
    return lettres


def _claim(edition, at, empreinte):
    """Take the publication for this call, by compare-and-set, and read again what it bears on."""
    if not Edition.objects.filter(pk=edition.pk, published_at__isnull=True).update(published_at=at):
        done = Edition.objects.get(pk=edition.pk).published_at
        raise PublicationRefusee(f"Les résultats ont déjà été publiés, le {jour_heure(done)}.", code="race")
    list(Dossier.objects.held().in_edition(edition).order_by("pk").only("ecrit__at"))
    publication = prepare_publication(edition, at=at)
    if publication.obstacles or publication.empreinte() != empreinte:
        raise PublicationRefusee(CHANGED, code="stale")
    edition.published_at = at
    return publication


def _move(resultat, name, *, by, at):
    """Move the dossier to its result: the journal tells what the letter does, and keeps the rest for the EPT."""
    trace = {"motif_interne": resultat.motif_interne}
    LIFECYCLE.apply(resultat.dossier, name, by=by, motif=resultat.motif, at=at, trace=trace)


def _award(resultat, vote, rang, *, by, at):
    """Move the dossier and freeze what is published of it."""
    dossier, structure = resultat.dossier, resultat.dossier.structure
    _move(resultat, "award", by=by, at=at)
    laureat = Laureat(
        edition=dossier.edition,
        dossier=dossier,
        ordre=rang,
        nom=structure.nom,
        titre=str(dossier),
        resume=dossier.resume[:RESUME_MAX],
        objet=composer_objet(dossier.edition.titre, str(dossier)),
        montant=resultat.montant,
        contrat=dossier.contrat,
        commune=structure.commune,
        date_notification=timezone.localdate(at),
        source=str(vote),
        is_fictif=dossier.edition.is_fictive or structure.is_fictive,
    )
    laureat.save()
    laureat.quartiers.set(dossier.quartiers.all())
    Beneficiaire.objects.create(laureat=laureat, nom=structure.nom, siret=structure.siret, rna=structure.rna)
    Versement.objects.bulk_create(
        Versement(
            laureat=laureat,
            rang=echeance.rang,
            libelle=echeance.libelle,
            montant=echeance.montant,
            prevu_le=echeance.prevu_le,
        )
        for echeance in resultat.echeances
    )


def _keep_lettre(resultat, pdf, at):
    """The letter stays with the dossier: a mail is lost, its joined file is erased with it."""
    lettre = Lettre(dossier=resultat.dossier, taille=len(pdf), sha256=hashlib.sha256(pdf).hexdigest(), at=at)
    lettre.fichier.save(lettre_filename(resultat), ContentFile(pdf), save=False)
    lettre.save()


def _notify_all(publication, lettres):
    for resultat in publication.resultats:
        notify(resultat.notification, resultat.dossier, lettre=lettres[resultat.dossier.pk], **resultat.contexte())
    for chef, resultats in publication.chefs.items():
        notify("resultats_chef", publication.edition, chef=chef, **contexte_chef(resultats))
    notify("resultats_jury", publication.edition, jures=publication.jures, **contexte_jury(publication))


def contexte_chef(resultats):
    """What the message to a chef de projet is written from."""
    return {
        "laureats": [resultat for resultat in resultats if resultat.is_laureat],
        "attente": [resultat for resultat in resultats if resultat.is_attente],
        "refus": [resultat for resultat in resultats if resultat.sens in REFUS],
    }


def contexte_jury(publication):
    """What the message to the jury is written from: numbers only, a recused member reads it too."""
    return {"nombre": len(publication.laureats), "attente": len(publication.attente)}
