"""A dossier as one person may read it: its statut in their words, its path, its text."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse

from label.models import User
from label.templatetags.label_ui import jour, jour_heure
from projects.champs.entree import Lecteur
from projects.dossier.connu import libelle_for, statut_for
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
# The move that dates each step: it begins the first two, and ends the others.
DATES = {"send_idee": 0, "accept_idee": 1, "give_visa": 2, "deposit": 3, "deposit_sans_visa": 3, "admit": 4, "hear": 5}
COMMENCENT = frozenset({0, 1})
# How its last step is drawn once it has ended.
FINS = dict.fromkeys((*SANS_DEPOT, Statut.IRRECEVABLE, Statut.NON_ADMIS, Statut.NON_RETENU, Statut.RETIRE), "stop")
FINS |= {Statut.LAUREAT: "done"}


def tour_for(statut, dossier, user, *, visa_asked=False):
    """Whose turn it is, said to this person: (words, "" once nothing is awaited; True when it is theirs)."""
    tour = Tour.CHEF_DE_PROJET if visa_asked else TOURS.get(statut, Tour.PERSONNE)
    mine = {
        Tour.PORTEUR: is_membre.test(user, dossier),
        Tour.CHEF_DE_PROJET: is_chef.test(user, dossier),
        Tour.EPT: user.is_agent,
    }.get(tour, False)
    if mine:
        return "À vous", True
    return {Tour.PORTEUR: "À la structure"}.get(tour, tour.label), False


def frise(dossier, statut, user, echeance, passages, tour, *, visa_asked=False):
    """The steps of the path for `components/timeline.html`, each with its day once it is made.

    `echeance`: the dossier's own deadline. `passages`: what `moves_known_to` found. `tour`: whose turn the card says.
    """
    edition, last = dossier.edition, passages[-1] if passages else None
    dates = {DATES[one.transition]: one.arrivee or one.at for one in passages if one.transition in DATES}
    # On the waiting list, it had its result.
    ended = statut in FINS or (statut == Statut.RESERVE and edition.is_published)
    reached = statut
    if ended:
        # Where it was when it ended; the clock may say it is over before anything is written.
        is_said = last is not None and last.vers == statut
        reached = (last.de if is_said else last.vers if last else "") or Statut.IDEE
    current = next((rank for rank, (_, statuts) in enumerate(ETAPES_DE_LA_FRISE) if reached in statuts), RESULTAT)
    if visa_asked:
        current = VISA
    steps = []
    for rank, (label, _) in enumerate(ETAPES_DE_LA_FRISE):
        if rank == VISA and not edition.visa_requis and VISA not in dates and current != VISA:
            continue
        is_begun = rank == current and rank in COMMENCENT and rank in dates
        if ended and not (rank < current or is_begun):
            continue
        state = "done" if rank < current or ended else "current" if rank == current else "todo"
        date = dates.get(rank) if rank < current or is_begun else None
        steps.append({"label": label, "state": state, "date": jour(date), "text": "", "tour": ""})
        if state == "current":
            steps[-1]["tour"] = tour
        elif state == "todo":
            steps[-1]["text"] = _to_come(rank, edition, echeance)
    if ended:
        date = jour(last.at if last and last.vers == statut else echeance if statut == Statut.CADUC else None)
        state = FINS.get(statut, "current")
        steps.append(
            {"label": libelle_for(statut, dossier, user), "state": state, "date": date, "text": "", "tour": ""}
        )
    return steps


def _to_come(rank, edition, echeance):
    """When a step not reached yet comes, in words; "" when nothing says so."""
    return {
        DEPOT: f"Jusqu’au {jour_heure(echeance)}",
        JURY: f"Du {jour(edition.jury_debut)} au {jour(edition.jury_fin)}",
        RESULTAT: f"Prévus le {jour(edition.publication_prevue)}",
    }.get(rank, "")


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
    """The same of several, as {pk: DossierLu}. `adresses`: {pk: adresse}.

    In a constant number of queries for who reads from outside; one more for each dossier whose text is being written
    again after its deposit.
    """
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
