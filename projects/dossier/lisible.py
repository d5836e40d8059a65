"""The content of a dossier as people read it: sections of labelled fields, and what moved between two contents.

One reading for everybody, on screen and on paper: the same words in the same order, less what is not theirs.
"""

from dataclasses import dataclass

from label.enums import SorteQuestion
from label.templatetags.label_ui import euros
from projects.budget.plan import Ligne, Plan, presentation
from projects.champs.entree import Lecteur, Sorte
from projects.champs.table import champs_of
from projects.dossier.contenu import without_private
from projects.dossier.declaration import DOSSIER
from projects.dossier.engagements import quality_of
from projects.enums import NatureEngagement, Section
from projects.question.questionnaire import shown


@dataclass(frozen=True)
class ChampLu:
    """One labelled field. `valeur` is a text, or a list of texts; `long`: shown under its label."""

    cle: str
    libelle: str
    valeur: object
    long: bool = False

    @property
    def is_liste(self):
        return isinstance(self.valeur, list)


@dataclass(frozen=True)
class Partie:
    """One section to read.

    `budget`: its tables {cle, titre, lignes, total}, `equilibre`: the sentence on their balance; `fichiers`: files,
    each with its `url`, '' where the reader opens none.
    """

    code: str
    titre: str
    champs: list
    budget: list = ()
    equilibre: str = ""
    fichiers: list = ()


def readable(sections, lecteur=Lecteur.DEDANS, adresse=None):
    """The sections of a content as a list of `Partie`, in the order of the dossier, as this reader may read them.

    `adresse(cle)`: where the reader opens a file; None when he opens none.
    """
    if lecteur.is_dehors:
        sections = without_private(sections)
    parties = []
    for section in Section:
        if section == Section.QUESTIONS and section.value not in sections:
            continue
        values = sections.get(section.value, {})
        entries = [one for one in champs_of(section) if one.nom in values and lecteur not in one.cache_a]
        champs, extra = [], {}
        for champ in entries:
            value = values[champ.nom]
            if champ.nom == "lignes":
                extra = _budget(value, plan_of(sections))
            elif champ.sorte == Sorte.FICHIERS:
                extra = {"fichiers": [f | {"url": adresse(f["cle"]) if adresse else ""} for f in value]}
            elif champ.sorte == Sorte.QUESTIONS:
                champs += map(_reponse, value)
            else:
                champs.append(ChampLu(champ.nom, champ.libelle, _mots(champ, value), champ.sorte == Sorte.TEXTE))
        if section == Section.ENGAGEMENTS:
            champs = _engagements(values)
        titre = "La structure" if section == Section.STRUCTURE else section.label
        parties.append(Partie(section.value, titre, champs, **extra))
    return parties


def _mots(champ, value):
    """One frozen value as people read it: in the words its story tells it with."""
    if champ.nom in _MOTS:
        return _MOTS[champ.nom](value)
    return DOSSIER.kind(champ.nom_complet).mots(None, champ.nom_complet, value)


def _quartier(value):
    place = ", ".join(value["communes"])
    return f"{value['nom']} ({place})" if place else value["nom"]


# The rows the content holds as data.
_MOTS = {
    "commune": str,
    "quartiers": lambda rows: [_quartier(row) for row in rows],
    "communes": lambda rows: [row["nom"] for row in rows],
    "indicateurs": lambda rows: [f"{row['libelle']}\u00a0: {row['cible']}" for row in rows],
}


def _reponse(item):
    return ChampLu(
        f"question.{item['question']}",
        item["intitule"],
        shown(item["sorte"], item["valeur"]),
        item["sorte"] == SorteQuestion.TEXTE_LONG,
    )


_POSTES = {
    "charges": "Charges",
    "produits": "Produits",
    "contributions_charges": "Emplois des contributions volontaires",
    "contributions_produits": "Ressources en contributions volontaires",
}


def plan_of(sections):
    """The numbers and labels of the accounts a content prints, as a `budget.plan.Plan`."""
    named = sections.get(Section.BUDGET.value, {}).get("comptes", {})
    return Plan({compte: tuple(printed) for compte, printed in named.items()})


def _budget(lignes, plan):
    """The tables of the budget that have lines, as {cle, titre, lignes, total}, and what is said of their balance."""
    postes = presentation([Ligne(**ligne) for ligne in lignes], plan)
    tables = [
        {
            "cle": nom,
            "titre": titre,
            "lignes": [
                poste | {"detail": "demandé au label" if poste["is_ept"] else poste["precision"]}
                for poste in postes[nom]
            ],
            "total": postes[f"total_{nom}"],
        }
        for nom, titre in _POSTES.items()
        if postes[nom]
    ]
    ecart = abs(postes["total_produits"] - postes["total_charges"])
    said = f"Le budget n’est pas équilibré\u00a0: l’écart entre produits et charges est de {euros(ecart)}."
    return {"budget": tables, "equilibre": (said if ecart else "Le budget est équilibré.") if tables else ""}


def _engagements(values):
    """What was confirmed at the deposit, by whom; what will be, before it."""
    if not values:
        return [ChampLu("engagements", "Confirmation", "Au moment du dépôt, par la personne qui engage la structure.")]
    texts = [ChampLu(one["nature"], NatureEngagement(one["nature"]).label, one["texte"]) for one in values["textes"]]
    return [*texts, ChampLu("engagements", "Confirmés par", f"{values['par']}, {quality_of(values)}")]


def _flat(partie):
    """A section as {key: (label, list of texts)}, whatever its form, to be compared."""
    flat = {}
    for champ in partie.champs:
        flat[champ.cle] = (champ.libelle, champ.valeur if isinstance(champ.valeur, list) else [champ.valeur])
    for table in partie.budget:
        flat[table["cle"]] = (
            table["titre"],
            [f"{ligne['compte']} {ligne['libelle']}\u00a0: {euros(ligne['montant'])}" for ligne in table["lignes"]],
        )
    if partie.code == Section.PIECES:
        flat["fichiers"] = (
            "Pièces jointes",
            [
                f"{f['demandee'] or 'Autre pièce'}\u00a0: {f['nom']} (empreinte {f['sha256'][:8]})"
                for f in partie.fichiers
            ],
        )
    return flat


def changes(before, after):
    """What moved between two contents (their sections), as a list of dicts.

    Keys: section (title), libelle, avant, apres; `avant` and `apres` are lists of texts.
    """
    if before == after:
        return []
    moved, then = [], {partie.code: _flat(partie) for partie in readable(before)}
    for new in readable(after):
        was, now = then.get(new.code, {}), _flat(new)
        for cle in dict.fromkeys((*now, *was)):
            libelle = (now.get(cle) or was[cle])[0]
            avant, apres = (side[cle][1] if cle in side else [] for side in (was, now))
            # A field asked since one of them was written, and left empty, did not move.
            if list(filter(None, avant)) != list(filter(None, apres)):
                moved.append({"section": new.titre, "libelle": libelle, "avant": avant, "apres": apres})
    return moved
