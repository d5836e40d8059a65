"""What a dossier still lacks: one list for the page, the deposit and the tests."""

from dataclasses import dataclass

from django.db.models import Prefetch

from contrats.models import Quartier
from label.templatetags.label_ui import euros, pluriel
from projects.budget.controle import controler
from projects.enums import Section, TypeStructure
from projects.lifecycle import LIFECYCLE
from projects.models import Piece, Reponse
from projects.models.dossier import RESUME_MAX
from projects.question.questionnaire import excess, live_questions, nom_of, reponses_of, shown, valeur_of


@dataclass(frozen=True)
class Manque:
    """One thing that is missing: `section` (a Section), `champ` (field name, '' for the whole section), `phrase`."""

    section: Section
    champ: str
    phrase: str

    @property
    def ancre(self):
        """The id, in the page of its section, of what is to be filled."""
        if self.champ.startswith("piece_"):
            return self.champ.replace("_", "-")
        name = f"id_{self.champ.replace('.', '_')}"
        # Some questions are answered by several controls.
        return _ANCRES.get(self.champ) or (f"div_{name}" if self.champ.startswith("question.") else name)


# Where the thing to fill is not one control: the group that holds them.
_ANCRES = {
    "": "budget",
    "quartiers": "div_id_quartiers",
    "contrat": "div_id_quartiers",
    "indicateurs": "id_indicateurs-0-libelle",
}


_STRUCTURE = {
    "nom": "Donnez le nom de la structure.",
    "adresse": "Donnez l’adresse du siège.",
    "code_postal": "Donnez le code postal du siège.",
    "ville": "Donnez la ville du siège.",
    "representant_nom": "Nommez le représentant légal de la structure.",
    "representant_fonction": "Dites la fonction du représentant légal.",
    "aides_publiques": "Dites les aides publiques reçues ces trois dernières années, ou « aucune ».",
}
_EFFECTIFS = {
    "benevoles": "Donnez le nombre de bénévoles (0 s’il n’y en a pas).",
    "salaries": "Donnez le nombre de salariés (0 s’il n’y en a pas).",
}
_PROJET = {
    "titre": "Donnez un titre au projet.",
    "resume": f"Écrivez le résumé, en {RESUME_MAX} signes.",
    "besoin": "Dites à quel besoin du quartier vous répondez.",
    "innovation": "Dites ce que le projet a d’innovant.",
    "objectifs": "Donnez les objectifs du projet.",
    "actions": "Décrivez les actions prévues.",
    "partenaires": "Citez les partenaires, ou écrivez « aucun ».",
    "participation": "Dites quelle part prennent les habitants.",
}
_TERRITOIRE = {
    "lieux": "Dites où l’action se passe.",
    "publics": "Dites à qui s’adresse le projet.",
}
_CALENDRIER = {
    "etapes": "Décrivez les grandes étapes.",
    "moyens_humains": "Décrivez les moyens humains.",
    "moyens_materiels": "Décrivez les moyens matériels.",
}


def prefetch_completude(dossiers):
    """The dossiers of this queryset with what `missing_for` reads, in a constant number of queries."""
    # The contours of the map weigh more than all the rest, and are not read here.
    return (
        dossiers.select_related("ecrit", "edition", "structure", "contrat")
        .defer("contrat__contour", "contrat__importe")
        .prefetch_related(
            Prefetch("quartiers", Quartier.objects.defer("contour", "importe")),
            "budget_lignes",
            "indicateurs",
            "edition__pieces_demandees",
            "edition__questions",
            Prefetch("reponses", Reponse.objects.select_related("piece")),
            prefetch_pieces(),
        )
    )


def prefetch_pieces():
    """What makes `pieces_jointes` read the files of many dossiers in one query."""
    pieces = Piece.objects.filter(remplacee_at=None).select_related("demandee", "by")
    return Prefetch("pieces", pieces, to_attr="pieces_jointes")


def _blank(obj, section, phrases):
    for name, phrase in phrases.items():
        value = getattr(obj, name)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield Manque(section, name, phrase)


def missing_for(dossier):
    """All that stands between this dossier and its deposit, as a list of `Manque` in the order of the sections."""
    return [
        *_structure(dossier),
        *_projet(dossier),
        *_territoire(dossier),
        *_calendrier(dossier),
        *_budget(dossier),
        *_evaluation(dossier),
        *_questions(dossier),
        *_pieces(dossier),
    ]


@LIFECYCLE.gate("give_visa", "deposit", "deposit_sans_visa")
def missing_sentences(dossier):
    """The same list as French sentences."""
    return [manque.phrase for manque in missing_for(dossier)]


def _structure(dossier):
    structure = dossier.structure
    yield from _blank(structure, Section.STRUCTURE, _STRUCTURE)
    if structure.type == TypeStructure.ASSOCIATION and not (structure.rna or structure.siret):
        yield Manque(Section.STRUCTURE, "rna", "Donnez le numéro RNA ou le numéro SIRET de l’association.")
    elif structure.type not in {TypeStructure.ASSOCIATION, TypeStructure.COLLECTIF} and not structure.siret:
        yield Manque(Section.STRUCTURE, "siret", "Donnez le numéro SIRET de la structure.")
    yield from _blank(structure, Section.STRUCTURE, _EFFECTIFS)


def _projet(dossier):
    yield from _blank(dossier, Section.PROJET, _PROJET)
    if (trop := len(dossier.resume) - RESUME_MAX) > 0:
        phrase = f"Le résumé compte {pluriel(trop, 'signe,signes')} de trop ({RESUME_MAX} au plus)."
        yield Manque(Section.PROJET, "resume", phrase)


def _territoire(dossier):
    quartiers = list(dossier.quartiers.all())
    if not quartiers:
        yield Manque(Section.TERRITOIRE, "quartiers", "Choisissez au moins un quartier prioritaire.")
    for quartier in quartiers:
        if quartier.generation != dossier.edition.generation:
            yield Manque(
                Section.TERRITOIRE,
                "quartiers",
                f"Le quartier « {quartier.nom} » n’est pas de la génération {dossier.edition.get_generation_display()} "
                "que retient cette édition.",
            )
    if quartiers and dossier.contrat_id is None:
        yield Manque(Section.TERRITOIRE, "contrat", "Aucun contrat de ville ne suit ces quartiers : écrivez à l’EPT.")
    yield from _blank(dossier, Section.TERRITOIRE, _TERRITOIRE)
    if not dossier.beneficiaires:
        yield Manque(Section.TERRITOIRE, "beneficiaires", "Donnez le nombre de personnes attendues.")
    if dossier.part_qpv is None:
        yield Manque(Section.TERRITOIRE, "part_qpv", "Donnez la part des personnes venant des quartiers prioritaires.")


def _calendrier(dossier):
    if dossier.date_debut is None:
        yield Manque(Section.CALENDRIER, "date_debut", "Donnez la date de début de l’action.")
    if dossier.date_fin is None:
        yield Manque(Section.CALENDRIER, "date_fin", "Donnez la date de fin de l’action.")
    yield from _blank(dossier, Section.CALENDRIER, _CALENDRIER)


def _budget(dossier):
    edition, montant = dossier.edition, dossier.montant_demande
    if not montant:
        yield Manque(Section.BUDGET, "montant_demande", "Donnez le montant demandé à l’EPT.")
    elif montant < edition.montant_min:
        yield Manque(
            Section.BUDGET,
            "montant_demande",
            f"Le montant demandé ({euros(montant)}) est inférieur au minimum de l’édition "
            f"({euros(edition.montant_min)}).",
        )
    elif montant > edition.montant_max:
        yield Manque(
            Section.BUDGET,
            "montant_demande",
            f"Le montant demandé ({euros(montant)}) dépasse le maximum de l’édition ({euros(edition.montant_max)}).",
        )
    lignes = list(dossier.budget_lignes.all())
    for anomalie in controler(lignes, montant):
        if anomalie.code != "demande":  # said above, with the bounds of the édition
            yield Manque(Section.BUDGET, _place(anomalie, lignes), anomalie.message)


def _place(anomalie, lignes):
    """The field of a broken rule: its line of the grid, the amount asked, or '' for the balance."""
    if not anomalie.champ.startswith("lignes."):
        return ""
    ligne = lignes[int(anomalie.champ.split(".")[1])]
    # The EPT's own line is written from the amount asked.
    return "montant_demande" if ligne.is_ept else f"ligne.{ligne.cle}"


def _evaluation(dossier):
    if not dossier.evaluation.strip():
        yield Manque(Section.EVALUATION, "evaluation", "Dites comment vous saurez que c’est réussi.")
    if not dossier.indicateurs.all():
        yield Manque(Section.EVALUATION, "indicateurs", "Donnez au moins un indicateur avec sa cible.")


def _questions(dossier):
    asked = live_questions(dossier.edition)
    reponses = reponses_of(dossier) if asked else {}
    for question in asked:
        valeur = valeur_of(question, reponses.get(question.pk))
        said = shown(question.sorte, valeur)
        if question.is_obligatoire and not (said.strip() if isinstance(said, str) else said):
            yield Manque(Section.QUESTIONS, nom_of(question), f"Répondez à la question « {question.intitule} ».")
        if question.is_texte:
            for trop in excess(question, valeur):
                yield Manque(
                    Section.QUESTIONS, nom_of(question), f"Votre réponse à « {question.intitule} » compte {trop}."
                )


def _pieces(dossier):
    given = {piece.demandee_id for piece in pieces_jointes(dossier)}
    for demandee in dossier.edition.pieces_demandees.all():
        if demandee.is_obligatoire and demandee.concerne(dossier.structure.type) and demandee.pk not in given:
            yield Manque(Section.PIECES, f"piece_{demandee.pk}", f"Joignez la pièce «\u202f{demandee.nom}\u202f».")


def pieces_jointes(dossier):
    """The files that belong to the dossier today (those replaced left out), as a list."""
    if not hasattr(dossier, "pieces_jointes"):
        return list(dossier.pieces.filter(remplacee_at=None).select_related("demandee", "by"))
    return dossier.pieces_jointes
