"""A dossier at one instant for one reader: what the words and the acts of its card are chosen from."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from contrats.models import Affectation
from label.models import Edition, User
from label.templatetags.label_ui import bornes, jour, jour_heure, pluriel
from projects.dossier.completude import Manque, complete_sections, is_begun, missing_for, required_sections
from projects.dossier.connu import Mouvement, statut_for, told
from projects.dossier.lecture import tour_for
from projects.dossier.visa import is_asked
from projects.echeance import deadline_of
from projects.enums import REDACTION, Section, Statut
from projects.fil.paroles import Pour, pour
from projects.models import Depot, Dossier, Passage
from projects.question.questionnaire import sections_of
from projects.reprise.actions import editions_for_copy

# The last move of a dossier being written that makes a moment of its own.
VISA_DEMANDE, VISA_RENDU = "visa_demande", "visa_rendu"


@dataclass(frozen=True)
class Situation:
    """`dernier`: the last move this reader may know. `manques`: what it lacks, of a draft. `complets`, `parties`: how
    many of the sections it needs are complete, of how many. `is_commence`: something is written beside the idea.
    `chefs`: the names of its chefs de projet. `suivante`: the édition it may be taken up again for.
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
    is_commence: bool
    chefs: list[str]
    depot: Depot | None
    suivante: Edition | None

    @property
    def visa_asked(self):
        return is_asked(self.statut, self.dernier)

    @property
    def tour(self):
        """Whose turn it is: (words, True when it is this reader's)."""
        return tour_for(self.statut, self.dossier, self.user, visa_asked=self.visa_asked)

    @property
    def moment(self):
        """Its entry in the table of words."""
        # What the jury proposes is its own, published or not, until the vote has decided.
        if self.statut == Statut.PROPOSE and self.reader != Pour.EPT:
            return Statut.AUDITIONNE.value
        if self.statut != Statut.CO_ELABORATION:
            return self.statut.value
        if self.visa_asked:
            return VISA_DEMANDE
        if self.dernier and self.dernier.transition == "return_visa":
            return VISA_RENDU
        if not self.manques:
            return "ecriture_complete" if self.dossier.edition.visa_requis else "ecriture_complete_libre"
        return "ecriture" if self.is_commence else "ecriture_debut"

    @property
    def is_auteur(self):
        """This reader made the last move."""
        return self.dernier is not None and self.dernier.by == self.user

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
            **_le_chef(self.chefs),
            "auteur": self.dernier.by.get_full_name() if self.dernier and self.dernier.by else "Le chef de projet",
            "auteur_a": self._auteur_a,
            "depuis": jour(self.dernier.at if self.dernier else self.dossier.created_at),
            "echeance": jour_heure(self.echeance),
            "il_reste": _il_reste(self.echeance, self.now),
            "qui_depose": self._qui_depose,
            "rouvertes": _rouvertes(self.dossier),
            "manques": _reste(self.manques),
            "parties": f"{pluriel(self.complets, 'partie complète,parties complètes')} sur {self.parties}",
            "depose_le": jour(self.depot.at) if self.depot else "",
            "reprise": self._reprise,
            "publication": jour(edition.publication_prevue),
            "jury_du": jury_du,
            "jury_au": jury_au,
        }

    @property
    def _auteur_a(self):
        if self.is_auteur:
            return "Vous l’avez"
        return "Votre structure l’a" if self.reader == Pour.PORTEUR else "La structure l’a"

    @property
    def _qui_depose(self):
        if self.user.has_perm("projects.submit_dossier", self.dossier):
            return "Vous pouvez le déposer"
        return "Une personne responsable de la structure, ou mandatée par elle, le dépose"

    @property
    def _reprise(self):
        if self.suivante:
            return f"Le texte peut être repris dès maintenant pour l’édition {self.suivante.annee}."
        return "Le texte pourra être repris quand une prochaine édition sera annoncée."


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
    suivantes = editions_for_copy(dossiers, now)
    found = {}
    for dossier in dossiers:
        statut = statut_for(dossier, user, now)
        is_draft = statut in REDACTION
        sections, manques = sections_of(dossier), missing_for(dossier) if is_draft else []
        required = required_sections(dossier, sections, manques) if is_draft else set()
        found[dossier.pk] = Situation(
            dossier=dossier,
            user=user,
            now=now,
            statut=statut,
            reader=pour(dossier, user),
            echeance=deadline_of(dossier),
            dernier=told(moves[dossier.pk]) if dossier.pk in moves else None,
            manques=manques,
            complets=len(complete_sections(dossier, required, manques)),
            parties=len(required),
            is_commence=is_draft and is_begun(dossier),
            chefs=chefs.get(dossier.contrat_id, []),
            depot=depots.get(dossier.pk),
            suivante=suivantes[dossier.pk],
        )
    return found


def _chefs(contrats):
    """{contrat pk: the names of its chefs de projet today}; one query."""
    found = {}
    rows = Affectation.objects.current().filter(contrat__in=contrats, user__is_active=True).select_related("user")
    for row in rows.order_by("contrat", "user__nom", "user__prenom", "pk"):
        found.setdefault(row.contrat_id, []).append(row.user.get_full_name())
    return found


def _le_chef(noms):
    """The chef de projet by name when there is one only, as the subject of a sentence and after «à»."""
    if len(noms) == 1:
        return {"chef": noms[0], "au_chef": f"à {noms[0]}"}
    return (
        {"chef": "Le chef de projet", "au_chef": "au chef de projet"}
        if noms
        else {"chef": "L’EPT", "au_chef": "à l’EPT"}
    )


def _reste(manques):
    """How much is still to be answered, in words."""
    return f"il reste {pluriel(len(manques), 'réponse,réponses')} à donner" if manques else "tout est rempli"


def _il_reste(echeance, now):
    """How many days are left until the deadline, in words."""
    days = (timezone.localdate(echeance) - timezone.localdate(now)).days
    return f"il reste {pluriel(days, 'jour,jours')}" if days > 0 else "c’est le dernier jour"


def _rouvertes(dossier):
    """The parts a request for a complement reopened, in words."""
    parties = [Section(code).label for code in dossier.sections_rouvertes]
    return f"Parties rouvertes\u00a0: {', '.join(parties)}" if parties else "Aucune partie n’est rouverte"
