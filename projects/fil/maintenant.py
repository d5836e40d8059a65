"""The card «Maintenant» as the statut of a dossier makes it: whose turn it is, the words of the moment, the acts."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from contrats.models import Affectation
from label.models import User
from label.templatetags.label_ui import jour, jour_heure, pluriel
from projects.depot.silence import silence_read
from projects.dossier.actions import MOUVEMENTS
from projects.dossier.completude import Manque, is_written, missing_for
from projects.dossier.connu import Mouvement, statut_for, told
from projects.dossier.lecture import tour_for
from projects.echeance import deadline_of
from projects.enums import AVANT_DEPOT, REDACTION, Section, Statut
from projects.fil.paroles import Pour, dire, pour
from projects.fil.registre import Carte, Geste
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier, Passage
from projects.question.questionnaire import sections_of

# Deposited, and nothing decided yet that its reader may know: the silence of the EPT runs.
SANS_REPONSE = frozenset(
    {Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION, Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE}
)
# The last move of a dossier being written that makes a moment of its own.
_VISAS = {"ask_visa": "visa_demande", "return_visa": "visa_rendu"}
# Ends whose reason is told to whoever reads the dossier.
_MOTIVES = {
    "decline_idee": "La réponse du chef de projet",
    "return_visa": "Le mot du chef de projet",
    "declare_irrecevable": "La raison",
    "withdraw": "La raison",
    "reopen": "Pourquoi l’écriture est rouverte",
}


@dataclass(frozen=True)
class Situation:
    """A dossier at one instant for one reader: what the words and the acts of its card are chosen from.

    `dernier`: the last move this reader may know. `manques`: what it lacks, of a draft. `complets`, `parties`: how many
    of its sections are complete, of how many. `chefs`: the names of its chefs de projet, joined.
    """

    dossier: Dossier
    user: User
    now: datetime
    statut: Statut
    reader: Pour
    echeance: datetime
    dernier: Mouvement | None
    manques: list[Manque]
    complets: int
    parties: int
    chefs: str
    depot: Depot | None

    @property
    def is_draft(self):
        return self.statut in AVANT_DEPOT

    @property
    def visa_asked(self):
        return self.moment == "visa_demande"

    @property
    def moment(self):
        """Its entry in the table of words."""
        if self.statut != Statut.CO_ELABORATION:
            return self.statut.value
        if self.dernier and self.dernier.transition in _VISAS:
            return _VISAS[self.dernier.transition]
        if not self.complets:
            return "ecriture_debut"
        if self.manques:
            return "ecriture"
        return "ecriture_complete" if self.dossier.edition.visa_requis else "ecriture_complete_libre"

    @property
    def valeurs(self):
        """What the sentences of this floor may hold (`paroles.VALEURS`)."""
        edition = self.dossier.edition
        return {
            "titre": str(self.dossier),
            "structure": str(self.dossier.structure),
            "numero": self.dossier.numero,
            "edition": edition.titre,
            "annee": str(edition.annee),
            "chef": self.chefs or "L’EPT",
            "depuis": jour(self.dernier.at) if self.dernier else jour(self.dossier.created_at),
            "echeance": jour_heure(self.echeance),
            "manques": pluriel(len(self.manques), "point manque,points manquent"),
            "parties": f"{pluriel(self.complets, 'partie complète,parties complètes')} sur {self.parties}",
            "depose_le": jour(self.depot.at) if self.depot else "",
            "publication": jour(edition.publication_prevue),
            "jury_du": jour(edition.jury_debut),
            "jury_au": jour(edition.jury_fin),
        }


def situations(dossiers, user, now):
    """{pk: the `Situation` of each}, in a constant number of queries; read by `prefetch_completude`."""
    keys = [dossier.pk for dossier in dossiers]
    moves = {}
    rows = Passage.objects.filter(dossier__in=keys).known_to(user).select_related("by").order_by("dossier", "at", "pk")
    for row in rows:
        moves[row.dossier_id] = row
    depots = Depot.objects.with_suspensions().filter(dossier__in=keys, rang=1).defer("contenu")
    depots = {depot.dossier_id: depot for depot in depots}
    chefs = _chefs({dossier.contrat_id for dossier in dossiers if dossier.contrat_id})
    found = {}
    for dossier in dossiers:
        statut = statut_for(dossier, user, now)
        manques = missing_for(dossier) if statut in REDACTION else []
        sections = sections_of(dossier)
        found[dossier.pk] = Situation(
            dossier=dossier,
            user=user,
            now=now,
            statut=statut,
            reader=pour(dossier, user),
            echeance=deadline_of(dossier),
            dernier=told(moves[dossier.pk]) if dossier.pk in moves else None,
            manques=manques,
            complets=_complete(dossier, sections, manques) if statut in REDACTION else 0,
            parties=len(sections),
            chefs=", ".join(chefs.get(dossier.contrat_id, [])),
            depot=depots.get(dossier.pk),
        )
    return found


def _chefs(contrats):
    """{contrat pk: the names of its chefs de projet today}; one query."""
    found = {}
    rows = Affectation.objects.current().filter(contrat__in=contrats, user__is_active=True).select_related("user")
    for row in rows.order_by("contrat", "user__nom", "user__prenom", "pk"):
        found.setdefault(row.contrat_id, []).append(row.user.get_full_name())
    return found


def _complete(dossier, sections, manques):
    """How many sections hold all that is asked; what is confirmed at the deposit is not before."""
    lacking = {manque.section for manque in manques} | {Section.ENGAGEMENTS}
    return sum(section not in lacking and is_written(section, dossier) for section in sections)


def cartes_du_statut(dossiers, user, now):
    """{pk: the `Carte` that the statut of each makes} for this person at the aware datetime `now`."""
    return {pk: _carte(one) for pk, one in situations(dossiers, user, now).items()}


def _carte(situation):
    dossier, dernier = situation.dossier, situation.dernier
    dite = dire(situation.moment, situation.reader, situation.valeurs)
    tour, a_vous = tour_for(situation.statut, dossier, situation.user, visa_asked=situation.visa_asked)
    dit = ()
    if dernier and dernier.motif and dernier.transition in _MOTIVES:
        dit = ((_MOTIVES[dernier.transition], dernier.motif),)
    return Carte(
        ordre=100,
        moment=situation.moment,
        titre=dite.titre,
        tour=tour,
        a_vous=a_vous,
        paroles=dite.paragraphes,
        dit=dit,
        avant=situation.echeance if situation.is_draft else None,
        silence=_silence(situation),
        gestes=tuple(_gestes(situation)),
        depuis=dernier.at if dernier else dossier.created_at,
    )


def _silence(situation):
    """What the silence of the EPT will mean, or means already; "" when it does not run."""
    if situation.statut not in SANS_REPONSE or situation.depot is None:
        return ""
    silence = silence_read(situation.depot.at, situation.depot.suspensions)
    moment = "silence_passe" if silence.est_venu(timezone.localdate(situation.now)) else "silence"
    dite = dire(moment, situation.reader, situation.valeurs | {"rejet": jour(silence.le)})
    return " ".join(dite.paragraphes)


def _gestes(situation):
    """The acts of this person at this moment, the one that is asked first."""
    dossier, user = situation.dossier, situation.user
    if situation.statut == Statut.CADUC:
        return
    moves = LIFECYCLE.available(dossier, user)
    names = {move.name for move in moves}
    if situation.statut in REDACTION and user.has_perm("projects.change_dossier", dossier) and situation.manques:
        yield _writing(situation)
    if any(name.startswith("deposit") for name in names):
        adresse = reverse("projects:depot_create", args=[dossier.cle])
        yield Geste("Déposer le dossier", adresse, "send", attend=bool(situation.manques))
    for move in moves:
        if move.name in MOUVEMENTS and move.tone == "primary":
            adresse = reverse("projects:dossier_transition", args=[dossier.cle, move.name])
            yield Geste(move.label, adresse, attend=bool(situation.manques))
    if may_ask_visa(situation):
        adresse = reverse("projects:dossier_visa", args=[dossier.cle])
        mots = "Demander la relecture et le visa"
        yield Geste(mots, adresse, "patch-check", post=True, attend=bool(situation.manques))


def may_ask_visa(situation):
    """This person may ask for the visa now; not before anything is written."""
    return (
        situation.statut == Statut.CO_ELABORATION
        and situation.moment not in {"visa_demande", "ecriture_debut"}
        and situation.dossier.edition.visa_requis
        and situation.user.has_perm("projects.ask_visa", situation.dossier)
    )


def _writing(situation):
    """Where to write on: the first section that lacks something."""
    section = situation.manques[0].section
    adresse = reverse("projects:section_edit", args=[situation.dossier.cle, section.value])
    if situation.moment != "ecriture_debut":
        return Geste(f"Continuer\u00a0: {section.label}", adresse, "pencil")
    mots = "votre structure" if section == Section.STRUCTURE else f"«\u00a0{section.label}\u00a0»"
    return Geste(f"Commencer par {mots}", adresse, "pencil")
