"""What the instruction of dossiers asks of those who instruct."""

from django.db.models import F, Q
from django.urls import reverse

from instruction.queue.queries import A_FAIRE, DEPOSE_LE, queue, rejet_of
from label.minute import minute_of
from label.models import Edition
from label.templatetags.label_ui import pluriel
from projects.enums import Statut
from projects.fil.registre import AFaire
from projects.models import suspensions_of

_ACTES = {Statut.DEPOSE: "Examiner la recevabilité", Statut.EN_INSTRUCTION: "Instruire le dossier"}


def a_faire(user, now):
    """The dossiers this agent instructs, before the silence of the EPT speaks; for the pilote, how many nobody has.

    A complement whose date has passed waits for the EPT again.
    """
    if not user.has_perm("instruction.list_instruction"):
        return []
    late = Q(statut=Statut.A_COMPLETER, rouvert_jusqu_au__lt=minute_of(now))
    asked = Q(instruction__instructeur=user) & (Q(statut__in=_ACTES) | late)
    if user.is_pilote:
        asked |= Q(instruction__instructeur=None, statut__in=A_FAIRE)
    rows = queue(user).in_edition(Edition.objects.current()).filter(asked)
    rows = rows.annotate(depose_le=DEPOSE_LE, suspensions=suspensions_of("pk"), published_at=F("edition__published_at"))
    columns = ("cle", "numero", "titre", "statut", "rouvert_jusqu_au", "instruction__instructeur")
    rows = rows.values(*columns, "depose_le", "suspensions", "published_at")
    unassigned = [row for row in rows if row["instruction__instructeur"] is None]
    return [_one(row) for row in rows if row["instruction__instructeur"]] + _to_assign(unassigned)


def _one(row):
    adresse = reverse("instruction:instruction_detail", args=[row["cle"]])
    objet = " ".join((row["numero"], row["titre"]))
    if row["statut"] == Statut.A_COMPLETER:
        return AFaire("Décider, le complément n’est pas venu", objet, adresse, avant=row["rouvert_jusqu_au"])
    return AFaire(_ACTES[row["statut"]], objet, adresse, depuis=row["depose_le"], avant=rejet_of(row))


def _to_assign(rows):
    """One line for all, that leads to the list of them: until when the first must be answered."""
    if not rows:
        return []
    mots = f"Confier {pluriel(len(rows), 'dossier,dossiers')} à un instructeur"
    adresse = reverse("instruction:instruction_list", query={"vue": "a_faire", "instructeur": "aucun"})
    recus, rejets = [[found for found in map(of, rows) if found] for of in (lambda row: row["depose_le"], rejet_of)]
    return [
        AFaire(mots, "que personne ne suit", adresse, depuis=min(recus, default=None), avant=min(rejets, default=None))
    ]
