"""Juries, séances and ballots. Members have accepted; dossiers are inserted as admitted; hours are Paris's."""

import hashlib
from datetime import date, datetime, timedelta
from itertools import count

from django.core.files.base import ContentFile

from instruction.models import Instruction
from juries.enums import College
from juries.models import Audition, Convocation, Declaration, Jure, Jury, Presence, Seance, Support
from juries.notation.actions import save_bulletin
from projects.deport.actions import declare_deport
from projects.enums import Statut
from projects.models import Dossier, Membre, Passage, Structure
from tests.factories.contrats import CommuneFactory, ContratFactory
from tests.factories.label import PARIS, CritereFactory, EditionFactory, UserFactory
from tests.pdf import PDF

ACCEPTE_LE = datetime(2027, 9, 1, 10, 0, tzinfo=PARIS)
SEANCE_LE = datetime(2027, 9, 20, 9, 0, tzinfo=PARIS)
_rang = count(1)


def jury_of(edition=None, **fields):
    """The jury of an édition (2027 by default) with a grid of two criteria, the first of weight 2."""
    edition = edition or EditionFactory()
    jury, created = Jury.objects.get_or_create(edition=edition, defaults=fields)
    if created and not edition.criteres.exists():
        CritereFactory(edition=edition, ordre=1, nom="Innovation", poids=2)
        CritereFactory(edition=edition, ordre=2, nom="Ancrage dans le quartier")
    return jury


def jure_of(jury, user=None, *, college=College.EXPERTS, **fields):
    """A member who accepted; `accepted_at=None` leaves him invited."""
    user = user or UserFactory()
    values = {"nom": user.get_full_name(), "email": user.email, "accepted_at": ACCEPTE_LE} | fields
    if values["accepted_at"] is None:
        return Jure.objects.create(jury=jury, college=college, **values)
    return Jure.objects.create(jury=jury, user=user, college=college, **values)


def dossier_of(jury, *, statut=Statut.ADMIS, membres=None, **fields):
    """A dossier before the jury, with a structure of its own and one responsable."""
    rang = next(_rang)
    structure = fields.pop("structure", None)
    if structure is None:
        structure = Structure.objects.create(
            nom=f"Association Rive {rang}", rna=f"W95{rang:07}", commune=CommuneFactory(nom=f"Ville-{rang}")
        )
        for user in [UserFactory()] if membres is None else membres:
            Membre.objects.create(structure=structure, user=user, is_responsable=True, du=date(2020, 1, 1))
    values = {
        "numero": f"LAI-{jury.edition.annee}-{rang:03}",
        "titre": f"Projet Passerelle {rang}",
        "resume": f"Résumé confié {rang}.",
        "innovation": f"Une idée neuve {rang}.",
        "montant_demande": 8_000,
    } | fields
    values.setdefault("contrat", None)
    values["contrat"] = values["contrat"] or ContratFactory()
    created_by = values.pop("created_by", None) or UserFactory()
    dossier = Dossier.objects.create(
        edition=jury.edition, structure=structure, statut=statut, created_by=created_by, **values
    )
    Instruction.objects.create(dossier=dossier, note_synthese=f"Note pour le jury {rang}.", montant_propose=6_000)
    return dossier


def seance_of(jury, *, debut=SEANCE_LE, heures=8, **fields):
    values = {"lieu": "Salle du conseil, Orly"} | fields
    return Seance.objects.create(jury=jury, debut=debut, fin=debut + timedelta(hours=heures), **values)


def audition_of(seance, dossier=None, *, debut=None, **fields):
    """The next slot of the séance, without any pause."""
    dossier = dossier or dossier_of(seance.jury, **fields)
    if debut is None:
        last = seance.auditions.order_by("-fin").first()
        debut = last.fin if last else seance.debut
    return Audition.objects.create(seance=seance, dossier=dossier, debut=debut, fin=debut + seance.duree)


def convoked(audition, *, at=ACCEPTE_LE, by=None):
    """The slot of this audition was announced at `at`, as its convocation does. Returns the audition."""
    sorte = "deplacee" if audition.annonce else "envoyee"
    audition.announce(at)
    audition.convocation += 1
    audition.save()
    Convocation.objects.create(
        dossier=audition.dossier, sorte=sorte, creneau=audition.annonce, at=at, by=by or UserFactory()
    )
    return audition


def support_of(dossier, by=None, nom="diaporama.pdf"):
    """A file joined for the jury."""
    support = Support(dossier=dossier, by=by or dossier.created_by, nom=nom, type_mime="application/pdf")
    support.taille, support.sha256 = len(PDF), hashlib.sha256(PDF).hexdigest()
    support.fichier.save(nom, ContentFile(PDF), save=False)
    support.save()
    return support


def free(jure, *auditions):
    """The member declares no link with the dossiers of these auditions."""
    for audition in auditions:
        Declaration.objects.create(jure=jure, dossier=audition.dossier)


def recuse(jure, audition, motif="Je siège à son bureau"):
    """The member declares a link with the dossier of this audition. Returns the `Deport`."""
    Declaration.objects.create(jure=jure, dossier=audition.dossier)
    return declare_deport(jure.user, audition.dossier, motif=motif)[0]


def present(seance, *jures, is_present=True):
    for jure in jures:
        Presence.objects.create(seance=seance, jure=jure, is_present=is_present)


def final_ballot(audition, jure, *values, commentaire=None):
    """The member gives these values, criterion by criterion, and makes the ballot final as the hearing begins."""
    criteres = audition.dossier.edition.criteres.order_by("ordre")
    notes = {critere.pk: value for critere, value in zip(criteres, values, strict=True)}
    return save_bulletin(
        audition, jure, notes=notes, commentaire=commentaire, final=True, by=jure.user, at=audition.debut
    )


def heard(audition):
    """The dossier was heard: inserted as such, with its journal line."""
    Dossier.objects.filter(pk=audition.dossier_id).update(statut=Statut.AUDITIONNE)
    Passage.objects.create(
        dossier=audition.dossier, transition="hear", de=Statut.ADMIS, vers=Statut.AUDITIONNE, at=audition.fin
    )
    audition.dossier.refresh_from_db()
    return audition
