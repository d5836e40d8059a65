"""The budget grid out as a sheet, and what a sheet read brings to what is held. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from label.exports import Column, Table
from projects.budget.plan import CHARGE, PRODUIT, SUBVENTION, comptes_of
from projects.budget.releve import REPERE_EPT, Lecture

# --- Compared with what is held -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changement:
    """One line to add (`avant` None), to change, or to remove (`apres` None): JSON values, and its field's name."""

    nom: str
    avant: dict | None
    apres: dict | None


@dataclass(frozen=True, slots=True)
class Comparaison:
    ajouts: list
    modifications: list
    absentes: list

    @property
    def changements(self) -> list:
        return [*self.ajouts, *self.modifications]


def compare(tenues: dict, lecture: Lecture) -> Comparaison:
    """What reading brings. `tenues`: {nom: JSON value} of the lines held, the EPT's own left out."""
    ajouts, modifications = [], []
    # A row that could not be read is there all the same: nothing says that its line is to go.
    vues = {f"ligne.{refus.cle}" for refus in lecture.refus if refus.cle}
    for ligne in lecture.lignes:
        valeur = {name: value for name, value in ligne.items() if name != "cle"}
        nom = f"ligne.{ligne['cle']}"
        # The same key twice is a row copied in the sheet: the copy is a new line.
        if nom not in tenues or nom in vues:
            ajouts.append(Changement(f"ligne.{uuid4()}", None, valeur))
            continue
        vues.add(nom)
        if tenues[nom] != valeur:
            modifications.append(Changement(nom, tenues[nom], valeur))
    absentes = [Changement(nom, valeur, None) for nom, valeur in tenues.items() if nom not in vues]
    return Comparaison(ajouts, modifications, absentes)


# --- Written ------------------------------------------------------------------------------------


def table(lignes: Sequence, plan) -> Table:
    """The whole grid: a row for each line, and one for each account still empty. `lignes`: rows of the model."""
    return Table(
        "Budget",
        [
            Column("compte", "Compte", width=9),
            Column("intitule", "Intitulé", width=52),
            Column("precision", "Précision ou financeur", width=38),
            Column("montant", "Montant (€)", kind="euros", width=14),
            Column("obtenu", "Obtenu", width=9),
            Column("repere", "Repère (ne pas changer)", width=38),
        ],
        list(_rows(lignes, plan)),
    )


def _rows(lignes: Iterable, plan):
    by_account = {}
    for ligne in lignes:
        by_account.setdefault((ligne.sens, ligne.compte), []).append(ligne)
    for sens in (CHARGE, PRODUIT):
        for compte in comptes_of(sens):
            tete = {"compte": plan.numero(compte) or compte, "intitule": plan.libelle(compte)}
            vide = {"precision": "", "montant": None, "obtenu": "", "repere": ""}
            for ligne in by_account.get((sens, compte), []):
                is_subvention = (sens, compte) == (PRODUIT, SUBVENTION)
                vide = {
                    "precision": ligne.libelle,
                    "montant": ligne.montant,
                    "obtenu": ("oui" if ligne.is_obtenu else "non") if is_subvention else "",
                    "repere": REPERE_EPT if ligne.is_ept else str(ligne.cle),
                }
                yield tete | vide
            if (sens, compte) not in by_account:
                yield tete | vide
