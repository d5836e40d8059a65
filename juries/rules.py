"""Who may do what around the jury: predicates that read as sentences. A déport stands above every other right."""

import rules

from juries.models import Audition, Bulletin, Deliberation, Jure, Jury
from juries.quorum import awaited_ballots
from label.rules import is_agent, is_pilote
from projects.models import Dossier, recused_of
from projects.rules import is_chef, is_invite, is_membre


def _seats(user):
    """The person's seats today as {jury pk: Jure}; read once per request."""
    if not hasattr(user, "_seats"):
        user._seats = {jure.jury_id: jure for jure in Jure.objects.active().filter(user=user)}
    return user._seats


def seat_of(user, jury):
    """The seat of this person in this jury today, or None."""
    return _seats(user).get(jury.pk) if user.is_authenticated else None


def _jury_pk(obj):
    """The jury an object belongs to: itself, a séance's, a member's, an audition's, a deliberation's."""
    if isinstance(obj, Jury):
        return obj.pk
    if isinstance(obj, Audition):
        return obj.seance.jury_id
    return obj.jury_id


@rules.predicate
def is_a_jure(user):
    """Sits in some jury today."""
    return user.is_authenticated and bool(_seats(user))


@rules.predicate
def is_jure(user, obj):
    """Sits in the jury of this object today."""
    return user.is_authenticated and obj is not None and _jury_pk(obj) in _seats(user)


@rules.predicate
def is_president(user, obj):
    return (
        user.is_authenticated
        and obj is not None
        and bool((seat := _seats(user).get(_jury_pk(obj))) and seat.is_president)
    )


@rules.predicate
def hears(user, audition):
    """Declared no link with the dossier of this audition."""
    return audition is not None and Audition.objects.heard_by(user).filter(pk=audition.pk).exists()


@rules.predicate
def has_finished(user, obj):
    """Has given every ballot awaited in this jury."""
    jury = obj.jury if isinstance(obj, Deliberation) else obj
    return obj is not None and not awaited_ballots(user, jury).exists()


@rules.predicate
def is_recused(user, obj):
    """A déport stands on the dossier of this audition or ballot, or on this dossier."""
    if isinstance(obj, Bulletin):
        obj = obj.audition
    pk = obj.dossier_id if isinstance(obj, Audition) else obj.pk if isinstance(obj, Dossier) else None
    return pk is not None and pk in recused_of(user)


@rules.predicate
def is_own_ballot(user, bulletin):
    """Nobody corrects his own ballot."""
    return bulletin is not None and bulletin.jure.user_id == user.pk


rules.add_perm("juries.enter_jury", is_agent | is_a_jure)
rules.add_perm("juries.view_jury", is_agent | is_jure)
rules.add_perm("juries.change_jury", is_pilote)
rules.add_perm("juries.declare", is_jure)
rules.add_perm("juries.list_audition", is_jure)
rules.add_perm("juries.view_audition", is_agent | is_jure)
rules.add_perm("juries.view_seance", is_agent)
rules.add_perm("juries.view_cahier", is_agent | is_jure)
rules.add_perm("juries.schedule", is_pilote & ~is_recused)
rules.add_perm("juries.score_audition", is_jure & hears)
rules.add_perm("juries.lock_seance", is_pilote | is_president)
rules.add_perm("juries.correct_note", is_pilote & ~is_own_ballot & ~is_recused)
rules.add_perm("juries.view_classement", (is_agent & ~is_jure) | (is_jure & has_finished))
rules.add_perm("juries.export_notes", is_agent)
rules.add_perm("juries.export_plan", is_agent)
rules.add_perm("juries.enter_deliberation", is_agent | is_president)
rules.add_perm("juries.view_deliberation", is_agent | (is_president & has_finished))
rules.add_perm("juries.deliberate", is_pilote)
rules.add_perm("juries.view_proces_verbal", is_agent | is_jure)
# On a dossier. What each needs to come is asked of the structure alone; the chef de projet begins the rehearsals.
rules.add_perm("juries.view_oral", is_membre | is_chef | is_invite | (is_agent & ~is_recused))
rules.add_perm("juries.prepare_oral", is_membre | is_chef)
rules.add_perm("juries.answer_convocation", is_membre)
rules.add_perm("juries.propose_repetition", is_chef)
