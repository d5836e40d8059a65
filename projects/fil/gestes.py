"""The acts a card offers: those of this person at this moment, the one that is asked first."""

from django.urls import reverse

from projects.dossier.actions import MOUVEMENTS
from projects.enums import REDACTION, MotCommence, Section, Statut
from projects.fil.paroles import Pour
from projects.fil.registre import Geste
from projects.fil.situation import VISA_DEMANDE, VISA_RENDU
from projects.lifecycle import LIFECYCLE
from projects.redaction import writable_sections

# Nothing is done with it any more, but to take it up again another year.
TERMINES = frozenset({Statut.CADUC, Statut.SANS_SUITE, Statut.ABANDONNE, Statut.IRRECEVABLE, Statut.RETIRE})


def gestes_de(situation):
    """The acts of the card that the statut makes."""
    if situation.statut in TERMINES:
        return [*_taking_up(situation), *_to_the_ept(situation), *_meeting(situation)]
    moves = {move.name: move for move in LIFECYCLE.available(situation.dossier, situation.user)}
    return [
        *_rereading(situation, moves),
        *_writing(situation),
        *_depositing(situation, moves),
        *_moving(situation, moves),
        *_asking(situation),
        *_receipt(situation),
    ]


def ensuite(situation):
    """What may be done with a project that goes no further: take it up again for the édition that is written now, and
    speak of it with the chef de projet."""
    return [*_taking_up(situation), *_meeting(situation)]


def _taking_up(situation):
    if situation.suivante and situation.user.has_perm("projects.copy_dossier", situation.dossier):
        yield reprise(situation.dossier, situation.suivante)


def reprise(dossier, edition):
    """The act of taking it up again for this édition."""
    mots = f"Reprendre ce projet pour l’édition {edition.annee}"
    return Geste(mots, reverse("projects:dossier_copy", args=[dossier.cle]), "arrow-repeat")


def relecture(dossier, user, moment):
    """The act of having read a draft that still lacks something: possible, and not what the card asks."""
    may = dossier.edition.visa_requis and user.has_perm("projects.ask_visa", dossier)
    if may and moment in {"ecriture", VISA_RENDU}:
        yield Geste("Demander une relecture sans attendre", reverse("projects:dossier_visa", args=[dossier.cle]))


def _section(situation, mots, section, *, attend):
    adresse = reverse("projects:section_edit", args=[situation.dossier.cle, section.value])
    return Geste(mots, adresse, "pencil", attend=attend)


def _writing(situation):
    """Where to write on: the first section that lacks something, or those a complement reopened."""
    dossier, user = situation.dossier, situation.user
    if not user.has_perm("projects.change_dossier", dossier):
        return
    attend = not situation.tour[1]
    if situation.statut == Statut.A_COMPLETER:
        open_now = writable_sections(dossier, situation.now)
        for section in (one for one in Section if one in open_now):
            yield _section(situation, f"Écrire\u00a0: {section.label}", section, attend=True)
    elif situation.moment == VISA_RENDU and situation.reader == Pour.PORTEUR:
        if situation.manques:
            yield _section(situation, "Reprendre l’écriture", situation.manques[0].section, attend=False)
        else:
            parties = reverse("projects:dossier_detail", args=[dossier.cle]) + "#parties"
            yield Geste("Reprendre l’écriture", parties, "pencil")
    elif situation.statut in REDACTION and situation.manques:
        section = situation.manques[0].section
        mots = f"Continuer\u00a0: {section.label}"
        if situation.moment == "ecriture_debut":
            mots = f"Commencer par {_named(section, situation.reader)}"
        yield _section(situation, mots, section, attend=attend)


def _named(section, reader):
    if section != Section.STRUCTURE:
        return f"«\u00a0{section.label}\u00a0»"
    return "votre structure" if reader == Pour.PORTEUR else "la structure"


def _rereading(situation, moves):
    if situation.moment == VISA_DEMANDE and "return_visa" in moves:
        yield Geste("Relire le dossier", reverse("projects:dossier_read", args=[situation.dossier.cle]), "eye")


def _depositing(situation, moves):
    if any(name.startswith("deposit") for name in moves):
        adresse = reverse("projects:depot_create", args=[situation.dossier.cle])
        yield Geste("Déposer le dossier", adresse, "send", attend=bool(situation.manques))


def _moving(situation, moves):
    """The moves that go on; none that what is missing forbids, and no visa just after it was refused."""
    for move in moves.values():
        if move.name in MOUVEMENTS and move.tone == "primary" and not situation.manques:
            yield _move(situation, move, attend=situation.moment == VISA_RENDU)
    if situation.visa_asked and "return_visa" in moves:
        yield _move(situation, moves["return_visa"])
    if "decline_idee" in moves:
        yield _move(situation, moves["decline_idee"], attend=True)


def _move(situation, move, *, attend=False):
    adresse = reverse("projects:dossier_transition", args=[situation.dossier.cle, move.name])
    return Geste(move.label, adresse, attend=attend)


def _asking(situation):
    """The visa, once nothing is missing; what was returned is first corrected."""
    dossier = situation.dossier
    if (
        situation.moment in {"ecriture_complete", VISA_RENDU}
        and not situation.manques
        and dossier.edition.visa_requis
        and situation.user.has_perm("projects.ask_visa", dossier)
    ):
        adresse = reverse("projects:dossier_visa", args=[dossier.cle])
        mots = "Demander la relecture et le visa"
        yield Geste(mots, adresse, "patch-check", post=True, attend=situation.moment == VISA_RENDU)


def _receipt(situation):
    if situation.statut == Statut.DEPOSE and situation.depot and situation.reader == Pour.PORTEUR:
        adresse = reverse("projects:recepisse", args=[situation.dossier.cle])
        yield Geste("Accusé de réception (PDF)", adresse, "file-earmark-pdf", attend=True)


def _meeting(situation):
    if situation.reader == Pour.PORTEUR and situation.chefs:
        query = {"mot": MotCommence.RENDEZ_VOUS.value}
        adresse = reverse("projects:echange_list", args=[situation.dossier.cle], query=query, fragment="ecrire")
        yield Geste("Demander un rendez-vous au chef de projet", adresse, "calendar-event")


def _to_the_ept(situation):
    """Whoever is told of a refusal may write about it."""
    is_refused = situation.statut == Statut.IRRECEVABLE and situation.reader == Pour.PORTEUR
    if is_refused and situation.user.has_perm("projects.write_echange", situation.dossier):
        yield Geste("Écrire à l’EPT", reverse("projects:echange_list", args=[situation.dossier.cle]), "envelope")
