"""What tells the fields of a thing in words: each by its kind, the words it needs read once for the whole page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecriture.alignement import COMPARAISONS_MAX, Allocation
from ecriture.declaration import declaration_of
from ecriture.kinds import Changement, Kind, Valeur

if TYPE_CHECKING:
    from ecriture.models import Written


@dataclass
class Lexique:
    """What turns codes into words. A kind reads what it needs through `known`: a constant number of queries."""

    objet: "Written"
    connus: dict[str, Any] = field(default_factory=dict)
    # Shared by the texts of a page, the first ones told word by word before the others.
    allocation: Allocation = field(default_factory=lambda: Allocation(5 * COMPARAISONS_MAX))

    def known[T](self, what: str, find: Callable[[], T]) -> T:
        """What `find()` reads, once."""
        if what not in self.connus:
            self.connus[what] = find()
        return self.connus[what]

    def kind(self, nom: str) -> Kind:
        """The Kind of a field or of a family, of those registered: what was written stays told."""
        kinds = declaration_of(self.objet).kinds
        return kinds[nom if nom in kinds else nom.partition(".")[0]]

    def cle(self, nom: str) -> str:
        """What a field is told under: its family when all its rows are told together, else its own name."""
        return nom.partition(".")[0] if self.kind(nom).ensemble else nom

    def libelle(self, nom: str, valeur: Valeur = None) -> str:
        """The label of a field. `valeur`: what names a row, once it has no more place of its own."""
        return self.kind(nom).libelle(self, nom, valeur)

    def is_whole(self, nom: str) -> bool:
        """True when its texts are read whole rather than word by word."""
        return self.kind(nom).is_whole(self, nom)

    def mots(self, nom: str, valeur: Valeur) -> str | list[str]:
        """One value as people read it: a text, or the list of texts a list holds."""
        return self.kind(nom).mots(self, nom, valeur)

    def changement(self, nom: str, avant: Valeur, apres: Valeur) -> Changement:
        """What became of a field: {"morceaux": …} for a text, {"elements": …} for a list, else {"echanges": …}."""
        return self.kind(nom).changement(self, nom, avant, apres)
