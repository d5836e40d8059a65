"""A dossier as one person may read it: its statut in their words, its path, its journal, the next step, its text."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from label.models import User
from label.templatetags.label_ui import jour, jour_heure
from projects.champs.entree import Lecteur
from projects.dossier.connu import libelle_for, moves_known_to, phrase_of, statut_for
from projects.dossier.contenu import current_content, prefetch_contenu
from projects.dossier.lisible import readable
from projects.dossier.version import TRAVAIL, Entete, contrat_of, entete, read_versions, version_words
from projects.enums import SANS_DEPOT, TONS, TOURS, Statut, Tour
from projects.models import Depot, Dossier
from projects.rules import is_chef, is_membre

# The path of a dossier: (label, statuts in which this step is the present one).
ETAPES_DE_LA_FRISE = (
    ("Idée", {Statut.IDEE}),
    ("Écriture à deux", {Statut.CO_ELABORATION}),
    ("Visa du chef de projet", set()),
    ("Dépôt", {Statut.PRET}),
    ("Instruction par l’EPT", {Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION}),
    ("Audition par le jury", {Statut.ADMIS}),
    ("Vote et publication", {Statut.AUDITIONNE, Statut.PROPOSE, Statut.RESERVE}),
)
VISA, DEPOT, JURY, RESULTAT = 2, 3, 5, 6
DATES = {"send_idee": 0, "accept_idee": 1, "give_visa": 2, "deposit": 3, "deposit_sans_visa": 3, "admit": 4, "hear": 5}


@dataclass(frozen=True)
class LigneJournal:
    """One line of the journal as read. `motif` may be empty, `interne` is for the staff; `qui`: a name, «Automatique».

    `arrivee`: of a deposit, when the click reached us; `quand` is then when it was recorded.
    """

    quand: object
    texte: str
    qui: str
    motif: str
    arrivee: object = None
    interne: str = ""


def journal(dossier, user, passages=None):
    """The moves this person may know and the messages to the porteurs, latest first.

    `passages`: what `moves_known_to` found already.
    """
    if passages is None:
        passages = moves_known_to(dossier, user)
    inside = user.has_perm("projects.read_motif_interne", dossier)
    lines = [
        LigneJournal(
            passage.at,
            phrase_of(passage, dossier, user),
            passage.by.get_full_name() if passage.by else "Automatique",
            passage.motif,
            passage.arrivee,
            passage.motif_interne if inside else "",
        )
        for passage in reversed(passages)
    ]
    if is_membre.test(user, dossier) or is_chef.test(user, dossier) or user.is_agent:
        lines += [
            LigneJournal(
                message.at, f"Message aux porteurs : {message.sujet}", message.by.get_full_name(), message.texte
            )
            for message in dossier.messages.select_related("by")
        ]
    return sorted(lines, key=lambda line: line.quand, reverse=True)


def awaits_visa(dossier):
    """True while the porteur has asked for the visa and nothing has moved since."""
    if dossier.statut != Statut.CO_ELABORATION:
        return False
    last = dossier.passages.order_by("-at", "-pk").first()
    return last is not None and last.transition == "ask_visa"


def tour_for(statut, dossier, user, *, visa_asked=False):
    """Whose turn it is, said to this person: (words, True when it is theirs)."""
    tour = Tour.CHEF_DE_PROJET if visa_asked else TOURS.get(statut, Tour.PERSONNE)
    mine = {
        Tour.PORTEUR: is_membre.test(user, dossier),
        Tour.CHEF_DE_PROJET: is_chef.test(user, dossier),
        Tour.EPT: user.is_agent,
    }.get(tour, False)
    if mine:
        return "À vous", True
    return {Tour.PORTEUR: "Au porteur", Tour.PERSONNE: "Terminé"}.get(tour, tour.label), False


def frise(dossier, statut, user, echeance, passages, *, visa_asked=False):
    """The steps of the path for `components/timeline.html`.

    `echeance`: the dossier's own deadline. `passages`: what `moves_known_to` found.
    """
    edition = dossier.edition
    dates, last_source = {}, Statut.IDEE
    for passage in passages:
        if passage.transition in DATES:
            dates[DATES[passage.transition]] = passage.arrivee or passage.at
        last_source = passage.de or last_source
    ended = statut in SANS_DEPOT or statut in {
        Statut.LAUREAT,
        Statut.IRRECEVABLE,
        Statut.NON_ADMIS,
        Statut.NON_RETENU,
        Statut.RETIRE,
    }
    reached = statut if not ended else last_source
    current = next((rank for rank, (_, statuts) in enumerate(ETAPES_DE_LA_FRISE) if reached in statuts), RESULTAT)
    if visa_asked:
        current = VISA
    steps = []
    for rank, (label, _) in enumerate(ETAPES_DE_LA_FRISE):
        if rank == VISA and not edition.visa_requis and VISA not in dates:
            continue
        state = "done" if rank < current else "current" if rank == current and not ended else "todo"
        steps.append({"label": label, "state": state, "date": jour(dates.get(rank)), "text": "", "tour": ""})
        if state == "current":
            steps[-1]["tour"] = tour_for(statut, dossier, user, visa_asked=visa_asked)[0]
        elif state == "todo" and rank == DEPOT:
            steps[-1]["text"] = f"Jusqu’au {jour_heure(echeance)}"
        elif state == "todo" and rank == JURY:
            steps[-1]["text"] = f"Du {jour(edition.jury_debut)} au {jour(edition.jury_fin)}"
        elif state == "todo" and rank == RESULTAT:
            steps[-1]["text"] = f"Prévus le {jour(edition.publication_prevue)}"
    if ended:
        steps = [step for step in steps if step["state"] == "done"]
        steps.append(
            {"label": libelle_for(statut, dossier, user), "state": "done" if statut == Statut.LAUREAT else "current"}
        )
    return [{"date": "", "text": "", "tour": "", **step} for step in steps]


def next_step(dossier, statut, user, missing, *, visa_asked=False):
    """One sentence: what is expected now, and of whom. `missing`: how many points are missing."""
    membre, chef = is_membre.test(user, dossier), is_chef.test(user, dossier)
    match statut:
        case Statut.IDEE if chef:
            return "Une idée attend votre réponse : ouvrez le dossier, ou dites pourquoi elle reste sans suite."
        case Statut.IDEE:
            return "Le chef de projet a reçu l’idée. Sa réponse arrivera par courriel."
        case Statut.CO_ELABORATION if chef and visa_asked:
            return "Le porteur demande votre relecture et votre visa."
        case Statut.CO_ELABORATION if visa_asked:
            return "Le chef de projet est prévenu : il relit le dossier avant de donner son visa."
        case Statut.CO_ELABORATION if missing:
            return "Le dossier s’écrit à deux, partie par partie, chacun à son rythme."
        case Statut.CO_ELABORATION if membre and dossier.edition.visa_requis:
            return "Tout est rempli : demandez au chef de projet de relire et de donner son visa."
        case Statut.CO_ELABORATION if membre:
            return "Tout est rempli : la personne responsable de la structure peut déposer."
        case Statut.CO_ELABORATION if not chef:
            return "Tout est rempli : la structure et le chef de projet peuvent relire avant le dépôt."
        case Statut.CO_ELABORATION:
            return "Tout est rempli : relisez le dossier et donnez votre visa."
        case Statut.PRET if membre:
            return (
                "Le visa est donné : il reste à déposer. Seule une personne responsable de la structure peut le faire."
            )
        case Statut.PRET:
            return "Le visa est donné : la structure peut déposer."
        case Statut.DEPOSE:
            return "L’EPT vérifie que le dossier est recevable."
        case Statut.A_COMPLETER if membre:
            return "L’EPT vous demande un complément : votre réponse est attendue."
        case Statut.A_COMPLETER:
            return "L’EPT attend la réponse de la structure."
        case Statut.EN_INSTRUCTION:
            return "L’EPT étudie le dossier. Rien n’est attendu de la structure."
        case Statut.ADMIS:
            return "Le dossier sera présenté au jury : la convocation dira le jour, l’heure et le lieu."
        case Statut.AUDITIONNE | Statut.PROPOSE | Statut.RESERVE:
            return "Les résultats seront publiés tous ensemble, après le vote du conseil territorial."
        case Statut.CADUC:
            return "La date limite est passée sans dépôt. Le texte reste lisible et pourra resservir une autre année."
        case Statut.LAUREAT:
            return "Félicitations : le projet reçoit le label."
    return "Ce dossier est terminé. Son texte reste lisible."


def summary(dossier, user, statut, missing, *, now=None, echeance=None, visa_asked=False):
    """What the head of the page and the dashboard show: statut, words, tone, turn, sentence, whole days left."""
    now = now or timezone.now()
    tour, mine = tour_for(statut, dossier, user, visa_asked=visa_asked)
    return {
        "statut": statut,
        "libelle": libelle_for(statut, dossier, user),
        "ton": TONS[statut],
        "tour": tour,
        "a_vous": mine,
        "phrase": next_step(dossier, statut, user, len(missing), visa_asked=visa_asked),
        "echeance": echeance,
        "jours": (timezone.localdate(echeance) - timezone.localdate(now)).days if echeance else None,
    }


# The contours of the map weigh more than all the rest, and are not read here.
CONTOURS = (
    *("contrat__contour", "contrat__importe"),
    *("structure__commune__contour", "structure__commune__importe"),
)


def door(cle):
    """Where those who write or instruct a dossier open one of its files."""
    return reverse("projects:piece_download", args=[cle])


@dataclass(frozen=True)
class DossierLu:
    """The whole of one version of a dossier to read, on screen or on paper: the same words in the same order.

    `version`: the `Depot` whose frozen content this is; None for the text as it stands, which nothing has frozen.
    `versions`: all that were received, the first first, without their content. `entete`: what names the dossier, and
    `parties`, list of `lisible.Partie`, are of that version.
    """

    dossier: Dossier
    lu_par: User
    version: Depot | None
    versions: list
    entete: Entete
    parties: list

    # Asked of the rules only where they are shown.
    @cached_property
    def statut(self):
        return statut_for(self.dossier, self.lu_par)

    @property
    def libelle(self):
        return libelle_for(self.statut, self.dossier, self.lu_par)

    @property
    def ton(self):
        return TONS[self.statut]

    @property
    def depose_le(self):
        return self.versions[0].at if self.versions else None

    @property
    def is_travail(self):
        """This text was not received: it may still change."""
        return self.version is None

    @property
    def code_version(self):
        """What asks for this very text in an address (`?version=`)."""
        return str(self.version.rang) if self.version else TRAVAIL

    @property
    def libelle_version(self):
        return version_words(self.version)


def lecture(pk, user, lecteur=Lecteur.DEDANS, adresse=door, version=None):
    """The `DossierLu` of a dossier this person reads. `adresse(cle)`: where this reader opens a file.

    `version`: as `read_versions` asks it. Raises Depot.DoesNotExist.
    """
    return lectures({pk: adresse}, user, lecteur, version)[pk]


def lectures(adresses, user, lecteur=Lecteur.DEDANS, version=None):
    """The same of several, as {pk: DossierLu}, in a constant number of queries. `adresses`: {pk: adresse}."""
    dossiers = Dossier.objects.select_related("structure__commune", "contrat", "edition").defer(*CONTOURS)
    dossiers = list(dossiers.filter(pk__in=adresses))
    # Who reads from outside reads what was received, whoever writes meanwhile.
    read = read_versions(dossiers, None if lecteur.is_dehors else user, version)
    prefetch_related_objects([one for one in dossiers if read[one.pk][0] is None], *prefetch_contenu())
    return {one.pk: _lue(one, user, lecteur, adresses[one.pk], *read[one.pk]) for one in dossiers}


def _lue(dossier, user, lecteur, adresse, depot, versions):
    sections = depot.contenu["sections"] if depot else current_content(dossier)
    return DossierLu(
        dossier=dossier,
        lu_par=user,
        version=depot,
        versions=versions,
        entete=entete(sections, contrat_of(dossier, depot), is_dehors=lecteur.is_dehors),
        parties=readable(sections, lecteur, adresse),
    )


def printable(lue):
    """A `DossierLu` as `documents/projects/dossier.typ` prints it; the shape is written at its head."""
    version, entete = lue.version, lue.entete
    return {
        "demo": settings.DEMO,
        "edition": lue.dossier.edition.titre,
        "numero": lue.dossier.numero,
        "titre": entete.titre,
        "resume": entete.resume,
        "statut": lue.libelle,
        "structure": entete.structure,
        "contrat": entete.contrat,
        "qpv": entete.quartiers,
        "montant_demande": entete.montant_demande,
        "depose_le": version.at if version else None,
        "version": lue.libelle_version,
        "empreinte": version.sha256 if version else "",
        "sections": [printable_section(partie) for partie in lue.parties],
    }


def printable_section(partie):
    return {
        "titre": partie.titre,
        "champs": [{"libelle": c.libelle, "valeur": c.valeur, "long": c.long} for c in partie.champs],
        "budget": list(partie.budget),
        "equilibre": partie.equilibre,
        "fichiers": [
            {"nom": f["demandee"] or "Autre pièce", "fichier": f["nom"], "octets": f["taille"]} for f in partie.fichiers
        ],
    }
