"""Who reads a dossier and who writes it, as conditions of the database; `Dossier.visible_to` says it in words."""

from django.apps import apps
from django.db.models import Q

from contrats.models import Affectation
from label.models import Habilitation, Prepared
from projects.enums import Droit
from projects.models.membre import Membre


def _model(name):
    """A model that is made after this module is read."""
    return apps.get_model("projects", name)


def shared(user):
    return _model("Partage").objects.current().filter(user=user).order_by().values("dossier")


def _of_structures(user, jour):
    return Q(structure__in=Membre.objects.current(jour).filter(user=user).order_by().values("structure"))


def _contrats(user, jour):
    return Affectation.objects.current(jour).filter(user=user).order_by().values("contrat")


def _agents(jour):
    return Habilitation.objects.agents(jour).order_by().values("user")


def _written(user, jour, contrats=None):
    """Its members, its chefs de projet, the people invited to write it, as a condition. An agent of the EPT
    instructs: an invitation does not make him write. `contrats`: other than those this person holds."""
    contrats = _contrats(user, jour) if contrats is None else contrats
    invited = shared(user).filter(droit=Droit.ECRITURE).exclude(user__in=_agents(jour))
    return _of_structures(user, jour) | Q(contrat__in=contrats) | Q(pk__in=invited)


def _closed(user, jour):
    """What a déport takes from this person. It stands above every right but that of who writes the dossier: an
    association's president recused from her own dossier at the jury is not locked out of it (decision 0013)."""
    recused = _model("Deport").objects.current().filter(user=user).order_by().values("dossier")
    # A pilote gives the contrats: naming oneself chef de projet must not give the dossier back to an agent.
    own = _written(user, jour, _contrats(user, jour).exclude(user__in=_agents(jour)))
    return _model("Dossier").objects.filter(pk__in=recused).exclude(own).order_by().values("pk")


def _visible(user, jour):
    """Members of its structure, chefs de projet of its contrat or of a contrat its quartiers lie in, the people
    invited to it."""
    contrats = _contrats(user, jour)
    concernes = _model("Dossier").quartiers.through.objects.filter(quartier__contrats__in=contrats).values("dossier")
    found = _of_structures(user, jour) | Q(contrat__in=contrats) | Q(pk__in=concernes) | Q(pk__in=shared(user))
    return _model("Dossier").objects.filter(found).exclude(pk__in=_closed(user, jour)).order_by().values("pk")


def _writable(user, jour):
    return _model("Dossier").objects.filter(_written(user, jour)).order_by().values("pk")


VISIBLES, WRITABLES, CLOSED = Prepared(_visible), Prepared(_writable), Prepared(_closed)
