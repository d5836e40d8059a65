"""The content of a dossier as people read it: sections of labelled fields, and what moved between two contents."""

from dataclasses import dataclass
from datetime import date

from label.enums import SorteQuestion
from label.templatetags.label_ui import euros, jour
from projects.budget.plan import Ligne, Plan, presentation
from projects.dossier.contenu import CHAMPS
from projects.dossier.engagements import quality_of
from projects.enums import NatureEngagement, Section, TypeStructure
from projects.models import Dossier, Structure
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
    """One section to read. `budget`: its tables {cle, titre, lignes, total}; `fichiers`: files; when it has some."""

    code: str
    titre: str
    champs: list
    budget: list = ()
    fichiers: list = ()


def _label(section, name):
    model = Structure if section == Section.STRUCTURE else Dossier
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _is_long(section, name):
    model = Structure if section == Section.STRUCTURE else Dossier
    return model._meta.get_field(name).get_internal_type() == "TextField"


def _quartier(value):
    place = ", ".join(value["communes"])
    return f"{value['nom']} ({place})" if place else value["nom"]


def _shown(name, value):
    """One stored value as people read it."""
    if value is None or value == "":
        return ""
    match name:
        case "type":
            return TypeStructure(value).label
        case "quartiers":
            return [_quartier(item) for item in value]
        case "communes":
            return [item["nom"] for item in value]
        case "montant_demande":
            return euros(value)
        case "part_qpv":
            return f"{value}\u00a0%"
        case "date_debut" | "date_fin":
            return jour(date.fromisoformat(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


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
    """The tables of the budget that have lines, as {cle, titre, lignes, total}."""
    postes = presentation([Ligne(**ligne) for ligne in lignes], plan)
    return [
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


def readable(sections):
    """The sections of a content as a list of `Partie`, in the order of the dossier."""
    parties = []
    for section in Section:
        if section == Section.QUESTIONS and section.value not in sections:
            continue
        values = sections.get(section.value, {})
        champs = [
            ChampLu(name, _label(section, name), _shown(name, values[name]), _is_long(section, name))
            for name in CHAMPS.get(section, ())
            if name in values
        ]
        extra = {}
        if section == Section.BUDGET:
            extra["budget"] = _budget(values.get("lignes", []), plan_of(sections))
        if section == Section.EVALUATION:
            indicateurs = [f"{item['libelle']}\u00a0: {item['cible']}" for item in values.get("indicateurs", [])]
            champs.append(ChampLu("indicateurs", "Indicateurs", indicateurs))
        if section == Section.QUESTIONS:
            champs = [
                ChampLu(
                    f"question.{item['question']}",
                    item["intitule"],
                    shown(item["sorte"], item["valeur"]),
                    item["sorte"] == SorteQuestion.TEXTE_LONG,
                )
                for item in values["reponses"]
            ]
        if section == Section.PIECES:
            extra["fichiers"] = values.get("fichiers", [])
        if section == Section.ENGAGEMENTS:
            champs = _engagements(values)
        titre = "La structure" if section == Section.STRUCTURE else section.label
        parties.append(Partie(section.value, titre, champs, **extra))
    return parties


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
    moved = []
    for old, new in zip(readable(before), readable(after), strict=True):
        was, now = _flat(old), _flat(new)
        for cle in dict.fromkeys((*now, *was)):
            libelle = (now.get(cle) or was[cle])[0]
            avant, apres = (side[cle][1] if cle in side else [] for side in (was, now))
            # A field asked since one of them was written, and left empty, did not move.
            if list(filter(None, avant)) != list(filter(None, apres)):
                moved.append({"section": new.titre, "libelle": libelle, "avant": avant, "apres": apres})
    return moved
