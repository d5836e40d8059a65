"""The card «Maintenant» as the statut of a dossier makes it: whose turn it is, the words of the moment, the acts."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from contrats.models import Affectation
from label.models import Edition, User
from label.templatetags.label_ui import bornes, jour, jour_heure, pluriel
from projects.depot.silence_lu import silence_read
from projects.dossier.actions import MOUVEMENTS
from projects.dossier.completude import Manque, complete_sections, missing_for
from projects.dossier.connu import Mouvement, statut_for, told
from projects.dossier.lecture import tour_for
from projects.echeance import deadline_of
from projects.enums import REDACTION, MotCommence, Section, Statut
from projects.fil.paroles import Pour, dire, pour, table
from projects.fil.registre import DU_STATUT, Carte, Geste
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier, Passage
from projects.question.questionnaire import sections_of
from projects.reprise.actions import editions_for_copy

# Deposited, and nothing decided yet that its reader may know: the silence of the EPT runs.
SANS_REPONSE = frozenset(
    {Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION, Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE}
)
# Nothing is done with it any more, but to take it up again another year.
TERMINES = frozenset({Statut.CADUC, Statut.SANS_SUITE, Statut.ABANDONNE, Statut.IRRECEVABLE, Statut.RETIRE})
# The last move of a dossier being written that makes a moment of its own.
VISA_DEMANDE = "visa_demande"
_VISAS = {"ask_visa": VISA_DEMANDE, "return_visa": "visa_rendu"}
# Ends whose reason is told to whoever reads the dossier.
_MOTIVES = {
    "decline_idee": "La réponse du chef de projet",
    "return_visa": "Le mot du chef de projet",
    "declare_irrecevable": "La raison",
    "ask_complement": "Ce que l’EPT demande",
    "withdraw": "La raison",
    "reopen": "Pourquoi l’écriture est rouverte",
}


@dataclass(frozen=True)
class Situation:
    """A dossier at one instant for one reader: what the words and the acts of its card are chosen from.

    `dernier`: the last move this reader may know. `manques`: what it lacks, of a draft. `complets`, `parties`: how many
    of its sections are complete, of how many. `chefs`: the names of its chefs de projet, joined.
    `reprise`: the édition this person may take it up again for.
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
    reprise: Edition | None

    @property
    def visa_asked(self):
        return self.moment == VISA_DEMANDE

    @property
    def moment(self):
        """Its entry in the table of words."""
        # What the jury proposes is its own, published or not, until the vote has decided.
        if self.statut == Statut.PROPOSE and self.reader != Pour.EPT:
            return Statut.AUDITIONNE.value
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
        jury_du, jury_au = bornes(edition.jury_debut, edition.jury_fin)
        return {
            "titre": str(self.dossier),
            "structure": str(self.dossier.structure),
            "numero": self.dossier.numero,
            "edition": edition.titre,
            "annee": str(edition.annee),
            "chef": self.chefs or "L’EPT",
            "depuis": jour(self.dernier.at) if self.dernier else jour(self.dossier.created_at),
            "echeance": jour_heure(self.echeance),
            "rouvertes": _rouvertes(self.dossier),
            "manques": _reste(self.manques),
            "parties": f"{pluriel(self.complets, 'partie complète,parties complètes')} sur {self.parties}",
            "depose_le": jour(self.depot.at) if self.depot else "",
            "publication": jour(edition.publication_prevue),
            "jury_du": jury_du,
            "jury_au": jury_au,
        }


def situations(dossiers, user, now):
    """{pk: the `Situation` of each}, in a constant number of queries; read by `prefetch_completude`.

    Read once of these very dossiers: the floors above ask for them after this one.
    """
    asked = [one for one in dossiers if getattr(one, "_situation", (None, None))[0] != (user, now)]
    for found in _situations(asked, user, now).values() if asked else ():
        found.dossier._situation = ((user, now), found)
    return {one.pk: one._situation[1] for one in dossiers}


def _situations(dossiers, user, now):
    keys = [dossier.pk for dossier in dossiers]
    moves = {}
    rows = Passage.objects.filter(dossier__in=keys).known_to(user).select_related("by").order_by("dossier", "at", "pk")
    for row in rows:
        moves[row.dossier_id] = row
    depots = Depot.objects.with_suspensions().filter(dossier__in=keys, rang=1).defer("contenu")
    depots = {depot.dossier_id: depot for depot in depots}
    chefs = _chefs({dossier.contrat_id for dossier in dossiers if dossier.contrat_id})
    reprises = editions_for_copy(dossiers, now)
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
            complets=len(complete_sections(dossier, sections, manques)) if statut in REDACTION else 0,
            parties=len(sections),
            chefs=", ".join(chefs.get(dossier.contrat_id, [])),
            depot=depots.get(dossier.pk),
            reprise=reprises[dossier.pk] if user.has_perm("projects.copy_dossier", dossier) else None,
        )
    return found


def _chefs(contrats):
    """{contrat pk: the names of its chefs de projet today}; one query."""
    found = {}
    rows = Affectation.objects.current().filter(contrat__in=contrats, user__is_active=True).select_related("user")
    for row in rows.order_by("contrat", "user__nom", "user__prenom", "pk"):
        found.setdefault(row.contrat_id, []).append(row.user.get_full_name())
    return found


def cartes_du_statut(dossiers, user, now):
    """{pk: the `Carte` that the statut of each makes} for this person at the aware datetime `now`.

    What the table says nothing of is told by a floor above: a result, once it is published.
    """
    found = situations(dossiers, user, now)
    return {pk: _carte(one) for pk, one in found.items() if (one.moment, one.reader) in table}


def _carte(situation):
    dossier, dernier = situation.dossier, situation.dernier
    dite = dire(situation.moment, situation.reader, situation.valeurs)
    tour, a_vous = tour_for(situation.statut, dossier, situation.user, visa_asked=situation.visa_asked)
    dit = ()
    if dernier and dernier.motif and dernier.transition in _MOTIVES:
        dit = ((_MOTIVES[dernier.transition], dernier.motif),)
    return Carte(
        ordre=DU_STATUT,
        moment=situation.moment,
        titre=dite.titre,
        tour=tour,
        a_vous=a_vous,
        paroles=dite.paragraphes,
        dit=dit,
        avant=_avant(situation),
        limite="Réponse attendue avant le" if situation.statut == Statut.A_COMPLETER else "À déposer avant le",
        silence=_silence(situation),
        gestes=tuple(_gestes(situation)),
        depuis=dernier.at if dernier else dossier.created_at,
    )


def _reste(manques):
    """How much is still to be answered, in words."""
    return f"il reste {pluriel(len(manques), 'réponse,réponses')} à donner" if manques else "tout est rempli"


def _avant(situation):
    """Until when what is awaited may be done."""
    if situation.statut == Statut.A_COMPLETER:
        return situation.dossier.rouvert_jusqu_au
    return situation.echeance if situation.statut in REDACTION else None


def _rouvertes(dossier):
    """The parts a request for a complement reopened, in words."""
    parties = [Section(code).label for code in dossier.sections_rouvertes]
    return f"Parties rouvertes\u00a0: {', '.join(parties)}" if parties else "Aucune partie n’est rouverte"


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
    if situation.statut in TERMINES:
        yield from ensuite(situation)
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
    if situation.visa_asked and "return_visa" in names:
        adresse = reverse("projects:dossier_transition", args=[dossier.cle, "return_visa"])
        yield Geste(LIFECYCLE["return_visa"].label, adresse)
    if may_ask_visa(situation):
        adresse = reverse("projects:dossier_visa", args=[dossier.cle])
        mots = "Demander la relecture et le visa"
        yield Geste(mots, adresse, "patch-check", post=True, attend=bool(situation.manques))


def ensuite(situation):
    """What may be done with a project that goes no further: take it up again for the édition that is written now, and
    speak of it with the chef de projet."""
    dossier = situation.dossier
    if situation.reprise:
        adresse = reverse("projects:dossier_copy", args=[dossier.cle])
        yield Geste(f"Reprendre ce projet pour l’édition {situation.reprise.annee}", adresse, "arrow-repeat")
    if situation.reader == Pour.PORTEUR and situation.chefs:
        adresse = reverse(
            "projects:echange_list", args=[dossier.cle], query={"mot": MotCommence.RENDEZ_VOUS.value}, fragment="ecrire"
        )
        yield Geste("Demander un rendez-vous au chef de projet", adresse, "calendar-plus")


def may_ask_visa(situation):
    """This person may ask for the visa now; not before anything is written."""
    return (
        situation.statut == Statut.CO_ELABORATION
        and situation.moment not in {VISA_DEMANDE, "ecriture_debut"}
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
