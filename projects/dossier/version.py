"""The versions of a dossier: which one a person reads, and how it is named wherever it is read."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from label.templatetags.label_ui import jour_heure
from projects.dossier.contenu import current_content, prefetch_contenu, without_private
from projects.models import Depot

# The text being written, where a version is asked.
TRAVAIL = "travail"


def version_words(version):
    """How a version (a `Depot`, or None for the text being written) is named."""
    if version is None:
        return "Version de travail, non déposée"
    return f"{version.nom}, reçue le {jour_heure(version.at)}"


def since(version):
    """From when changes are told: «depuis le dépôt», «depuis la version 2»."""
    return "depuis le dépôt" if version.rang == 1 else f"depuis la version {version.rang}"


# What is written after the last version, beside it.
EN_COURS = "En cours d’écriture, non déposé"


def at_version(version):
    """What this version held, above one side of a change: «Au dépôt», «Version 2»."""
    return "Au dépôt" if version.rang == 1 else version.nom


def read_versions(dossiers, user, asked=None):
    """The version this person reads of each of these dossiers, with its content, and all of them without.

    Returns {primary key: (Depot or None, list)}, in two queries. `asked`: a number in figures, `TRAVAIL` for the text
    being written, or None: the last one received, the text of today for who writes it now. `user` None: somebody
    outside, who never does. Raises Depot.DoesNotExist when there is no such version; nobody asks for the text of a
    dossier that was received and is not being written.
    """
    numbered = [dossier.pk for dossier in dossiers if dossier.numero]
    received = defaultdict(list)
    for version in Depot.objects.filter(dossier__in=numbered).order_by("rang").defer("contenu") if numbered else ():
        received[version.dossier_id].append(version)
    chosen = {dossier.pk: _chosen(dossier, received[dossier.pk], user, asked) for dossier in dossiers}
    wanted = [version.pk for version in chosen.values() if version]
    whole = {version.dossier_id: version for version in Depot.objects.filter(pk__in=wanted)} if wanted else {}
    return {dossier.pk: (whole.get(dossier.pk), received[dossier.pk]) for dossier in dossiers}


def _chosen(dossier, versions, user, asked):
    """The one of these versions that is read, or None for the text being written."""
    if asked is None and dossier.is_rouvert and user and user.has_perm("projects.change_dossier", dossier):
        asked = TRAVAIL
    if asked == TRAVAIL:
        if versions and not dossier.is_rouvert:
            raise Depot.DoesNotExist
        return None
    if asked is None:
        return versions[-1] if versions else None
    found = next((version for version in versions if str(version.rang) == asked), None)
    if found is None:
        raise Depot.DoesNotExist
    return found


@dataclass(frozen=True)
class Entete:
    """What names a dossier above its text, taken from that very text. `montant_demande`: whole euros or None."""

    titre: str
    resume: str
    structure: str
    commune: str
    contrat: str
    quartiers: list
    montant_demande: int | None


def entete(sections, contrat, *, is_dehors=False):
    """The `Entete` of a content. `contrat`: the name of its contrat, ''. `is_dehors`: contacts are masked."""
    projet, structure = sections["projet"], sections["structure"]
    titre, resume = projet["titre"] or "Projet sans titre", projet["resume"]
    return Entete(
        titre=without_private(titre) if is_dehors else titre,
        resume=without_private(resume) if is_dehors else resume,
        structure=structure["nom"],
        commune=structure["commune"],
        contrat=contrat,
        quartiers=[quartier["nom"] for quartier in sections["territoire"]["quartiers"]],
        montant_demande=sections["budget"]["montant_demande"],
    )


@dataclass(frozen=True)
class Apercu:
    """The head alone of the last version of a dossier: `version` is a `Depot`, or None for the text being written."""

    version: Depot | None
    entete: Entete

    @property
    def libelle_version(self):
        return version_words(self.version)


def apercus(dossiers):
    """What readers outside see above each of these dossiers, as {primary key: `Apercu`}; one query for what was
    received, a constant number more for what was not."""
    last = Depot.objects.filter(dossier__in=[dossier.pk for dossier in dossiers]).order_by("dossier_id", "-rang")
    versions = {version.dossier_id: version for version in last.distinct("dossier_id")}
    prefetch_related_objects([one for one in dossiers if one.pk not in versions], *prefetch_contenu())
    found = {}
    for dossier in dossiers:
        version = versions.get(dossier.pk)
        sections = version.contenu["sections"] if version else current_content(dossier)
        found[dossier.pk] = Apercu(version, entete(sections, contrat_of(dossier, version), is_dehors=True))
    return found


def pieces_received(dossier):
    """The files of the last version received, replaced since or not; those in place of a text nothing has frozen."""
    files = Depot.objects.filter(dossier=dossier).order_by("-rang").values_list("contenu__sections__pieces__fichiers")
    if last := files.first():
        return dossier.pieces.filter(cle__in=[file["cle"] for file in last[0]])
    return dossier.pieces.filter(remplacee_at=None)


def contrat_of(dossier, version):
    """The name of the contrat of this version of the dossier, ''."""
    contrat = version.contenu["contrat"] if version else dossier.contrat and {"nom": dossier.contrat.nom}
    return contrat["nom"] if contrat else ""
