"""What the floors above tell this one of a dossier, that this one does not know."""

from dataclasses import dataclass, field

from label.relais import Relais


@dataclass(frozen=True)
class Ajout:
    """What is added to the page of a dossier.

    `gestes`: the first buttons of its card «Maintenant», a list of (address, words).
    `template`: a card of its own, shown with `contexte` as its `ajout`; "" for none.
    """

    gestes: list = field(default_factory=list)
    template: str = ""
    contexte: dict = field(default_factory=dict)


# function(dossier) -> the User who follows it at the EPT, or None.
suiveurs = Relais()
# function(user, dossier): takes back what this person, recused from now on, held of the dossier.
retraits = Relais()
# function(dossier, auteur, at): undoes what waited for a dossier that its structure has just withdrawn.
departs = Relais()
# function(dossier, user) -> the `Ajout` made for this person.
ajouts = Relais()
