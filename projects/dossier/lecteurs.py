"""Everybody who may read a dossier: `Dossier.visible_to` seen from the other side."""

from django.db.models import BooleanField, Case, CharField, Q, Value, When

from contrats.models import Affectation
from ecriture.declaration import Lecteur
from label.models import Habilitation, User
from label.recherche import par_nom
from projects.enums import Droit, Groupe
from projects.models import Deport, Membre, Partage


def readers(dossier):
    """Everybody who may read this dossier today, in one query: `Dossier.visible_to` seen from the other side."""
    membres = Membre.objects.current().filter(structure=dossier.structure_id).values("user")
    invites = Partage.objects.current().filter(dossier=dossier.pk).values("user")
    affectations = Affectation.objects.current()
    chefs = affectations.filter(contrat=dossier.contrat_id).values("user")
    voisins = affectations.filter(contrat__quartiers__dossiers=dossier.pk).values("user")
    agents = Habilitation.objects.agents().values("user")
    circles = (
        (Groupe.STRUCTURE, membres),
        (Groupe.CHEFS, chefs),
        (Groupe.EPT, agents),
        (Groupe.INVITES, invites),
        (Groupe.VOISINS, voisins),
    )
    # A déport closes the dossier to all but those who write it, and what is between agents to them too.
    writers = invites.filter(droit=Droit.ECRITURE).exclude(user__in=agents)
    recused = Deport.objects.current().filter(dossier=dossier.pk).values("user")
    opened = ~Q(pk__in=recused) | Q(pk__in=membres) | Q(pk__in=chefs) | Q(pk__in=writers)
    somewhere = Q()
    for _, circle in circles:
        somewhere |= Q(pk__in=circle)
    reserve = Case(
        When(pk__in=recused, then=False),
        When(pk__in=chefs, then=True),
        When(pk__in=membres, then=False),
        When(pk__in=agents, then=True),
        default=False,
        output_field=BooleanField(),
    )
    groupe = Case(*(When(pk__in=circle, then=Value(name)) for name, circle in circles), output_field=CharField())
    people = User.objects.filter(somewhere, opened, is_active=True).annotate(groupe=groupe, reserve=reserve)
    return [Lecteur(user, Groupe(user.groupe), user.reserve) for user in people.order_by(*par_nom(), "pk")]
