"""An idea that starts from a place: the quartier or the contrat de ville a person found their chef de projet by."""

from dataclasses import dataclass, field

from contrats.models import ContratDeVille, Quartier
from projects.dossier.actions import reroute


@dataclass(frozen=True)
class Amorce:
    """`quartiers`: identifiants ticked already; `contrat`: the ContratDeVille it is for, or None.

    `is_perdue`: the address named a place that the idea cannot start from, and the person is told.
    """

    quartiers: list = field(default_factory=list)
    contrat: ContratDeVille | None = None
    is_perdue: bool = False

    def into(self, initial):
        """What the form starts with: nothing of `initial`, what is written already, is lost."""
        ticked = list(dict.fromkeys([*initial.get("quartiers", []), *self.quartiers]))
        given = {"quartiers": ticked} if ticked else {}
        if self.contrat:
            given["contrat"] = self.contrat.code
        return initial | given


def amorce_of(request, generation):
    """The `Amorce` of this address (`?quartier=`, `?contrat=`), in the quartiers of this generation."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:150] for name in ("quartier", "contrat")}
    if not any(asked.values()):
        return Amorce()
    contrat = ContratDeVille.objects.in_generation(generation).filter(code=asked["contrat"]).first()
    found = Quartier.objects.filter(identifiant=asked["quartier"]).select_related("successeur")
    quartiers, _ = reroute(found, generation)
    # One without a name yet is in no form.
    quartiers = [quartier for quartier in quartiers if not quartier.libelle_a_completer]
    if contrat and not asked["quartier"]:
        only = list(contrat.quartiers.filter(libelle_a_completer=False)[:2])
        quartiers = only if len(only) == 1 else []
    missed = (asked["quartier"] and not quartiers) or (asked["contrat"] and not contrat and not quartiers)
    return Amorce([quartier.identifiant for quartier in quartiers], contrat, bool(missed))
