"""Which of the two generations of quartiers a page of the territory is asked for, and which one ideas name."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Case, Q, When
from django.http import Http404

from contrats.models import Quartier
from label.enums import Generation
from label.minute import minute_of
from label.models import Edition


def wanted_generation(request):
    """The generation named in the address, else the current édition's, else the label's first frame.

    One there is not is said on the page, and makes no file (Http404).
    """
    asked = request.GET.get("generation")
    if asked in Generation.values:
        return Generation(asked)
    if asked:
        if "format" in request.GET:
            raise Http404
        messages.warning(
            request, "Cette adresse demande des quartiers d’une génération inconnue\u00a0: en voici d’autres."
        )
    edition = Edition.objects.current()
    return Generation(edition.generation) if edition else Generation.G2015


def generation_of_ideas(now):
    """The generation whose quartiers an idea sent at the aware datetime `now` names: that of the édition it joins, else
    of the last one, else the one in force."""
    receives = Q(cloture__gte=minute_of(now))
    soonest = Case(When(receives, then="cloture"))
    editions = Edition.objects.filter(is_historique=False).order_by(soonest.asc(nulls_last=True), "-annee")
    found = editions.values_list("generation", flat=True).first()
    return Generation(found) if found else Generation.G2024


@dataclass(frozen=True)
class Depart:
    """Where an idea may start from, on a page of the territory.

    `generation`: whose quartiers an idea names today; `is_autre`: the page speaks of another one. `quartier`: the one
    the page is about, or None; `noms`: what it is among those of today. `is_offert`: an idea may start from here.
    """

    generation: Generation
    is_autre: bool
    quartier: Quartier | None = None
    noms: tuple = ()

    @property
    def is_offert(self):
        return bool(self.noms) if self.quartier else not self.is_autre


def depart_of(place, generation, now):
    """The `Depart` of a place read in this generation at the aware datetime `now`; `place` None: no place yet."""
    wanted = generation_of_ideas(now)
    if not isinstance(place, Quartier):
        return Depart(wanted, generation != wanted)
    # A place without a name yet cannot be chosen.
    noms = tuple(quartier.nom for quartier in place.in_other(wanted) if not quartier.libelle_a_completer)
    return Depart(wanted, place.generation != wanted, place, noms)
