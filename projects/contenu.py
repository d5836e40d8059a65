"""The content of a dossier as data: frozen at deposit, fingerprinted, read by people, compared afterwards.

`current_content` takes what the database holds now, `frozen_content` adds the circumstances of the deposit,
`fingerprint` is the SHA-256 of its canonical JSON (the fingerprints of the files are inside), `readable` turns
sections into labelled fields, `changes` lists what moved between two contents.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from contrats.models import Commune
from label.enums import SorteQuestion
from label.templatetags.label_ui import euros, jour
from projects.actions.completude import pieces_jointes
from projects.budget import Ligne, Plan, presentation
from projects.engagements import confirmed, quality_of
from projects.enums import NatureEngagement, Section, TypeStructure
from projects.models import Dossier, LibelleCompte, Structure
from projects.questionnaire import live_questions, piece_of, reponses_of, shown, valeur_of

SCHEMA = 1

CHAMPS = {
    Section.STRUCTURE: (
        "nom",
        "sigle",
        "type",
        "rna",
        "siret",
        "adresse",
        "code_postal",
        "ville",
        "commune",
        "representant_nom",
        "representant_fonction",
        "benevoles",
        "salaries",
        "adherents",
        "aides_publiques",
    ),
    Section.PROJET: (
        "titre",
        "resume",
        "besoin",
        "innovation",
        "objectifs",
        "actions",
        "partenaires",
        "participation",
    ),
    Section.TERRITOIRE: ("quartiers", "communes", "lieux", "publics", "beneficiaires", "part_qpv"),
    Section.CALENDRIER: ("date_debut", "date_fin", "etapes", "moyens_humains", "moyens_materiels"),
    Section.BUDGET: ("montant_demande",),
    Section.EVALUATION: ("evaluation",),
}
_RELATIONS = frozenset({"quartiers", "communes", "commune"})


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _values(obj, section):
    return {name: _plain(getattr(obj, name)) for name in CHAMPS[section] if name not in _RELATIONS}


def current_content(dossier):
    """The sections of the dossier as the database holds them now: a dict of JSON values, by section."""
    structure = dossier.structure
    sections = {
        section.value: _values(structure if section == Section.STRUCTURE else dossier, section) for section in CHAMPS
    }
    sections["structure"]["commune"] = structure.commune.nom if structure.commune else ""
    sections["territoire"] |= {
        "quartiers": [
            {"code": q.code, "nom": q.nom, "communes": sorted(commune.nom for commune in q.communes.all())}
            for q in dossier.quartiers.only("code", "nom")
            .prefetch_related(Prefetch("communes", Commune.objects.only("nom")))
            .order_by("nom", "pk")
        ],
        "communes": list(dossier.communes.order_by("nom").values("insee", "nom")),
    }
    # Rows as prefetched, in the order of their models.
    sections["budget"]["lignes"] = [
        {name: getattr(ligne, name) for name in ("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")}
        for ligne in dossier.budget_lignes.all()
    ]
    # As this édition prints its accounts, where it differs: what is frozen reads as it was deposited.
    if named := LibelleCompte.objects.plan(dossier.edition_id).change:
        sections["budget"]["comptes"] = {compte: list(printed) for compte, printed in named.items()}
    sections["evaluation"]["indicateurs"] = [
        {"libelle": indicateur.libelle, "cible": indicateur.cible} for indicateur in dossier.indicateurs.all()
    ]
    asked = live_questions(dossier.edition)
    reponses = reponses_of(dossier) if asked else {}
    if asked:
        sections["questions"] = {"reponses": [_reponse(one, reponses.get(one.pk)) for one in asked]}
    # The file given to a question is joined under the words of that question.
    of_questions = {piece.pk: question.intitule for question in asked if (piece := piece_of(reponses.get(question.pk)))}
    sections["pieces"] = {
        "fichiers": [
            {
                "cle": piece.cle,
                "demandee": piece.demandee.nom if piece.demandee else of_questions.get(piece.pk, ""),
                "nom": piece.nom,
                "type_mime": piece.type_mime,
                "taille": piece.taille,
                "sha256": piece.sha256,
            }
            for piece in pieces_jointes(dossier)
        ]
    }
    # Confirmed at the deposit by the person who made it; nothing stands there before.
    if depot := getattr(dossier, "depot", None):
        sections["engagements"] = depot.contenu["sections"]["engagements"]
    return sections


def _reponse(question, reponse):
    """One answer with the words it answers to, as JSON values; a file by its name."""
    piece = piece_of(reponse)
    return {
        "question": question.pk,
        "intitule": question.intitule,
        "sorte": question.sorte,
        "valeur": piece.nom if piece else valeur_of(question, reponse),
    }


def frozen_content(dossier, *, at, by, pouvoir=None):
    """What is received: the sections and the circumstances of the deposit, at the aware datetime `at` by `by`.

    `pouvoir`: the Piece that empowers `by`, when the person is not the representative of the structure.
    """
    return {
        "schema": SCHEMA,
        "numero": dossier.numero,
        "cle": dossier.cle,
        "edition": {"annee": dossier.edition.annee, "titre": dossier.edition.titre},
        "contrat": {"code": dossier.contrat.code, "nom": dossier.contrat.nom} if dossier.contrat else None,
        "depose_le": timezone.localtime(at).isoformat(),
        "depose_par": by.get_full_name(),
        "sections": current_content(dossier) | {"engagements": confirmed(dossier.structure, by=by, pouvoir=pouvoir)},
    }


def canonical(contenu):
    """The one way to write a content as bytes: JSON, keys sorted, no space, UTF-8."""
    return json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(contenu):
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(contenu)).hexdigest()


@dataclass(frozen=True)
class Champ:
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
    """The numbers and labels of the accounts a content prints, as a `budget.Plan`."""
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
            Champ(name, _label(section, name), _shown(name, values[name]), _is_long(section, name))
            for name in CHAMPS.get(section, ())
            if name in values
        ]
        extra = {}
        if section == Section.BUDGET:
            extra["budget"] = _budget(values.get("lignes", []), plan_of(sections))
        if section == Section.EVALUATION:
            indicateurs = [f"{item['libelle']}\u00a0: {item['cible']}" for item in values.get("indicateurs", [])]
            champs.append(Champ("indicateurs", "Indicateurs", indicateurs))
        if section == Section.QUESTIONS:
            champs = [
                Champ(
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
        return [Champ("engagements", "Confirmation", "Au moment du dépôt, par la personne qui engage la structure.")]
    texts = [Champ(one["nature"], NatureEngagement(one["nature"]).label, one["texte"]) for one in values["textes"]]
    return [*texts, Champ("engagements", "Confirmés par", f"{values['par']}, {quality_of(values)}")]


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
            if avant != apres:
                moved.append({"section": new.titre, "libelle": libelle, "avant": avant, "apres": apres})
    return moved


# What people type in free texts and a partner has no need of: phone numbers, e-mail addresses, IBAN.
_PRIVATE = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b"
    r"|(?<!\d)(?:\+33[ .-]?|0)[1-9](?:[ .\u00a0\u202f-]?\d{2}){4}(?!\d)"
    # From the beginning of a word, without going back: a text of one long word is read once.
    r"|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
)


def without_private(value):
    """The same content, phone numbers, addresses and bank details masked in every text: for readers outside."""
    if isinstance(value, str):
        return _PRIVATE.sub("[coordonnées masquées]", value)
    if isinstance(value, dict):
        return {key: without_private(item) if key != "sha256" else item for key, item in value.items()}
    if isinstance(value, list):
        return [without_private(item) for item in value]
    return value
