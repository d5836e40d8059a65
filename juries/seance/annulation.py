"""A hearing that will not take place: its slot is free again, and whoever had been told of it is told."""

from juries.enums import SorteConvocation
from juries.models import Audition, Convocation, Declaration, Jure
from juries.oral.queries import standing_repetition
from juries.oral.repetitions import told_of_answer
from juries.seance.inscrits import inscrits
from label.notifications import notify, prevenus
from label.templatetags.label_ui import jour_heure
from projects.enums import Statut
from projects.models import Dossier
from projects.relais import Depart


def told_members(audition):
    """The members of the jury who hear this audition, active and without a link, and whose calendar holds it."""
    free = Declaration.objects.libres().filter(dossier=audition.dossier_id).values("jure")
    jures = Jure.objects.active().filter(jury=audition.seance.jury_id, pk__in=free).select_related("user")
    users = {jure.user_id: jure.user for jure in jures}
    held = inscrits(users)
    return [users[pk] for pk, own in held.items() if audition.cle in own and not own[audition.cle].is_annule]


def told_of_removal(audition):
    """Whom removing this audition would reach, as {address: name}: those of an audition that was announced."""
    if not audition.convoked_at:
        return {}
    return prevenus("convocation_annulee", audition.dossier, audition=audition)


def tell_cancelled(audition, auteur, at):
    """Owe its cancelling, once, to whoever was told of this audition, held by the caller; nothing when nobody was."""
    if not audition.convoked_at:
        return
    audition.convocation += 1
    creneau = audition.annonce or audition.creneau
    Convocation.objects.create(
        dossier=audition.dossier, sorte=SorteConvocation.ANNULEE, creneau=creneau, by=auteur, at=at
    )
    occurrence = f"{audition.cle}-{audition.convocation}"
    notify("convocation_annulee", audition.dossier, occurrence=occurrence, audition=audition)


def _ahead(dossier, at, *, rows=Audition.objects):
    """The audition of a dossier whose hour, present or announced, is not over at `at`, and that did not take place."""
    audition = rows.select_related("seance", "dossier").filter(dossier=dossier).first()
    if audition is None:
        return None
    fins = [audition.fin, *([audition.annoncee.fin] if audition.annonce else [])]
    took_place = audition.bulletins.filter(final_at__isnull=False).exists()
    return audition if max(fins) > at and not took_place else None


def cancel_hearing(dossier, auteur, at):
    """The dossier, held by the caller, waits for no hearing any more: the one to come leaves its slot.

    What members had begun to note goes with a dossier withdrawn, which never comes back; otherwise it is kept, and the
    audition with it, to be announced again.
    """
    audition = _ahead(dossier, at, rows=Audition.objects.select_for_update(of=("self",)))
    if audition is None:
        return
    tell_cancelled(audition, auteur, at)
    if Dossier.objects.get(pk=dossier.pk).statut != Statut.RETIRE and audition.bulletins.exists():
        audition.annonce = audition.convoked_at = None
        audition.save(update_fields=["convocation", "annonce", "convoked_at"])
        return
    audition.bulletins.all().delete()
    audition.delete()


def depart_of(dossier, user, at):
    """What leaving would undo here, as this person may know it, as a `Depart`."""
    audition, repetition = _ahead(dossier, at), standing_repetition(dossier, at)
    phrases, told = [], {}
    if audition and (audition.annonce or user.is_agent):
        creneau = audition.annoncee or audition
        phrases.append(f"L’audition du {jour_heure(creneau.debut)} est annulée\u00a0: elle quitte les agendas.")
        told |= told_of_removal(audition)
        jures = {user.email for user in told_members(audition)} if not user.is_agent else set()
        if jures:
            # Who sits is told by nobody here.
            told = {email: nom for email, nom in told.items() if email not in jures}
            told["jury"] = "Les membres du jury qui devaient l’entendre"
    if repetition:
        phrases.append(f"La répétition du {jour_heure(repetition.debut)} l’est aussi.")
        told |= told_of_answer(repetition)
    return Depart(phrases, told)
