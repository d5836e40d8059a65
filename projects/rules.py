"""Who may do what on a dossier: predicates that read as sentences. When they may is the life cycle's affair."""

import rules

from contrats.models import Affectation
from label.models import Prepared
from label.rules import is_agent, is_pilote
from projects.enums import Droit, Statut
from projects.models import Mandat, Membre, Partage, recused_of


def _held(model, *columns, dated=True):
    """The columns of what a person holds in this model today."""

    def build(user, jour):
        current = model.objects.current(jour) if dated else model.objects.current()
        return current.filter(user=user).order_by().values_list(*columns)

    return Prepared(build)


ADHESIONS = _held(Membre, "structure_id", "is_responsable")
CONTRATS = _held(Affectation, "contrat_id")
PARTAGES = _held(Partage, "dossier_id", "droit", dated=False)
MANDATS = _held(Mandat, "dossier_id", dated=False)


def _adhesions(user):
    """The person's memberships today as {structure pk: is_responsable}; read once per request."""
    if not hasattr(user, "_adhesions"):
        user._adhesions = dict(ADHESIONS.rows(user))
    return user._adhesions


def _contrats(user):
    """Primary keys of the contrats the person holds today; read once per request."""
    if not hasattr(user, "_contrats"):
        user._contrats = {pk for (pk,) in CONTRATS.rows(user)}
    return user._contrats


def _partages(user):
    """The dossiers the person was invited to and entered, as {dossier pk: droit}; read once per request."""
    if not hasattr(user, "_partages"):
        user._partages = dict(PARTAGES.rows(user))
    return user._partages


def _mandats(user):
    """Primary keys of the dossiers the person was mandated to deposit; read once per request."""
    if not hasattr(user, "_mandats"):
        user._mandats = {pk for (pk,) in MANDATS.rows(user)}
    return user._mandats


def structures_led_by(user):
    """Primary keys of the structures this person commits today."""
    return {pk for pk, is_responsable in _adhesions(user).items() if is_responsable}


def contrats_of(user):
    """Primary keys of the contrats de ville this person holds today."""
    return _contrats(user)


@rules.predicate
def is_signed_in(user):
    return user.is_authenticated and user.is_active


@rules.predicate
def is_recused(user, dossier):
    """A déport stands: nothing of the EPT's side of this dossier is theirs any more."""
    return dossier is not None and dossier.pk in recused_of(user)


@rules.predicate
def is_recused_in(user, edition):
    """A déport stands on a dossier of this édition: no act on the whole of it is theirs."""
    return edition is not None and edition.pk in recused_of(user).values()


@rules.predicate
def is_recused_of_structure(user, structure):
    """A déport stands on a dossier of this structure, whose identity is the first part of the dossier."""
    recused = recused_of(user)
    return bool(recused) and structure is not None and structure.dossiers.filter(pk__in=recused).exists()


@rules.predicate
def is_membre(user, dossier):
    """Belongs today to the structure of the dossier."""
    return user.is_authenticated and dossier is not None and dossier.structure_id in _adhesions(user)


@rules.predicate
def is_responsable(user, dossier):
    """May commit the structure of the dossier: its president, or somebody mandated."""
    return user.is_authenticated and dossier is not None and bool(_adhesions(user).get(dossier.structure_id))


@rules.predicate
def is_chef(user, dossier):
    """Is chef de projet of the lead contrat today."""
    return user.is_authenticated and dossier is not None and dossier.contrat_id in _contrats(user)


@rules.predicate
def is_chef_concerne(user, dossier):
    """Is chef de projet of a contrat the quartiers of the dossier lie in, the lead one or another."""
    if not user.is_authenticated or dossier is None or not _contrats(user):
        return False
    return dossier.quartiers.filter(contrats__in=_contrats(user)).exists()


# The staff of the EPT reads and comments every dossier, and judges them: an invitation lets no agent write one.


@rules.predicate
def is_invite(user, dossier):
    """Was invited to this dossier, whatever for, and accepted."""
    return user.is_authenticated and dossier is not None and dossier.pk in _partages(user)


@rules.predicate
def is_invite_commentateur(user, dossier):
    return is_invite(user, dossier) and _partages(user)[dossier.pk] in {Droit.COMMENTAIRE, Droit.ECRITURE}


@rules.predicate
def is_invite_writer(user, dossier):
    return is_invite(user, dossier) and _partages(user)[dossier.pk] == Droit.ECRITURE and not user.is_agent


@rules.predicate
def is_an_invite(user):
    return user.is_authenticated and bool(_partages(user))


@rules.predicate
def is_mandataire(user, dossier):
    """Was mandated by a responsable to deposit this dossier, and still writes it."""
    if not user.is_authenticated or dossier is None or dossier.pk not in _mandats(user):
        return False
    return is_membre(user, dossier) or is_invite_writer(user, dossier)


@rules.predicate
def is_a_chef(user):
    return user.is_authenticated and bool(_contrats(user))


@rules.predicate
def is_a_membre(user):
    return user.is_authenticated and bool(_adhesions(user))


@rules.predicate
def is_visible(user, dossier):
    """Seeing is membership of `visible_to`; asked here by what has the object in hand already."""
    return user.is_authenticated and type(dossier).objects.visible_to(user).filter(pk=dossier.pk).exists()


@rules.predicate
def is_writing(user, dossier):
    return dossier is not None and dossier.is_redaction


@rules.predicate
def is_sans_contrat(user, idee):
    """No contrat follows it: it is in the hands of the EPT."""
    return idee is not None and idee.contrat_id is None


@rules.predicate
def awaits_answer(user, dossier):
    return dossier is not None and dossier.statut == Statut.A_COMPLETER


@rules.predicate
def visa_is_optional(user, dossier):
    return dossier is not None and not dossier.edition.visa_requis


@rules.predicate
def is_structure_membre(user, structure):
    return user.is_authenticated and structure is not None and structure.pk in _adhesions(user)


@rules.predicate
def is_structure_responsable(user, structure):
    return user.is_authenticated and structure is not None and bool(_adhesions(user).get(structure.pk))


rules.add_perm("projects.send_idee", is_signed_in)
rules.add_perm("projects.join_structure", is_signed_in)
rules.add_perm("projects.list_dossier", is_agent | is_a_chef | is_a_membre | is_an_invite)
rules.add_perm("projects.list_portefeuille", is_a_chef)
rules.add_perm("projects.view_dossier", is_visible)
rules.add_perm("projects.change_dossier", (is_membre | is_chef | is_invite_writer) & (is_writing | awaits_answer))
rules.add_perm(
    "projects.comment_dossier",
    is_membre | is_chef | is_invite_writer | ((is_agent | is_invite_commentateur | is_chef_concerne) & ~is_recused),
)
rules.add_perm("projects.write_echange", is_membre | is_invite_writer | ((is_chef | is_agent) & ~is_recused))
rules.add_perm("projects.share_dossier", is_membre | is_chef)
rules.add_perm("projects.mandate_dossier", is_responsable)
rules.add_perm("projects.read_comment_agents", ((is_agent & ~is_membre) | is_chef) & ~is_recused)
rules.add_perm("projects.decline_idee_en_attente", (is_chef | (is_pilote & is_sans_contrat)) & ~is_membre)
rules.add_perm("projects.copy_dossier", is_membre)
rules.add_perm("projects.accept_idee", is_chef & ~is_membre & ~is_recused)
rules.add_perm("projects.ask_visa", is_membre & is_writing)
rules.add_perm("projects.give_visa", is_chef & ~is_membre & ~is_recused)
rules.add_perm("projects.reopen_dossier", is_chef | is_membre)
rules.add_perm("projects.abandon_dossier", is_responsable)
rules.add_perm("projects.submit_dossier", is_responsable | is_mandataire)
rules.add_perm("projects.submit_dossier_sans_visa", (is_responsable | is_mandataire) & visa_is_optional)
rules.add_perm("projects.withdraw_dossier", is_responsable)
rules.add_perm("projects.read_motif_interne", is_agent & ~is_membre & ~is_recused)
rules.add_perm("projects.extend_dossier", is_pilote & ~is_recused)
rules.add_perm("projects.undo_move", is_pilote & ~is_recused)
rules.add_perm("projects.view_structure", is_structure_membre | is_agent | is_a_chef)
rules.add_perm("projects.change_structure", is_structure_responsable | (is_agent & ~is_recused_of_structure))
rules.add_perm("projects.hand_over_structure", is_structure_responsable | (is_pilote & ~is_recused_of_structure))
rules.add_perm("projects.export_contact", is_agent)
rules.add_perm("projects.export_dossier", is_agent | is_a_chef)
