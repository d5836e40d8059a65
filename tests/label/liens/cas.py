"""Each link that leaves in a mail: how it is sent, cut, used, and what its page must never say once it is dead."""

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client

from instruction.avis.actions import ask_avis, revoke_avis
from instruction.models import Avis
from juries.composition.actions import invite_jure, remove_jure
from juries.enums import College
from juries.models import Jure
from label.models import CodeConnexion, Courriel
from label.porte.actions import ask_code, person_of
from projects.enums import Droit
from projects.models import Invitation, Membre, Partage
from projects.partage.actions import end_partage, invite_to_dossier
from projects.structure.actions import invite, revoke_invitation
from tests.factories.depot import EN_TEMPS, complete_dossier, deposited_dossier
from tests.factories.juries import jury_of
from tests.factories.label import UserFactory

AWA = "awa@exemple.example"
# The édition takes deposits, its instruction runs, its jury is not met.
QUAND = EN_TEMPS + timedelta(days=3)


@dataclass(frozen=True)
class Cas:
    """`make()`: the object whose mail has been owed to Awa. `revoke(obj)`: cut its link, or None when only time and
    use do. `answer`: what the button of the page sends. `effects()`: what using it has changed, [] before.
    `told(obj)`: words that a dead link must not say.
    """

    nom: str
    make: object
    revoke: object
    answer: dict
    effects: object
    told: object

    def person(self):
        """A browser in which Awa has signed in, when the link asks for it."""
        client = Client()
        if self.nom in ("partage", "invitation", "jury"):
            client.force_login(person_of(AWA))
        return client


def _partage():
    dossier = complete_dossier(titre="Le jardin qui parle")
    return invite_to_dossier(dossier, email=AWA, droit=Droit.ECRITURE, by=dossier.responsable)


def _invitation():
    dossier = complete_dossier()
    return invite(dossier.structure, email=AWA, is_responsable=True, by=dossier.responsable)


def _jury():
    jure = Jure(jury=jury_of(), nom="Awa Diarra", email=AWA, college=College.EXPERTS)
    return invite_jure(jure, by=UserFactory(pilote=True))


def _avis():
    dossier = deposited_dossier(titre="Le jardin qui parle")
    return ask_avis(dossier, partenaires=[("Awa", "Valophis", AWA)], by=UserFactory(instructeur=True))[0]


def _entree():
    return ask_code(AWA, client="203.0.113.9", suite="/dossiers/", lien=True)


def _entered():
    return [row.email for row in CodeConnexion.objects.exclude(used_at=None)]


def _who(obj):
    return [obj.by.get_full_name(), obj.by.email, AWA]


CAS = {
    cas.nom: cas
    for cas in (
        Cas(
            "partage",
            _partage,
            lambda partage: end_partage(partage, by=partage.by),
            {"reponse": "oui"},
            lambda: [row.user.email for row in Partage.objects.current()],
            lambda partage: ["Le jardin qui parle", partage.dossier.structure.nom, *_who(partage)],
        ),
        Cas(
            "invitation",
            _invitation,
            lambda invitation: revoke_invitation(invitation, by=invitation.by),
            {},
            lambda: [row.user.email for row in Membre.objects.filter(user__email=AWA)],
            lambda invitation: [invitation.structure.nom, *_who(invitation)],
        ),
        Cas(
            "jury",
            _jury,
            lambda jure: remove_jure(jure, motif="Indisponible", by=UserFactory(pilote=True)),
            {},
            lambda: [row.user.email for row in Jure.objects.active()],
            lambda jure: ["Awa Diarra", "Experts", AWA],
        ),
        Cas(
            "avis",
            _avis,
            lambda avis: revoke_avis(avis, by=avis.by),
            {"sens": "favorable", "texte": "Très utile."},
            lambda: [row.texte for row in Avis.objects.exclude(answered_at=None)],
            lambda avis: ["Le jardin qui parle", avis.dossier.structure.nom, "Valophis", *_who(avis)],
        ),
        Cas("entree", _entree, None, {}, _entered, lambda code: [AWA]),
    )
}
MODELES = {"partage": Partage, "invitation": Invitation, "jury": Jure, "avis": Avis, "entree": CodeConnexion}


def letter_of(obj):
    """The mail that carries the link of this object, as the outbox keeps it."""
    return Courriel.objects.filter(destinataire=AWA).latest("pk")
