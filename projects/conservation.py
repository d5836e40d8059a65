"""How long the floor of dossiers keeps what was never deposited, and what waits for the archives' visa."""

from datetime import datetime, time, timedelta

import pghistory
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from label.conservation.preavis import notices_of, told_first
from label.conservation.purge import whole
from label.conservation.registre import (
    BROUILLON,
    BROUILLON_DIT,
    IDEE,
    IDEE_DITE,
    INVITATION,
    INVITATION_DIT,
    PREAVIS_DIT,
    Regle,
    au_depart,
    en_bloc,
    leger,
    register,
    tient,
)
from label.models import Edition, User
from label.templatetags.label_ui import duree
from projects.enums import EN_COURS, SANS_DEPOT
from projects.models import (
    DemandeAdhesion,
    Dossier,
    IdeeEnAttente,
    IdeeNonConfirmee,
    Invitation,
    Mandat,
    Membre,
    Partage,
    Passage,
)

leger("projects.Membre", "projects.Invitation", "projects.DemandeAdhesion", "projects.Partage", "projects.Mandat")


def _drafts():
    """What ended without a deposit, each with `depuis`: the deadline, or the last thing done to it since.

    A write, a move, an extension, a copy made of it: each is one.
    """
    moved = Passage.objects.filter(dossier=OuterRef("pk")).order_by("-at").values("at")[:1]
    copied = Dossier.objects.filter(copie_de=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    ended = Dossier.objects.filter(statut__in=SANS_DEPOT, numero="").with_echeance()
    return ended.annotate(depuis=Greatest("echeance", "updated_at", Subquery(moved), Subquery(copied)))


def _hold_draft(key):
    """Held as a write or a move holds it; who is writing this very moment keeps it for another night."""
    return Dossier.objects.held(skip_locked=True).filter(pk=key).first() is not None


def _efface_draft(dossier):
    ideas = IdeeEnAttente.objects.filter(dossier=dossier)
    roots = (*ideas, dossier, dossier.ecrit)
    return whole(*roots, noms=(f"dossier:{dossier.cle}",), besides=(notices_of("brouillon", dossier.pk),))


def _ideas():
    """Ideas left without follow-up while no édition was announced, `depuis` then."""
    return IdeeEnAttente.objects.filter(dossier=None, closed_at__isnull=False).annotate(depuis=F("closed_at"))


def _hold_idea(key):
    return IdeeEnAttente.objects.select_for_update(skip_locked=True).filter(pk=key).first() is not None


def _efface_idea(idee):
    return whole(idee, noms=(f"idee:{idee.cle}",), besides=(notices_of("idee", idee.pk),))


def _unanswered(model, now):
    """Invitations that nobody took up, over for `INVITATION`."""
    return model.objects.filter(accepted_at=None, created_at__lte=now - INVITATION - model.DELAI)


def _invitations(model):
    def prepare(key, now):
        row = _unanswered(model, now).select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
        return row and whole(row, noms=(f"{model._meta.model_name}:{row.pk}",))

    def due(now):
        return list(_unanswered(model, now).order_by("pk").values_list("pk", flat=True))

    return Regle(
        f"invitation_{model._meta.model_name}",
        quoi=f"Invitation restée sans réponse ({'structure' if model is Invitation else 'dossier'})",
        duree=f"{INVITATION_DIT} de l’invitation",
        suite="effacée, avec l’adresse invitée",
        raison="ne sert plus",
        due=due,
        prepare=prepare,
    )


def _archives(now):
    """Deposited dossiers whose édition has had its time: the archives decide."""
    over = [edition.pk for edition in Edition.objects.all() if _end_of(edition) <= now]
    return Dossier.objects.exclude(numero="").filter(edition__in=over)


def _end_of(edition):
    published = edition.published_at or timezone.make_aware(datetime.combine(edition.publication_prevue, time()))
    return timezone.localtime(published) + relativedelta(years=edition.conservation_annees)


register(
    told_first(
        "brouillon",
        rows=_drafts,
        hold=_hold_draft,
        apres=BROUILLON,
        efface=_efface_draft,
        quoi="Dossier jamais déposé (non déposé à temps, abandonné, laissé sans suite)",
        duree=BROUILLON_DIT,
        suite=f"effacé avec ses pièces et ses messages, après un message {PREAVIS_DIT} avant à ses auteurs",
        raison="n’est pas une demande\u00a0; RGPD, article\u00a05.1.e",
    ),
    told_first(
        "idee",
        rows=_ideas,
        hold=_hold_idea,
        apres=IDEE,
        efface=_efface_idea,
        quoi="Idée laissée sans suite hors d’une édition",
        duree=IDEE_DITE,
        suite=f"effacée, après un message {PREAVIS_DIT} avant à son auteur",
        raison="n’est pas une demande\u00a0; RGPD, article\u00a05.1.e",
    ),
    en_bloc(
        "idee_non_confirmee",
        lambda now: IdeeNonConfirmee.objects.filter(expire_at__lte=now),
        quoi="Idée écrite avant d’entrer, que personne n’est venu envoyer",
        duree=duree(settings.GARDE_SANS_ADRESSE),
        suite="effacée",
        raison="n’est pas une demande",
    ),
    _invitations(Invitation),
    _invitations(Partage),
    Regle(
        "archives",
        quoi="Dossier déposé, avec son instruction, son jury et ses versements",
        duree="la durée que fixe son édition, dix ans d’ordinaire, après la publication",
        suite="versé aux archives ou éliminé, sur le seul visa du directeur des archives\u00a0: jamais de lui-même",
        raison="Code du patrimoine, articles\u00a0L212-2 et L212-3",
        due=_archives,
    ),
)


def authors(dossier, context):
    """Who wrote this draft and may still read it: the people of the structure, those let in, who wrote a word of it."""
    members = Membre.objects.current().filter(structure=dossier.structure_id).values("user")
    guests = dossier.partages.current().values("user")
    wrote = dossier.ecrit.retouches.values("by")
    concerned = Q(pk__in=members) | Q(pk__in=guests) | Q(pk__in=wrote) | Q(pk=dossier.created_by_id)
    people = User.objects.filter(concerned, is_active=True).distinct()
    return [user for user in people if Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()]


def _kept_deposits():
    """Deposited dossiers that their édition still keeps."""
    now = timezone.now()
    kept = [edition.pk for edition in Edition.objects.all() if _end_of(edition) > now]
    return Dossier.objects.exclude(numero="").filter(edition__in=kept)


@tient
def members():
    """The people of a structure whose deposited dossier is not ended, laureates included."""
    structures = _kept_deposits().filter(statut__in=EN_COURS).values("structure")
    return Membre.objects.current().filter(structure__in=structures).values("user")


@tient
def mandated():
    """Who may act on such a dossier for its structure."""
    dossiers = _kept_deposits().filter(statut__in=EN_COURS).values("pk")
    return Mandat.objects.current().filter(dossier__in=dossiers).values("user")


@tient
def last_responsables():
    """The only responsable left of a structure that has deposited: nobody else answers for what is kept."""
    responsables = Membre.objects.current().filter(is_responsable=True, user__is_active=True)
    others = responsables.filter(structure=OuterRef("structure")).exclude(user=OuterRef("user"))
    alone = responsables.filter(~Exists(others), structure__in=_kept_deposits().values("structure"))
    return alone.values("user")


@au_depart
def leave(user, adresse, at):
    """Who leaves belongs to no structure and no dossier any more; invitations sent to her address open nothing."""
    yesterday = timezone.localdate(at) - timedelta(days=1)
    with pghistory.context(user=user.pk):
        current = Membre.objects.filter(user=user, au=None)
        current.filter(du__gt=yesterday).delete()
        current.update(au=yesterday)
        Mandat.objects.current().filter(user=user).update(revoked_at=at, revoked_by=user)
    hers = Q(user=user) | Q(email=user.email)
    partages = Partage.objects.filter(hers)
    partages.filter(ended_at=None).update(ended_at=at)
    partages.update(email=adresse)
    Partage.pgh_event_model.objects.filter(hers).update(email=adresse)
    invitations = Invitation.objects.filter(email=user.email)
    invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)
    invitations.update(email=adresse)
    DemandeAdhesion.objects.filter(user=user, decided_at=None).delete()
    IdeeNonConfirmee.objects.filter(email=user.email).delete()
