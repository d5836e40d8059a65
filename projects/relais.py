"""What the floors above tell this one of a dossier, that this one does not know."""

from dataclasses import dataclass, field

from label.relais import Relais


@dataclass(frozen=True)
class Depart:
    """What the leaving of a dossier undoes: `phrases`, each a sentence; `prevenus`: who is told, {address: name}."""

    phrases: list = field(default_factory=list)
    prevenus: dict = field(default_factory=dict)


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
# function(dossier, auteur, at): undoes what waited for a dossier just withdrawn, or examined again.
departs = Relais()
# function(dossier, user, at) -> the `Depart` this would be, as this person may know it.
departs_annonces = Relais()
# function(dossier, user) -> the `Ajout` made for this person.
ajouts = Relais()


def depart_announced(dossier, user, at):
    """All that the leaving of this dossier would undo, as one `Depart`."""
    found = departs_annonces(dossier, user, at)
    told = {email: nom for one in found for email, nom in one.prevenus.items()}
    return Depart([phrase for one in found for phrase in one.phrases], told)
