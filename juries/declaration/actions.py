"""Declarations of interests, and the déports they bring."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from contrats.models import Affectation
from ecriture.models import Commentaire, Retouche
from juries.classement.actions import recompute_dossiers
from juries.enums import DEVANT_LE_JURY, Acte
from juries.models import Declaration, Jure, Jury, Mention
from label.droits import ensure_may, ensure_self
from projects.deport.actions import declare_deport
from projects.deport.actions import lift_deport as end_deport
from projects.enums import Droit
from projects.models import Deport, Dossier, Membre, Partage, Passage, Piece


def coauthors(dossiers, users, edition):
    """The pairs (user pk, dossier pk) in which the person had a hand in the dossier, among these.

    Wrote a field, joined a file, commented, created it or gave the visa; was invited to write it; belonged to the
    structure, or was chef de projet of its contrat, at any time since the opening of the édition (CE Oullins 1994:
    preparatory work counts).
    """
    depuis = timezone.localdate(edition.ouverture)
    en_cours = Q(au__isnull=True) | Q(au__gte=depuis)
    hands = [
        model.objects.filter(**{f"{lien}__in": dossiers}, by__in=users).order_by().values_list("by", lien)
        for model, lien in ((Retouche, "ecrit__dossier"), (Piece, "dossier"))
    ]
    guests = Partage.objects.filter(dossier__in=dossiers, user__in=users, droit=Droit.ECRITURE)
    pairs = set(hands[0].union(hands[1], guests.order_by().values_list("user", "dossier")).order_by())
    said = Commentaire.objects.filter(ecrit__dossier__in=dossiers, auteur__in=users)
    pairs |= set(said.values_list("auteur", "ecrit__dossier"))
    pairs |= set(Dossier.objects.filter(pk__in=dossiers, created_by__in=users).values_list("created_by", "pk"))
    pairs |= set(
        Passage.objects.filter(dossier__in=dossiers, by__in=users, transition="give_visa").values_list("by", "dossier")
    )
    membres = Membre.objects.filter(en_cours, user__in=users).values_list("user", "structure")
    chefs = Affectation.objects.filter(en_cours, user__in=users).values_list("user", "contrat")
    places = list(Dossier.objects.filter(pk__in=dossiers).values_list("pk", "structure", "contrat"))
    for user, structure in membres:
        pairs |= {(user, pk) for pk, sienne, _ in places if sienne == structure}
    for user, contrat in chefs:
        pairs |= {(user, pk) for pk, _, sien in places if sien == contrat}
    return pairs


def dossiers_devant(jury):
    """The dossiers the members of this jury declare on."""
    return Dossier.objects.filter(edition=jury.edition_id, statut__in=DEVANT_LE_JURY)


@transaction.atomic
def pin_recusals(jury):
    """Recuse every member from the dossiers he had a hand in, whatever he declared. Returns how many were added."""
    jures = {jure.user_id: jure for jure in Jure.objects.active().filter(jury=jury).select_related("user")}
    dossiers = dossiers_devant(jury).values("pk")
    pairs = coauthors(dossiers, list(jures), jury.edition)
    # One lifted by the pilote is not pinned again.
    known = set(Deport.objects.filter(user__in=list(jures), is_pinned=True).values_list("user", "dossier"))
    added = pairs - known
    found = Dossier.objects.in_bulk({dossier for _, dossier in added})
    for user, dossier in sorted(added):
        declare_deport(jures[user].user, found[dossier], motif=CO_ECRITURE, is_pinned=True)
        Declaration.objects.get_or_create(jure=jures[user], dossier_id=dossier)
    recompute_dossiers({dossier for _, dossier in added})
    return len(added)


@transaction.atomic
def declare(jure, answers, *, by):
    """Record what a member declares: `answers` is {dossier pk: nature of the link, or None for «aucun lien»}.

    A dossier already declared keeps its answer: a link is added by `add_deport`, lifted by the pilote alone.
    Returns (declared without a link, déports) as counts. Raises ValidationError on a link without its nature.
    """
    ensure_may(by, "juries.declare", jure)
    ensure_self(by, jure.user_id)
    if any(nature is not None and not nature.strip() for nature in answers.values()):
        raise ValidationError("Dites en quelques mots la nature du lien.")
    pin_recusals(jure.jury)
    wanted = set(dossiers_devant(jure.jury).filter(pk__in=answers).values_list("pk", flat=True))
    known = set(Declaration.objects.filter(jure=jure).values_list("dossier", flat=True))
    new = {pk: answers[pk] for pk in answers if pk in wanted - known}
    linked = {pk: nature for pk, nature in new.items() if nature is not None}
    for dossier in Dossier.objects.filter(pk__in=linked).order_by("pk"):
        declare_deport(jure.user, dossier, motif=linked[dossier.pk])
    Declaration.objects.bulk_create([Declaration(jure=jure, dossier_id=pk) for pk in new], ignore_conflicts=True)
    return len(new) - len(linked), len(linked)


@transaction.atomic
def add_deport(declaration, *, motif, by):
    """A member discovers a link after all: the dossier leaves him at once, and his ballot no longer counts."""
    ensure_may(by, "juries.declare", declaration.jure)
    ensure_self(by, declaration.jure.user_id)
    _, created = declare_deport(declaration.jure.user, declaration.dossier, motif=motif)
    if not created:
        raise ValidationError("Ce dossier ne vous est déjà plus présenté.")
    recompute_dossiers([declaration.dossier_id])


@transaction.atomic
def lift_deport(deport, *, motif, by):
    """The pilote alone gives a dossier back to somebody, seated still or not, with a reason written in the register.

    Raises PermissionDenied, ValidationError. Returns the `Deport`, ended.
    """
    lifted = end_deport(deport, motif=motif, by=by)
    dossier = lifted.dossier
    Mention.objects.create(
        jury=Jury.objects.get(edition=dossier.edition_id),
        acte=Acte.LEVEE_DEPORT,
        objet=f"{lifted.user} · {dossier.numero}",
        dossier=dossier,
        motif=motif.strip(),
        detail={"motif_du_deport": lifted.motif, "decide_par_l_ept": lifted.is_pinned},
        by=by,
    )
    recompute_dossiers([dossier.pk])
    return lifted


# Why the application itself recuses a member.
CO_ECRITURE = "A pris part à l’écriture ou au suivi de ce dossier."
