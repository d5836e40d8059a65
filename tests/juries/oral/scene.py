"""One admitted dossier, its structure, its chef de projet and the jury that hears it, at the hours of the tests."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from contrats.models import Affectation
from label.vus import seal
from projects.enums import Droit, Statut
from projects.models import Partage
from tests.factories.juries import audition_of, convoked, free, jure_of, jury_of, recuse, seance_of
from tests.factories.label import PARIS, UserFactory

# Before the hearing of 20 September 2027, 9 h to 9 h 20.
AVANT = datetime(2027, 9, 10, 10, 0, tzinfo=PARIS)


def at(hour, minute=0, day=20):
    return datetime(2027, 9, day, hour, minute, tzinfo=PARIS)


def scene(*, is_convoked=True, statut=Statut.ADMIS):
    jury = jury_of()
    seance = seance_of(jury)
    membre, chef, invite, pilote = (
        UserFactory(prenom="Awa", nom="Diarra"),
        UserFactory(prenom="Luc", nom="Morel"),
        UserFactory(),
        UserFactory(pilote=True),
    )
    audition = audition_of(seance, membres=[membre], statut=statut)
    dossier = audition.dossier
    Affectation.objects.create(user=chef, contrat=dossier.contrat, du=date(2020, 1, 1))
    Partage.objects.create(
        dossier=dossier, email=invite.email, user=invite, droit=Droit.ECRITURE, by=membre, accepted_at=AVANT,
        expire_at=AVANT + timedelta(days=30),
    )  # fmt: skip
    juree, recusee = jure_of(jury), jure_of(jury)
    free(juree, audition)
    recuse(recusee, audition)
    if is_convoked:
        convoked(audition)
    return SimpleNamespace(
        jury=jury, seance=seance, audition=audition, dossier=dossier, membre=membre, chef=chef, invite=invite,
        pilote=pilote, juree=juree.user, recusee=recusee.user,
    )  # fmt: skip


def sceau(s):
    s.audition.refresh_from_db()
    return seal(s.audition.annonce)
