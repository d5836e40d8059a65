"""What a dossier still lacks: one list for the page, the deposit and the tests."""

from dataclasses import dataclass

from django.db.models import Prefetch

from contrats.models import Quartier
from label.templatetags.label_ui import euros, pluriel
from projects.budget.controle import controler
from projects.champs.table import champs_of
from projects.enums import Section
from projects.lifecycle import LIFECYCLE
from projects.models import Piece, Reponse
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


def missing_for(dossier):
    """All that stands between this dossier and its deposit, as a list of `Manque` in the order of the sections."""
    return [manque for section in Section for manque in _in(section, dossier)]


@LIFECYCLE.gate("give_visa", "deposit", "deposit_sans_visa")
def missing_sentences(dossier):
    """The same list as French sentences."""
    return [manque.phrase for manque in missing_for(dossier)]


def is_written(section, dossier):
    """Something was written, joined or confirmed in this section."""
    if section == Section.PIECES:
        return bool(pieces_jointes(dossier))
    if section == Section.ENGAGEMENTS:
        return dossier.numero != ""
    if section == Section.QUESTIONS:
        return bool(reponses_of(dossier))
    return any(not champ.is_vide(dossier) for champ in champs_of(section) if champ.nom != "nom")


def complete_sections(dossier, sections, manques):
    """Those of `sections` that hold all that is asked, as a set: something is written there, and nothing is missing.

    What was deposited was whole. What is confirmed at the deposit is not done before.
    """
    lacking = {manque.section for manque in manques}
    if dossier.is_redaction:
        lacking.add(Section.ENGAGEMENTS)
    return {one for one in sections if one not in lacking and (dossier.numero or is_written(one, dossier))}


# The sections written field by field, but that of the structure.
_ECRITES = (Section.PROJET, Section.TERRITOIRE, Section.CALENDRIER, Section.BUDGET, Section.EVALUATION)


def is_begun(dossier):
    """Something was written in this dossier beside its idea and what was known of its structure."""
    if bool(pieces_jointes(dossier)) or bool(reponses_of(dossier)):
        return True
    champs = (champ for section in _ECRITES for champ in champs_of(section) if not champ.de_l_idee)
    return any(not champ.is_vide(dossier) for champ in champs)


def required_sections(dossier, sections, manques):
    """Those of `sections` something must be given in before the deposit, as a set."""
    lacking = {manque.section for manque in manques}
    free = {Section.ENGAGEMENTS}
    if not any(one.is_obligatoire for one in live_questions(dossier.edition)):
        free.add(Section.QUESTIONS)
    if not any(_is_owed(one, dossier) for one in dossier.edition.pieces_demandees.all()):
        free.add(Section.PIECES)
    return {one for one in sections if one in lacking or one not in free}


def _in(section, dossier):
    """What its fields lack, in their order, then what its rows do."""
    for champ in champs_of(section):
        if champ.manque and champ.quand(dossier) and champ.is_vide(dossier):
            yield Manque(section, champ.nom, champ.manque.format(limite=champ.limite))
            continue
        phrases = [*_controls(champ, dossier), *_too_long(champ, dossier)]
        yield from (Manque(section, champ.nom, phrase) for phrase in phrases)
    if section in _SUITES:
        yield from _SUITES[section](dossier)


def _too_long(champ, dossier):
    """A draft keeps more characters than a text is asked in."""
    signes = getattr(champ.column, "signes", None)
    if signes and (trop := len(champ.valeur(dossier)) - signes) > 0:
        yield f"{champ.sujet} compte {pluriel(trop, 'signe,signes')} de trop ({signes} au plus)."


def _controls(champ, dossier):
    """What is wrong with an answer given."""
    return _CONTROLES[champ.nom](dossier) if champ.nom in _CONTROLES else ()


def _quartiers(dossier):
    for quartier in dossier.quartiers.all():
        if quartier.generation != dossier.edition.generation:
            generation = dossier.edition.get_generation_display()
            yield (
                f"Le quartier «\u00a0{quartier.nom}\u00a0» n’est pas de la génération {generation} que retient cette "
                "édition."
            )


def _montant(dossier):
    edition, montant = dossier.edition, dossier.montant_demande
    demande = f"Le montant demandé ({euros(montant)})"
    if montant < edition.montant_min:
        yield f"{demande} est inférieur au minimum de l’édition ({euros(edition.montant_min)})."
    elif montant > edition.montant_max:
        yield f"{demande} dépasse le maximum de l’édition ({euros(edition.montant_max)})."


_CONTROLES = {"quartiers": _quartiers, "montant_demande": _montant}


def _budget(dossier):
    lignes = list(dossier.budget_lignes.all())
    for anomalie in controler(lignes, dossier.montant_demande):
        if anomalie.code != "demande":  # said above, with the bounds of the édition
            yield Manque(Section.BUDGET, _place(anomalie, lignes), anomalie.message)


def _place(anomalie, lignes):
    """The field of a broken rule: its line of the grid, the amount asked, or '' for the balance."""
    if not anomalie.champ.startswith("lignes."):
        return ""
    ligne = lignes[int(anomalie.champ.split(".")[1])]
    # The EPT's own line is written from the amount asked.
    return "montant_demande" if ligne.is_ept else f"ligne.{ligne.cle}"


def _indicateurs(dossier):
    """An indicator half written is none yet."""
    for rang, row in enumerate(dossier.indicateurs.all()):
        if not row.cible.strip():
            phrase = f"Donnez la valeur visée par l’indicateur «\u00a0{row.libelle}\u00a0»."
            yield Manque(Section.EVALUATION, f"indicateurs-{rang}-cible", phrase)
        elif not row.libelle.strip():
            phrase = f"Dites ce que vous mesurerez avec la cible «\u00a0{row.cible}\u00a0»."
            yield Manque(Section.EVALUATION, f"indicateurs-{rang}-libelle", phrase)


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
        if _is_owed(demandee, dossier) and demandee.pk not in given:
            yield Manque(Section.PIECES, f"piece_{demandee.pk}", f"Joignez la pièce «\u202f{demandee.nom}\u202f».")


def _is_owed(demandee, dossier):
    return demandee.is_obligatoire and demandee.concerne(dossier.structure.type)


# What the rows of a section lack.
_SUITES = {
    Section.BUDGET: _budget,
    Section.EVALUATION: _indicateurs,
    Section.QUESTIONS: _questions,
    Section.PIECES: _pieces,
}


def pieces_jointes(dossier):
    """The files that belong to the dossier today (those replaced left out), as a list."""
    if not hasattr(dossier, "pieces_jointes"):
        return list(dossier.pieces.filter(remplacee_at=None).select_related("demandee", "by"))
    return dossier.pieces_jointes
