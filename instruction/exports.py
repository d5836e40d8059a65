"""The queue of the instruction, as people take it away."""

from instruction.queue.queries import DEPOSE_LE, queue, rejet_of, rows, version_of
from label.exports import Column, Table, register
from projects.enums import Statut

_LABELS = dict(Statut.choices)


def instruction_table(dossiers):
    """The queue as seen on screen: the columns of the list, in its order."""
    return Table(
        "Instruction",
        [
            Column("numero", "Numéro", width=14),
            Column("titre", "Projet", width=46),
            Column("structure_nom", "Structure", width=36),
            Column("contrat_nom", "Contrat de ville", width=36),
            Column("qpv", "Quartiers", lambda row: " ; ".join(row["qpv"]), width=44),
            Column("statut", "Statut", lambda row: _LABELS[row["statut"]], width=22),
            Column("depose_le", "Déposé le", kind="datetime"),
            Column("instructeur", "Instructeur", width=26),
            Column("montant_demande", "Montant demandé", kind="euros"),
            Column("montant_propose", "Montant proposé", kind="euros"),
            Column("reponse_avant", "Réponse attendue avant le", kind="datetime"),
            Column("rejet", "Rejet implicite le", rejet_of, kind="date"),
            Column("version", "Version", version_of, width=40),
            Column("avis_attendu", "Avis attendu", kind="bool"),
            Column("avis_retard", "Avis en retard", kind="bool"),
        ],
        rows(dossiers),
    )


@register("instruction", "Dossiers déposés et leur instruction", "instruction.list_instruction", ligne="dossier")
def export_instruction(edition, user):
    return instruction_table(queue(user).in_edition(edition).order_by(DEPOSE_LE, "pk"))
