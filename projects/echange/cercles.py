"""Who stands where around a dossier when they write to each other: the structure, its chef de projet, the EPT."""

from django.db.models import Q

from contrats.models import Affectation
from label.models import Habilitation, User
from projects.enums import Cercle, Droit
from projects.models import Deport, Membre, Partage
from projects.relais import suiveurs
from projects.rules import is_agent, is_chef, is_invite_writer, is_membre, is_recused


def cercle_of(user, dossier):
    """The `Cercle` this person writes from, None when they write from none.

    Whoever belongs to the structure speaks for it alone, then who is its chef de projet, whatever else he is; whoever
    is recused speaks for nobody else.
    """
    if is_membre.test(user, dossier):
        return Cercle.STRUCTURE
    is_set_apart = is_recused.test(user, dossier)
    if is_chef.test(user, dossier) and not is_set_apart:
        return Cercle.CHEFS
    if is_invite_writer.test(user, dossier):
        return Cercle.STRUCTURE
    return Cercle.SERVICE if is_agent.test(user) and not is_set_apart else None


def people_of(dossier):
    """Who reads what is said to each circle today, as {Cercle: list of User} by name; one query each."""
    membres = Membre.objects.current().filter(structure=dossier.structure_id).values("user")
    agents = Habilitation.objects.agents().values("user")
    recused = Deport.objects.current().filter(dossier=dossier.pk).values("user")
    chefs = Affectation.objects.current().filter(contrat=dossier.contrat_id).exclude(user__in=recused).values("user")
    invites = Partage.objects.current().filter(dossier=dossier.pk, droit=Droit.ECRITURE)
    invites = invites.exclude(user__in=agents).exclude(user__in=chefs).values("user")
    people = User.objects.filter(is_active=True).order_by("nom", "prenom", "pk")
    outside = people.exclude(pk__in=membres).exclude(pk__in=recused)
    return {
        Cercle.STRUCTURE: list(people.filter(Q(pk__in=membres) | Q(pk__in=invites))),
        Cercle.CHEFS: list(outside.filter(pk__in=chefs)) if dossier.contrat_id else [],
        Cercle.SERVICE: list(outside.filter(pk__in=agents).exclude(pk__in=chefs)),
    }


def followers(dossier, people):
    """Of the EPT, who follows the dossier and is written to in place of all, as a list of User; empty: nobody does."""
    return [user for user in suiveurs(dossier) if user in people[Cercle.SERVICE]]


def told(dossier, cercles, people):
    """Who is written to when a message goes to these circles, each once, as a list of User.

    `people`: as `people_of` found them. Of the EPT, who follows the dossier; its agents while nobody does.
    """
    written = people | {Cercle.SERVICE: followers(dossier, people) or people[Cercle.SERVICE]}
    return list(dict.fromkeys(user for cercle in Cercle if cercle in cercles for user in written[cercle]))
