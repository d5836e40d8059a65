"""What the jury asks of its members, and of the pilote."""

from django.urls import reverse
from django.utils import timezone

from juries.declaration.queries import undeclared
from juries.models import Audition, Jury
from juries.quorum import ballots_to_finish
from juries.rules import seat_of
from label.templatetags.label_ui import heure, pluriel
from projects.dossier.contenu import without_private
from projects.enums import Statut
from projects.fil.registre import AFaire
from projects.models import Dossier


def jury_of(user):
    """The latest jury this person sees, or None; read once per request."""
    if not hasattr(user, "_jury"):
        user._jury = Jury.objects.visible_to(user).select_related("edition").order_by("-edition__annee").first()
    return user._jury


def a_faire(user, now):
    """Links to declare, the hearings of the day, ballots to finish; for the pilote, dossiers to place."""
    if not user.has_perm("juries.enter_jury") or (jury := jury_of(user)) is None:
        return []
    seat = seat_of(user, jury)
    found = _du_jure(user, jury, seat, now) if seat else []
    return found + (_du_pilote(user, jury) if user.is_pilote and not jury.edition.is_published else [])


def _du_jure(user, jury, seat, now):
    annee = jury.edition.annee
    found = []
    if pending := undeclared(seat):
        mots = f"Déclarer vos liens éventuels avec {pluriel(len(pending), 'dossier,dossiers')}"
        found.append(AFaire(mots, f"jury {annee}", reverse("juries:declaration_edit", args=[annee])))
    heard = Audition.objects.heard_by(user).devant_le_jury().dites().filter(seance__jury=jury)
    day = timezone.localdate(now)
    for audition in heard.filter(dit_debut__date=day, dit_fin__gt=now).select_related("dossier"):
        creneau = audition.annoncee
        lieu = creneau.lieu or "en visioconférence"
        found.append(
            AFaire(
                f"Audition aujourd’hui à {heure(creneau.debut)}, {lieu}",
                without_private(str(audition.dossier)),
                reverse("juries:audition_detail", args=[audition.cle]),
                avant=creneau.fin,
            )
        )
    for audition in ballots_to_finish(user, jury, now).select_related("dossier"):
        found.append(
            AFaire(
                "Rendre vos notes",
                without_private(str(audition.dossier)),
                reverse("juries:notation", args=[audition.cle]),
                depuis=(audition.annoncee or audition).fin,
            )
        )
    return found


def _du_pilote(user, jury):
    waiting = Dossier.objects.visible_to(user).in_edition(jury.edition).filter(statut=Statut.ADMIS, audition=None)
    nombre = waiting.count()
    if not nombre:
        return []
    mots = f"Placer {pluriel(nombre, 'dossier admis,dossiers admis')} dans une séance"
    annee = jury.edition.annee
    return [AFaire(mots, f"jury {annee}", reverse("juries:seance_list", args=[annee]), avant=jury.edition.jury_fin)]
