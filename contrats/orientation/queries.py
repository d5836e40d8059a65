"""From a place to the person to talk to: «Trouver mon chef de projet»."""

import re
from dataclasses import dataclass, field

from contrats.models import Commune, ContratDeVille, Quartier
from label.recherche import close_to, fold, words


@dataclass
class Answer:
    """What a place leads to.

    `asked`: what the person gave. `place`: the one Commune, Quartier or ContratDeVille it means, or None;
    `contrats` then carry `en_poste`, the holdings in force today. `choices`: the places it may mean, when several.
    `suggestions`: names that look like it, when it means none.
    """

    asked: str = ""
    place: Commune | Quartier | ContratDeVille | None = None
    contrats: list = field(default_factory=list)
    quartiers: list = field(default_factory=list)
    choices: list = field(default_factory=list)
    suggestions: list = field(default_factory=list)

    @property
    def kind(self):
        return self.place._meta.model_name if self.place else ""


def orient(generation, *, text="", insee="", identifiant=""):
    """The answer for a quartier's `identifiant`, a commune's Insee code or, failing these, a text, as an `Answer`.

    The text may be the name of a commune, a quartier or a contrat, in whole or in part, a postal code, an Insee
    code or the official code of a quartier.
    """
    if identifiant:
        quartier = Quartier.objects.in_generation(generation).filter(identifiant=identifiant).first()
        return _about(quartier, generation) if quartier else Answer(asked=identifiant)
    if insee:
        commune = Commune.objects.filter(insee=insee).first()
        return _about(commune, generation) if commune else Answer(asked=insee)
    if not text.strip():
        return Answer()
    found = _search(generation, text)
    exact = [place for place in found if fold(place.nom) == " ".join(words(text))]
    if len(found) == 1 or len(exact) == 1:
        answer = _about((exact or found)[0], generation)
        answer.asked = text
        return answer
    if found:
        return Answer(asked=text, choices=found)
    return Answer(asked=text, suggestions=close_to(text, _names(generation)))


def _search(generation, text):
    """Communes, then quartiers, then contrats that the text may mean."""
    compact = re.sub(r"\s", "", text).upper()
    if re.fullmatch(r"\d{5}", compact):
        communes = Commune.objects.filter(codes_postaux__contains=[compact])
        return list(communes) or list(Commune.objects.filter(insee=compact))
    quartiers = Quartier.objects.in_generation(generation).prefetch_related("communes")
    contrats = ContratDeVille.objects.in_generation(generation)
    communes = list(Commune.objects.matching(text))
    # A contrat of one commune bears its name: the commune leads to it.
    known = {fold(commune.nom) for commune in communes}
    others = [contrat for contrat in contrats.matching(text) if fold(contrat.nom) not in known]
    return [*communes, *quartiers.matching(text), *others]


def _names(generation):
    yield from Commune.objects.values_list("nom", flat=True)
    yield from Quartier.objects.in_generation(generation).values_list("nom", flat=True)
    yield from ContratDeVille.objects.in_generation(generation).values_list("nom", flat=True)


def _about(place, generation):
    contrats = ContratDeVille.objects.in_generation(generation).with_chefs()
    quartiers = Quartier.objects.in_generation(generation).prefetch_related("communes")
    match place:
        case Commune():
            contrats, quartiers = contrats.filter(communes=place), quartiers.filter(communes=place)
        case Quartier():
            contrats, quartiers = contrats.filter(quartiers=place), quartiers.filter(pk=place.pk)
        case ContratDeVille():
            contrats, quartiers = contrats.filter(pk=place.pk), quartiers.filter(contrats=place)
    return Answer(asked=str(place), place=place, contrats=list(contrats), quartiers=list(quartiers))
