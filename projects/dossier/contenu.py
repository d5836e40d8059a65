"""The content of a dossier as data: frozen at deposit, fingerprinted, masked for readers outside.

`current_content` takes what the database holds now, `frozen_content` adds the circumstances of the deposit,
`fingerprint` is the SHA-256 of its canonical JSON (the fingerprints of the files are inside). `lisible` makes
it readable.
"""

import hashlib
import json
import re

from django.db.models import Prefetch
from django.utils import timezone

from contrats.models import Commune
from projects.dossier.completude import pieces_jointes
from projects.dossier.engagements import confirmed
from projects.enums import Section
from projects.models import LibelleCompte
from projects.question.questionnaire import live_questions, piece_of, reponses_of, valeur_of

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
