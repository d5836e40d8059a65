"""The content of a dossier as data: frozen at deposit, fingerprinted, masked for readers outside.

`current_content` takes what the database holds now, `frozen_content` adds the circumstances of the deposit and
`completed_content` those of an answer to a complement, `fingerprint` is the SHA-256 of its canonical JSON (the
fingerprints of the files are inside). `lisible` makes it readable.
"""

import hashlib
import json

from django.db.models import Prefetch
from django.utils import timezone

from contrats.models import Commune, Quartier
from projects.champs.table import CHAMPS
from projects.dossier.completude import pieces_jointes, prefetch_pieces
from projects.dossier.coordonnees import mask
from projects.dossier.engagements import confirmed
from projects.models import Depot, Reponse
from projects.question.questionnaire import live_questions, piece_of, reponses_of, valeur_of

SCHEMA = 1


def current_content(dossier):
    """The sections of the dossier as the database holds them now: a dict of JSON values, by section."""
    sections, asked = {}, _asked(dossier)
    for champ in CHAMPS:
        if champ.fige:
            held = _FORMES[champ.nom](dossier, asked) if champ.nom in _FORMES else _plain(champ.valeur(dossier))
            sections.setdefault(champ.section.value, {})[champ.nom] = held
    # As this édition prints its accounts, where it differs: what is frozen reads as it was deposited.
    if named := dossier.edition.libelles_comptes.all().as_plan().change:
        sections["budget"]["comptes"] = {compte: list(printed) for compte, printed in named.items()}
    if not asked:
        del sections["questions"]
    # Confirmed at the deposit by the person who made it; nothing stands there before.
    if dossier.numero and (depot := Depot.objects.filter(dossier=dossier, rang=1).first()):
        sections["engagements"] = depot.contenu["sections"]["engagements"]
    return sections


def prefetch_contenu():
    """What makes `current_content` read many dossiers in a constant number of queries, but one for each deposited."""
    return (
        *("budget_lignes", "indicateurs", "edition__questions", "edition__libelles_comptes"),
        Prefetch("reponses", Reponse.objects.select_related("piece")),
        prefetch_pieces(),
        Prefetch("quartiers", _with_communes(Quartier.objects.all()), to_attr="quartiers_lus"),
        Prefetch("communes", _by_name(Commune.objects.all()), to_attr="communes_lues"),
    )


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _commune(dossier, asked):
    return dossier.structure.commune.nom if dossier.structure.commune else ""


def _with_communes(quartiers):
    rows = quartiers.only("code", "nom").order_by("nom", "pk")
    return rows.prefetch_related(Prefetch("communes", Commune.objects.only("nom")))


def _by_name(communes):
    return communes.only("insee", "nom").order_by("nom")


def _quartiers(dossier, asked):
    # Read again unless `prefetch_contenu` has: a deposit looks at what its own transaction has just written.
    rows = getattr(dossier, "quartiers_lus", None)
    if rows is None:
        rows = _with_communes(dossier.quartiers.all())
    return [
        {"code": q.code, "nom": q.nom, "communes": sorted(commune.nom for commune in q.communes.all())} for q in rows
    ]


def _communes(dossier, asked):
    rows = getattr(dossier, "communes_lues", None)
    if rows is None:
        rows = _by_name(dossier.communes.all())
    return [{"insee": commune.insee, "nom": commune.nom} for commune in rows]


def _lignes(dossier, asked):
    """Rows as prefetched, in the order of their model."""
    names = ("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")
    return [{name: getattr(ligne, name) for name in names} for ligne in dossier.budget_lignes.all()]


def _indicateurs(dossier, asked):
    return [{"libelle": row.libelle, "cible": row.cible} for row in dossier.indicateurs.all()]


def _asked(dossier):
    """The questions of the édition, each with its answer or None."""
    asked = live_questions(dossier.edition)
    reponses = reponses_of(dossier) if asked else {}
    return [(question, reponses.get(question.pk)) for question in asked]


def _reponses(dossier, asked):
    return [_reponse(question, reponse) for question, reponse in asked]


def _fichiers(dossier, asked):
    # The file given to a question is joined under the words of that question.
    of_questions = {piece.pk: question.intitule for question, reponse in asked if (piece := piece_of(reponse))}
    return [
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


# The fields that are no plain value: the rows they name, as data; `asked`: what `_asked` returns.
_FORMES = {
    "commune": _commune,
    "quartiers": _quartiers,
    "communes": _communes,
    "lignes": _lignes,
    "indicateurs": _indicateurs,
    "reponses": _reponses,
    "fichiers": _fichiers,
}


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
    sections = current_content(dossier) | {"engagements": confirmed(dossier.structure, by=by, pouvoir=pouvoir)}
    return _received(dossier, sections, at=at, auteur=by)


def completed_content(dossier, *, rang, at, auteur, demande, reponse):
    """The same of the version `rang`, sent by `auteur` to answer `reponse` to what was asked (`demande`).

    What the structure confirmed is what it confirmed at the deposit.
    """
    complement = {"version": rang, "complement": {"demande": demande, "reponse": reponse}}
    return _received(dossier, current_content(dossier), at=at, auteur=auteur) | complement


def _received(dossier, sections, *, at, auteur):
    return {
        "schema": SCHEMA,
        "numero": dossier.numero,
        "cle": dossier.cle,
        "edition": {"annee": dossier.edition.annee, "titre": dossier.edition.titre},
        "contrat": {"code": dossier.contrat.code, "nom": dossier.contrat.nom} if dossier.contrat else None,
        "depose_le": timezone.localtime(at).isoformat(),
        "depose_par": auteur.get_full_name(),
        "sections": sections,
    }


def canonical(contenu):
    """The one way to write a content as bytes: JSON, keys sorted, no space, UTF-8."""
    return json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(contenu):
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(contenu)).hexdigest()


def without_private(value):
    """The same content, phone numbers, addresses and bank details masked in every text: for readers outside.

    What names a file is no text.
    """
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: without_private(item) if key not in {"sha256", "cle"} else item for key, item in value.items()}
    if isinstance(value, list):
        return [without_private(item) for item in value]
    return value
