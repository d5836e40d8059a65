"""One dossier and everybody around it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from projects.deport.actions import declare_deport
from projects.echange.actions import send_echange
from projects.enums import Droit
from projects.models import Dossier, Partage
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, MembreFactory


def let_in(dossier, user, droit, by):
    now = timezone.now()
    return Partage.objects.create(
        dossier=dossier, email=user.email, user=user, droit=droit, by=by, accepted_at=now, expire_at=now + timedelta(1)
    )


@dataclass
class Scene:
    """`qui`: {name: User}; each name is also the family name of the person."""

    dossier: Dossier
    qui: dict

    def send(self, nom, vers, texte="Bonjour.", **more):
        return send_echange(self.dossier, by=self.qui[nom], vers=vers, texte=texte, **({"envoi": uuid4()} | more))

    def names(self, users):
        return sorted(nom for nom, user in self.qui.items() if user in set(users))


def scene(**fields):
    roles = {"instructeur": {"instructeur": True}, "pilote": {"pilote": True}, "agent_membre": {"instructeur": True}}
    roles["agent_recuse"] = {"pilote": True}
    names = ("responsable", "membre", "ecrit", "commente", "chef", "chef_membre", "chef_recuse", "voisin", "passant")
    qui = {nom: UserFactory(nom=nom, **roles.get(nom, {})) for nom in (*names, *roles)}
    contrat, lie = ContratFactory(), ContratFactory()
    fields = {"contrat": contrat, "quartiers": [QuartierFactory(contrats=[contrat, lie])]} | fields
    dossier = DossierFactory(porteur=qui["responsable"], titre="La halle", **fields)
    for nom in ("membre", "chef_membre", "agent_membre"):
        MembreFactory(structure=dossier.structure, user=qui[nom])
    for nom in ("chef", "chef_membre", "chef_recuse"):
        AffectationFactory(user=qui[nom], contrat=dossier.contrat)
    AffectationFactory(user=qui["voisin"], contrat=lie)
    let_in(dossier, qui["ecrit"], Droit.ECRITURE, qui["responsable"])
    let_in(dossier, qui["commente"], Droit.COMMENTAIRE, qui["responsable"])
    for nom in ("chef_recuse", "agent_recuse"):
        declare_deport(qui[nom], dossier, motif="Un lien de famille.")
    return Scene(dossier, qui)
