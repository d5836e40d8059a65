"""The life of a dossier: every move there is, on one screen.

`perm` None marks a system move: made by the clock, or by an upper floor through an action of its own that has
checked its own permission (a result comes down). The database trigger is fed from this same table.
"""

from label.lifecycle import Lifecycle, Transition
from label.notifications import notify
from projects.enums import CONNUS
from projects.enums import Statut as S

_RESULTATS = (S.PROPOSE, S.RESERVE, S.NON_RETENU)


def is_secret_move(de, vers):
    """Nothing of a move between these statuts is seen outside the EPT before publication."""
    return de != vers and CONNUS.get(de, de) == CONNUS.get(vers, vers)


def _record(dossier, transition, source, by, motif, at, arrivee=None, motif_interne=""):
    rows = type(dossier).objects.filter(pk=dossier.pk)
    if is_secret_move(source, transition.target):
        # The date of the row is read by everybody, and lists are in its order.
        rows = rows.exclude(edition__published_at=None)
    rows.update(updated_at=at)
    return dossier.passages.create(
        transition=transition.name,
        de=source,
        vers=transition.target,
        by=by,
        at=at,
        arrivee=arrivee,
        motif="" if transition.is_motif_interne else motif,
        motif_interne=motif if transition.is_motif_interne else motif_interne.strip(),
    )


TRANSITIONS = [
    # Idea and co-élaboration
    Transition(
        "accept_idee",
        (S.IDEE,),
        S.CO_ELABORATION,
        "Accepter l’idée et ouvrir le dossier",
        perm="projects.accept_idee",
        notification="idee_acceptee",
    ),
    Transition(
        "decline_idee",
        (S.IDEE,),
        S.SANS_SUITE,
        "Ne pas donner suite",
        perm="projects.accept_idee",
        motif_requis=True,
        notification="idee_sans_suite",
        tone="danger",
    ),
    Transition(
        "give_visa",
        (S.CO_ELABORATION,),
        S.PRET,
        "Donner le visa\u00a0: le dossier est prêt",
        perm="projects.give_visa",
        is_gated=True,
        notification="visa_donne",
    ),
    Transition(
        "return_visa",
        (S.CO_ELABORATION,),
        S.CO_ELABORATION,
        "Renvoyer le dossier avec un mot",
        perm="projects.give_visa",
        is_gated=True,
        motif_requis=True,
        notification="visa_rendu",
        tone="secondary",
    ),
    Transition(
        "reopen",
        (S.PRET,),
        S.CO_ELABORATION,
        "Rouvrir l’écriture",
        perm="projects.reopen_dossier",
        motif_requis=True,
        notification="visa_retire",
        tone="secondary",
    ),
    Transition(
        "abandon",
        (S.IDEE, S.CO_ELABORATION, S.PRET),
        S.ABANDONNE,
        "Abandonner ce projet",
        perm="projects.abandon_dossier",
        notification="abandonne",
        tone="danger",
    ),
    Transition("expire", (S.IDEE, S.CO_ELABORATION, S.PRET), S.CADUC, "Clôture sans dépôt", notification="caduc"),
    Transition("revive", (S.CADUC,), S.CO_ELABORATION, "Rouvrir après prolongation"),
    # Deposit. `deposit` owes its own messages: they carry the number and the receipt.
    Transition("deposit", (S.PRET,), S.DEPOSE, "Déposer", perm="projects.submit_dossier", is_gated=True),
    Transition(
        "deposit_sans_visa",
        (S.CO_ELABORATION,),
        S.DEPOSE,
        "Déposer sans visa",
        perm="projects.submit_dossier_sans_visa",
        is_gated=True,
    ),
    Transition(
        "withdraw",
        (S.DEPOSE, S.A_COMPLETER, S.EN_INSTRUCTION, S.ADMIS),
        S.RETIRE,
        "Retirer le dossier",
        perm="projects.withdraw_dossier",
        motif_requis=True,
        notification="retire",
        tone="danger",
        # Read as one of them until publication, it leaves as they do.
        veiled=(S.NON_ADMIS,),
    ),
    # Instruction
    Transition(
        "ask_complement",
        (S.DEPOSE, S.EN_INSTRUCTION),
        S.A_COMPLETER,
        "Demander un complément",
        perm="instruction.instruct_dossier",
        motif_requis=True,
    ),
    Transition("answer_complement_depose", (S.A_COMPLETER,), S.DEPOSE, "Envoyer la réponse"),
    Transition("answer_complement_instruction", (S.A_COMPLETER,), S.EN_INSTRUCTION, "Envoyer la réponse"),
    Transition(
        "declare_recevable",
        (S.DEPOSE,),
        S.EN_INSTRUCTION,
        "Déclarer recevable",
        perm="instruction.instruct_dossier",
        is_gated=True,
        notification="recevable",
        is_motif_interne=True,
    ),
    Transition(
        "declare_irrecevable",
        (S.DEPOSE, S.A_COMPLETER),
        S.IRRECEVABLE,
        "Déclarer irrecevable",
        perm="instruction.instruct_dossier",
        motif_requis=True,
        notification="irrecevable",
        tone="danger",
    ),
    Transition(
        "admit",
        (S.EN_INSTRUCTION,),
        S.ADMIS,
        "Admettre à l’audition",
        perm="instruction.admit_dossier",
        notification="admis",
        is_motif_interne=True,
    ),
    Transition(
        "refuse_admission",
        (S.EN_INSTRUCTION,),
        S.NON_ADMIS,
        "Ne pas admettre à l’audition",
        perm="instruction.admit_dossier",
        motif_requis=True,
        tone="danger",
    ),
    # Jury: moves made from above
    Transition("record_absence", (S.ADMIS,), S.NON_RETENU, "Absent à l’audition", motif_requis=True),
    Transition("hear", (S.ADMIS,), S.AUDITIONNE, "Auditionné"),
    Transition("propose", (S.AUDITIONNE,), S.PROPOSE, "Proposé par le jury"),
    Transition("reserve", (S.AUDITIONNE,), S.RESERVE, "Mis en liste d’attente"),
    Transition("set_aside", (S.AUDITIONNE,), S.NON_RETENU, "Non retenu par le jury", motif_requis=True),
    # Vote and publication: moves made from above
    Transition("award", (S.PROPOSE, S.RESERVE), S.LAUREAT, "Lauréat"),
    Transition("refuse", (S.PROPOSE, S.RESERVE), S.NON_RETENU, "Non retenu au vote", motif_requis=True),
    # The result of one the vote keeps on the waiting list, dated of the publication. It may be called later.
    Transition("keep_waiting", (S.RESERVE,), S.RESERVE, "Sur la liste d’attente", motif_requis=True),
    # Wrong moves taken back by the pilote, until publication
    Transition(
        "undo_irrecevable",
        (S.IRRECEVABLE,),
        S.DEPOSE,
        "Revenir sur l’irrecevabilité",
        perm="projects.undo_move",
        motif_requis=True,
        notification="reprise",
        is_retour=True,
    ),
    Transition(
        "undo_recevable",
        (S.EN_INSTRUCTION,),
        S.DEPOSE,
        "Revenir à l’examen de recevabilité",
        perm="projects.undo_move",
        motif_requis=True,
        is_retour=True,
        is_motif_interne=True,
    ),
    Transition(
        "undo_admission",
        (S.ADMIS, S.NON_ADMIS),
        S.EN_INSTRUCTION,
        "Revenir à l’instruction",
        perm="projects.undo_move",
        motif_requis=True,
        is_retour=True,
        is_motif_interne=True,
    ),
    Transition(
        "undo_audition",
        (S.AUDITIONNE,),
        S.ADMIS,
        "Revenir avant l’audition",
        perm="projects.undo_move",
        motif_requis=True,
        is_retour=True,
        is_motif_interne=True,
    ),
    Transition(
        "undo_deliberation",
        _RESULTATS,
        S.AUDITIONNE,
        "Revenir avant la délibération",
        perm="projects.undo_move",
        motif_requis=True,
        is_retour=True,
        is_motif_interne=True,
    ),
]

# What each reader may know of it: `projects.dossier.connu`.
LIFECYCLE = Lifecycle("statut", S, TRANSITIONS, record=_record, notify=notify, is_veiled=True)
guard = LIFECYCLE.guard
