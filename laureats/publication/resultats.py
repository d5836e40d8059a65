"""What a publication would say to whom: read once, shown by the preview, sent by the publication itself."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from contrats.models import Affectation
from juries.models import Jure
from label.templatetags.label_ui import jour, pluriel
from laureats.enums import SensDecision, SensResultat
from laureats.models import Decision, Vote
from laureats.models.laureat import SEUIL_CONVENTION
from laureats.publication.lettres import lettre_data
from laureats.versement.echeancier import split
from projects.enums import Statut
from projects.models import Dossier, Membre, Passage
from projects.models.dossier import by_numero

# Where a project stopped, for the words of its letter.
ETAPES_DU_RESULTAT = {
    "vote": "au vote",
    "jury": "après l’audition",
    "absence": "absent à l’audition",
    "admission": "avant l’audition",
}
NOTIFICATIONS = {SensResultat.LAUREAT: "resultat_laureat", SensResultat.ATTENTE: "resultat_attente"}
REFUS = (SensResultat.NON_RETENU, SensResultat.NON_ADMIS)
# What a decision of the vote comes to.
RESULTATS = {
    SensDecision.ACCORDE: SensResultat.LAUREAT,
    SensDecision.ATTENTE: SensResultat.ATTENTE,
    SensDecision.REFUSE: SensResultat.NON_RETENU,
}
EN_COURS = (Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION, Statut.ADMIS)


@dataclass(frozen=True)
class Resultat:
    """The result of one dossier. `montant` in whole euros, 0 but for a laureate; `destinataires` are `User`s.

    `points_forts` and `motif` are told in its letter and its message; `motif_interne` stays with the EPT.
    """

    dossier: Dossier
    etape: str
    sens: SensResultat
    montant: int = 0
    points_forts: str = ""
    motif: str = ""
    motif_interne: str = ""
    destinataires: tuple = ()
    echeances: tuple = ()

    @property
    def is_laureat(self):
        return self.sens == SensResultat.LAUREAT

    @property
    def is_attente(self):
        return self.sens == SensResultat.ATTENTE

    @property
    def notification(self):
        return NOTIFICATIONS.get(self.sens, "resultat_refus")

    @property
    def is_convention_requise(self):
        return self.is_laureat and (self.montant > SEUIL_CONVENTION or self.dossier.edition.convention_toujours)

    @property
    def etape_libelle(self):
        return ETAPES_DU_RESULTAT[self.etape]

    def contexte(self):
        """What the message's text is written from, in the preview as in the mail."""
        return {"resultat": self, "structure": self.dossier.structure}


@dataclass(frozen=True)
class Publication:
    """Everything one publication does. `chefs` maps a chef de projet to the results of his contrats."""

    edition: object
    vote: Vote | None
    resultats: list = field(default_factory=list)
    chefs: dict = field(default_factory=dict)
    jures: list = field(default_factory=list)
    obstacles: list = field(default_factory=list)
    avertissements: list = field(default_factory=list)

    @property
    def laureats(self):
        return [resultat for resultat in self.resultats if resultat.is_laureat]

    @property
    def attente(self):
        """In the order of the waiting list, which only who reads the preview is told."""
        waiting = [resultat for resultat in self.resultats if resultat.is_attente]
        return sorted(waiting, key=lambda resultat: resultat.dossier.proposition.rang)

    @property
    def refus(self):
        return [resultat for resultat in self.resultats if resultat.sens in REFUS]

    @property
    def total(self):
        return sum(resultat.montant for resultat in self.laureats)

    @property
    def nombre_messages(self):
        return sum(len(resultat.destinataires) for resultat in self.resultats) + len(self.chefs) + len(self.jures)

    def empreinte(self):
        """SHA-256 of all that is decided and of who is told: what the person read must be what leaves."""
        # The date of the day is not a decision: letters are compared as if dated of the vote.
        at = timezone.make_aware(datetime.combine(self.vote.date, datetime.min.time())) if self.vote else None
        content = [
            [
                resultat.dossier.pk,
                resultat.dossier.statut,
                resultat.dossier.resume,
                resultat.dossier.contrat_id,
                resultat.motif_interne,
                [user.email for user in resultat.destinataires],
                lettre_data(resultat, self.vote, at=at) | {"suites": []},
            ]
            for resultat in self.resultats
            if at
        ]
        content.append(sorted(user.email for user in self.chefs))
        content.append(sorted(user.email for user in self.jures))
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, default=_plain).encode()).hexdigest()


def _plain(value):
    return value.isoformat() if isinstance(value, date) else str(value)


def _members(structures):
    """{structure pk: tuple of its active people today}, responsables first; one query."""
    found = defaultdict(list)
    rows = Membre.objects.current().filter(structure__in=structures, user__is_active=True).select_related("user")
    for membre in rows.order_by("structure", "-is_responsable", "pk"):
        if membre.user not in found[membre.structure_id]:
            found[membre.structure_id].append(membre.user)
    return {structure: tuple(users) for structure, users in found.items()}


def _passages(dossiers):
    """{dossier pk: its last passage}: why and at which step it stopped; one query."""
    return {
        passage.dossier_id: passage for passage in Passage.objects.filter(dossier__in=dossiers).order_by("at", "pk")
    }


def _resultats(edition, decisions, at):
    """One `Resultat` per dossier that waits for its result: laureates, then who waits, then the others, by number."""
    statuts = (Statut.PROPOSE, Statut.RESERVE, Statut.NON_RETENU, Statut.NON_ADMIS)
    dossiers = list(
        Dossier.objects.in_edition(edition)
        .filter(statut__in=statuts)
        .select_related("edition", "structure", "contrat", "proposition")
        .order_by(*by_numero(), "pk")
    )
    members = _members({dossier.structure_id for dossier in dossiers})
    passages = _passages([dossier.pk for dossier in dossiers if dossier.statut in statuts[2:]])
    found = []
    for dossier in dossiers:
        destinataires = members.get(dossier.structure_id, ())
        decision = decisions.get(dossier.pk)
        if dossier.statut in statuts[:2]:
            if decision is None:
                continue
            found.append(_voted(dossier, decision, destinataires, at))
        else:
            found.append(_stopped(dossier, passages.get(dossier.pk), destinataires))
    order = list(SensResultat)
    return sorted(found, key=lambda resultat: min(order.index(resultat.sens), order.index(SensResultat.NON_RETENU)))


def _voted(dossier, decision, destinataires, at):
    """The result of a dossier the vote bore on."""
    sens = RESULTATS[decision.sens]
    echeances = (
        split(decision.montant, notifie_le=timezone.localdate(at), fin_action=dossier.date_fin)
        if sens == SensResultat.LAUREAT
        else ()
    )
    return Resultat(
        dossier,
        "vote",
        sens,
        montant=decision.montant,
        points_forts=dossier.proposition.points_forts,
        motif=decision.motif,
        motif_interne=decision.motif_interne,
        destinataires=destinataires,
        echeances=tuple(echeances),
    )


def _stopped(dossier, passage, destinataires):
    """The result of a dossier that stopped before the vote; `passage`: its last move, or None."""
    motif, motif_interne = (passage.motif, passage.motif_interne) if passage else ("", "")
    etape = etape_of(dossier.statut, passage.transition if passage else "")
    # A proposal begun before the hearing was taken back says nothing any more.
    proposition = getattr(dossier, "proposition", None) if etape == "jury" else None
    return Resultat(
        dossier,
        etape,
        SensResultat.NON_ADMIS if etape == "admission" else SensResultat.NON_RETENU,
        points_forts=proposition.points_forts if proposition else "",
        motif=(proposition.motif if proposition else "") or motif,
        motif_interne=motif_interne,
        destinataires=destinataires,
    )


def etape_of(statut, transition):
    """Where a dossier came to its result, a key of ETAPES_DU_RESULTAT: from its statut, and the move that made it."""
    if statut == Statut.NON_ADMIS:
        return "admission"
    if statut == Statut.NON_RETENU and transition != "refuse":
        return "absence" if transition == "record_absence" else "jury"
    return "vote"


def _chefs(resultats):
    """{User: results of the contrats they hold today}, by name; one query."""
    by_contrat = defaultdict(list)
    for resultat in resultats:
        by_contrat[resultat.dossier.contrat_id].append(resultat)
    rows = Affectation.objects.current().filter(contrat__in=[pk for pk in by_contrat if pk], user__is_active=True)
    found = defaultdict(list)
    for affectation in rows.select_related("user").order_by("user__nom", "user__prenom", "user", "contrat"):
        found[affectation.user] += by_contrat[affectation.contrat_id]
    return dict(found)


def _obstacles(edition, vote, decisions):
    if edition.is_published:
        return [f"Les résultats ont déjà été publiés le {jour(edition.published_at)}."]
    if vote is None:
        return ["Le vote n’est pas enregistré\u00a0: rien ne peut être publié avant lui."]
    found = []
    a_decider = Dossier.objects.in_edition(edition).filter(statut__in=(Statut.PROPOSE, Statut.RESERVE))
    if set(a_decider.values_list("pk", flat=True)) != set(decisions):
        found.append("Le vote ne porte plus sur les mêmes projets que la délibération du jury\u00a0: reprenez-le.")
    attente = Dossier.objects.in_edition(edition).filter(statut=Statut.AUDITIONNE).count()
    if attente:
        found.append(f"{pluriel(attente, 'projet auditionné attend,projets auditionnés attendent')} encore le jury.")
    return found


def _avertissements(edition, resultats):
    found = []
    en_cours = Dossier.objects.in_edition(edition).filter(statut__in=EN_COURS).count()
    if en_cours:
        found.append(
            f"{pluriel(en_cours, 'dossier déposé n’est,dossiers déposés ne sont')} pas au bout de l’instruction\u00a0: "
            "rien ne leur sera dit."
        )
    found += [
        f"Personne ne recevra le message de «\u202f{resultat.dossier}\u202f»\u00a0: la structure n’a plus de membre."
        for resultat in resultats
        if not resultat.destinataires
    ]
    muettes = [resultat.dossier for resultat in resultats if not resultat.is_laureat and not resultat.motif.strip()]
    if muettes:
        found.append(
            f"{pluriel(len(muettes), 'lettre ne dit,lettres ne disent')} aucun motif\u00a0: "
            f"{', '.join(dossier.numero for dossier in muettes)}."
        )
    return found


def prepare_publication(edition, *, at=None):
    """What publishing `edition` at the aware datetime `at` (now) would do: a `Publication`, nothing written.

    `obstacles` not empty: it would be refused. A constant number of queries.
    """
    vote = Vote.objects.filter(edition=edition).first()
    decisions = {decision.dossier_id: decision for decision in Decision.objects.filter(vote__edition=edition)}
    obstacles = _obstacles(edition, vote, decisions)
    if vote is None:
        return Publication(edition, None, obstacles=obstacles)
    resultats = _resultats(edition, decisions, at or timezone.now())
    jures = Jure.objects.active().filter(jury__edition=edition, user__is_active=True).select_related("user")
    return Publication(
        edition,
        vote,
        resultats,
        _chefs(resultats),
        list(dict.fromkeys(jure.user for jure in jures)),
        obstacles,
        _avertissements(edition, resultats),
    )
