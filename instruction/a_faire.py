"""What the instruction of dossiers asks of those who instruct."""

from django.db.models import Q
from django.urls import reverse

from instruction.queue.queries import DEPOSE_LE, queue
from label.minute import minute_of
from label.models import Edition
from projects.depot.silence_lu import silence_read
from projects.enums import Statut
from projects.fil.registre import AFaire
from projects.models import suspensions_of

_ACTES = {Statut.DEPOSE: "Examiner la recevabilité", Statut.EN_INSTRUCTION: "Instruire le dossier"}


def a_faire(user, now):
    """The dossiers this agent instructs, before the silence of the EPT speaks; for the pilote, those nobody has.

    A complement whose date has passed waits for the EPT again.
    """
    if not user.has_perm("instruction.list_instruction"):
        return []
    mine = Q(instruction__instructeur=user)
    if user.is_pilote:
        mine |= Q(instruction__instructeur=None)
    late = Q(statut=Statut.A_COMPLETER, rouvert_jusqu_au__lt=minute_of(now))
    rows = queue(user).in_edition(Edition.objects.current()).filter(mine, Q(statut__in=_ACTES) | late)
    columns = ("cle", "numero", "titre", "statut", "rouvert_jusqu_au", "instruction__instructeur")
    return [
        _one(row)
        for row in rows.annotate(depose_le=DEPOSE_LE, suspensions=suspensions_of("pk")).values(
            *columns, "depose_le", "suspensions"
        )
    ]


def _one(row):
    adresse = reverse("instruction:instruction_detail", args=[row["cle"]])
    objet = " ".join((row["numero"], row["titre"]))
    if row["statut"] == Statut.A_COMPLETER:
        return AFaire("Décider, le complément n’est pas venu", objet, adresse, avant=row["rouvert_jusqu_au"])
    texte = _ACTES[row["statut"]]
    if row["instruction__instructeur"] is None:
        texte += ", ou confier le dossier"
    avant = silence_read(row["depose_le"], row["suspensions"]).le
    return AFaire(texte, objet, adresse, depuis=row["depose_le"], avant=avant)
