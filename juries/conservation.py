"""Whose account the juries keep open, what is left of who leaves, and how long the preparation of an oral is kept."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from juries.models import Besoin, Jure, Oral, Venue
from label.conservation.registre import Efface, Regle, au_depart, register, tient
from label.templatetags.label_ui import duree
from projects.enums import Statut
from projects.models import Dossier, Passage


@tient
def members():
    """Who sits in a jury whose results are still to come."""
    return Jure.objects.active().filter(jury__edition__published_at=None, user__isnull=False).values("user")


@au_depart
def forget_address(user, adresse, at):
    """The name stays in the minutes; the address does not, nor what the person needed to come."""
    Jure.objects.filter(user=user).update(email=adresse)
    Jure.pgh_event_model.objects.filter(user=user.pk).update(email=adresse)
    Besoin.objects.filter(by=user).delete()


# Long enough for the pilote to take a move back.
APRES_AUDITION = timedelta(days=7)


def _heard(now):
    """The dossiers that wait for no hearing any more, and still keep what only served to come to it."""
    left = Passage.objects.filter(dossier=OuterRef("pk"), de=Statut.ADMIS, at__lte=now - APRES_AUDITION)
    over = Q(edition__published_at__isnull=False) | Q(~Q(statut=Statut.ADMIS), Exists(left))
    kept = Besoin.objects.values("dossier").union(
        Venue.objects.exclude(motif="", reponse="").values("dossier"),
        Oral.objects.exclude(orateurs="", remplacant="").values("dossier"),
    )
    return Dossier.objects.filter(over, pk__in=kept)


def _efface_oral(key, now):
    """Held as whoever prepares it holds it."""
    oral = Oral.objects.select_for_update(skip_locked=True, of=("self",)).filter(dossier=key).first()
    if oral is None or not _heard(now).filter(pk=key).exists():
        return None
    besoins = Besoin.objects.filter(dossier=key)
    # The answer of the EPT quotes the reason it answers.
    reasons = Venue.objects.filter(dossier=key).exclude(motif="", reponse="")

    def act():
        besoins.delete()
        reasons.update(motif="", reponse="")
        Oral.objects.filter(pk=oral.pk).update(orateurs="", remplacant="")

    rows = (besoins, reasons, Oral.objects.filter(pk=oral.pk))
    return Efface(act, {one.model._meta.db_table: one.count() for one in rows if one.count()})


register(
    Regle(
        "oral",
        quoi="Besoins d’accès, empêchement et sa réponse, noms des personnes qui présentent un projet au jury",
        duree=f"{duree(APRES_AUDITION)} après l’audition",
        suite="effacés\u00a0; les besoins d’accès ne sont lus que par l’EPT qui organise",
        raison="ne servent plus\u00a0; RGPD, articles\u00a05.1.e et 9",
        due=lambda now: list(_heard(now).order_by("pk").values_list("pk", flat=True)),
        prepare=_efface_oral,
    )
)
