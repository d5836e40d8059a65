"""The EPT's work on the deposited dossiers of both éditions, up to the admission to the hearings."""

from datetime import timedelta

from instruction.attribution.actions import assign_instructeur
from instruction.avis.actions import answer_avis, ask_avis
from instruction.complement.actions import answer_complement, ask_complement
from instruction.decision.actions import decide
from instruction.note.actions import save_note
from instruction.recevabilite.actions import record_constats
from label.models import PointRecevabilite
from projects.enums import Section, Statut
from projects.seed import PARTENAIRES


def seed(monde):
    """Instruct what was deposited, as far as the demonstration wants each."""
    for dossier, statut, rang, porteur, monde_at in monde.deposes:
        _instruct(monde, dossier, statut, rang, porteur, monde_at)


def _instruct(monde, dossier, statut, rang, porteur, monde_at):
    """The EPT's work on a deposited dossier, up to `statut`."""
    instructeur, pilote = monde.instructeur, monde.pilote
    if statut == Statut.DEPOSE and rang % 2:
        return
    with monde.le(monde_at(0.75)) as at:
        assign_instructeur([dossier], instructeur=instructeur, by=pilote)
        if statut == Statut.DEPOSE:
            return
        if statut == Statut.IRRECEVABLE:
            motif = "Le procès-verbal joint n’est pas signé : rien ne dit que la structure autorise ce dépôt."
            decide(dossier, "declare_irrecevable", by=instructeur, motif=motif, at=at)
            return
        if statut == Statut.A_COMPLETER or rang % 5 == 0:
            ask_complement(
                dossier,
                message="Précisez le calendrier et joignez un budget où chaque financeur est nommé.",
                sections=[Section.CALENDRIER, Section.BUDGET],
                echeance=max(at, monde.maintenant) + timedelta(days=9)
                if statut == Statut.A_COMPLETER
                else at + timedelta(days=9),
                by=instructeur,
                at=at,
            )
            dossier.refresh_from_db()
            if statut == Statut.A_COMPLETER:
                return
    if dossier.statut == Statut.A_COMPLETER:
        with monde.le(monde_at(0.78)) as at:
            answer_complement(dossier, reponse="Le calendrier et le budget sont complétés.", by=porteur, at=at)
            dossier.refresh_from_db()
    with monde.le(monde_at(0.81)) as at:
        points = PointRecevabilite.objects.filter(edition=dossier.edition)
        record_constats(dossier, dict.fromkeys(points, (True, "")), by=instructeur, at=at)
        decide(dossier, "declare_recevable", by=instructeur, at=at)
        dossier.refresh_from_db()
    with monde.le(monde_at(0.85)) as at:
        if rang % 2 == 0:
            demandes = ask_avis(
                dossier, partenaires=[PARTENAIRES[rang % 4], PARTENAIRES[(rang + 1) % 4]], by=instructeur, at=at
            )
    with monde.le(monde_at(0.88)) as at:
        if rang % 2 == 0:
            answer_avis(demandes[0], sens="favorable", texte="Projet attendu, porté par une équipe connue.", at=at)
    with monde.le(monde_at(0.9)) as at:
        if statut == Statut.EN_INSTRUCTION and rang % 3:
            return
        save_note(
            dossier,
            note_synthese="Projet clair, ancré dans le quartier. À entendre sur la durée après la première année.",
            montant_propose=dossier.montant_demande * 9 // 1000 * 100,
            version=0,
            by=instructeur,
            at=at,
        )
    if statut == Statut.EN_INSTRUCTION:
        return
    with monde.le(monde_at(0.95)) as at:
        if statut == Statut.ADMIS:
            decide(dossier, "admit", by=pilote, at=at)
        else:
            motif = "Le projet existe déjà dans ce quartier, sous une forme proche."
            decide(dossier, "refuse_admission", by=pilote, motif=motif, at=at)
