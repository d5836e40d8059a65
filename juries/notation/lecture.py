"""A dossier as the jury reads it, on its page and in the booklet: as everybody does, less what is not theirs, with the
note of the EPT and the opinions of the partners."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import partial

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from instruction.avis.queries import avis_for_jury
from instruction.models import Instruction
from juries.creneau import Creneau
from juries.models import Audition
from projects.champs.entree import Lecteur
from projects.dossier.contenu import without_private
from projects.dossier.lecture import DossierLu, lectures, printable_section


@dataclass(frozen=True)
class AvisLu:
    """The opinion of a partner. `de`: who, and of what body; `sens`: its words; `texte` may be empty.

    `rendu`: when it was given, and on which version.
    """

    de: str
    sens: str
    rendu: str
    texte: str


@dataclass(frozen=True)
class AuditionLue:
    """What is read of one audition. `creneau`: its slot, as this person may know it, None before it was announced.

    `note`, `montant_propose` (whole euros or None): of the EPT.
    """

    audition: Audition
    creneau: Creneau | None
    lue: DossierLu
    note: str
    montant_propose: int | None
    avis: list


def slot_for(audition, user):
    """The `Creneau` of an audition for this person: as it stands for the EPT, else as it was announced, None before."""
    return Creneau.read(audition.creneau) if user.is_agent else audition.annoncee


def in_booklet(seance, user):
    """What the booklet of this séance holds for this person, in order: what it was announced to hold, and what has not
    been announced yet; for the EPT, what stands in it."""
    visible = Audition.objects.visible_to(user).devant_le_jury()
    if user.is_agent:
        return visible.filter(seance=seance).order_by("debut", "pk")
    told_here = Q(dit_debut__gte=seance.debut, dit_debut__lt=seance.fin, seance__jury=seance.jury_id)
    return visible.dites().filter(told_here | Q(annonce__isnull=True, seance=seance))


def read_audition(audition, user):
    """The `AuditionLue` of an audition this person sees."""
    return read_auditions([audition], user)[0]


def read_auditions(auditions, user):
    """The same of several, in their order, in a constant number of queries."""
    adresses = {audition.dossier_id: partial(_door, audition) for audition in auditions}
    lues = lectures(adresses, user, Lecteur.JURE)
    instructions = {one.dossier_id: one for one in Instruction.objects.filter(dossier__in=adresses)}
    given = defaultdict(list)
    for one in avis_for_jury(adresses):
        de = ", ".join(filter(None, (one.nom, one.organisme)))
        given[one.dossier_id].append(AvisLu(de, one.get_sens_display(), one.rendu, without_private(one.texte)))
    found = []
    for audition in auditions:
        instruction = instructions.get(audition.dossier_id, Instruction())
        found.append(
            AuditionLue(
                audition=audition,
                creneau=slot_for(audition, user),
                lue=lues[audition.dossier_id],
                note=instruction.note_synthese,
                montant_propose=instruction.montant_propose,
                avis=given[audition.dossier_id],
            )
        )
    return found


def _door(audition, cle):
    return reverse("juries:piece_download", args=[audition.cle, cle])


def printable_booklet(seance, read):
    """The booklet of a séance as `documents/juries/cahier.typ` prints it. `read`: its `AuditionLue`s, in order."""
    return {
        "demo": settings.DEMO,
        "edition": seance.jury.edition.titre,
        "debut": seance.debut,
        "fin": seance.fin,
        "lieu": seance.lieu or "Visioconférence",
        "auditions": [_printable(one) for one in read],
    }


def _printable(one):
    entete = one.lue.entete
    return {
        "debut": one.creneau and one.creneau.debut,
        "numero": one.lue.dossier.numero,
        "version": one.lue.libelle_version,
        "titre": entete.titre,
        "resume": entete.resume,
        "structure": entete.structure,
        "contrat": entete.contrat,
        "qpv": entete.quartiers,
        "montant_demande": entete.montant_demande,
        "note": one.note,
        "montant_propose": one.montant_propose,
        "avis": [asdict(avis) for avis in one.avis],
        "sections": [printable_section(partie) for partie in one.lue.parties],
    }
