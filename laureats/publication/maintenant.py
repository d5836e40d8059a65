"""The card of a published result: what was communicated of it, then what its reader may do."""

from django.urls import reverse

from label.templatetags.label_ui import euros, jour, poids
from laureats.enums import SensResultat
from laureats.laureat.mosaique import mosaique
from laureats.publication.communique import communiques
from laureats.publication.paroles import ATTENTE, LAUREAT, NON_ADMIS, NON_RETENU
from projects.fil.gestes import ensuite
from projects.fil.paroles import dire
from projects.fil.registre import Carte, Geste
from projects.fil.situation import situations

_MOMENTS = {
    SensResultat.LAUREAT: LAUREAT,
    SensResultat.ATTENTE: ATTENTE,
    SensResultat.NON_RETENU: NON_RETENU,
    SensResultat.NON_ADMIS: NON_ADMIS,
}
# Where a project that is not laureate stopped: each step of `resultats.ETAPES_DU_RESULTAT`, as a sentence.
_ARRETS = {
    "vote": "Le conseil territorial ne l’a pas retenu.",
    "jury": "Il n’a pas été retenu après l’audition.",
    "absence": "Il n’a pas été présenté à l’audition.",
    "admission": "Il n’a pas été admis à l’audition.",
}
# What its reason is called, where it is not what went against the project.
TITRES_DU_MOTIF = {SensResultat.LAUREAT: "À noter", SensResultat.ATTENTE: "Pourquoi le projet attend"}


def cartes(dossiers, user, now):
    """{pk: the `Carte` of the result of each dossier whose results are published}."""
    told = communiques(dossiers, user)
    if not told:
        return {}
    found = situations([dossier for dossier in dossiers if dossier.pk in told], user, now)
    return {pk: _carte(one, told[pk]) for pk, one in found.items()}


def _carte(situation, communique):
    laureat = communique.laureat
    versements = _versements(situation, laureat) if laureat else []
    moment = _MOMENTS[communique.sens]
    valeurs = situation.valeurs | {
        "montant": euros(communique.montant),
        "arret": _ARRETS[communique.etape],
        "publie_le": jour(communique.at),
    }
    dite = dire(moment, situation.reader, valeurs)
    pourquoi = TITRES_DU_MOTIF.get(communique.sens, "Pourquoi")
    dit = ((pourquoi, communique.motif), ("Ce que le jury a apprécié", communique.points_forts))
    return Carte(
        ordre=20,
        moment=moment,
        titre=dite.titre,
        tour="",
        a_vous=False,
        paroles=dite.paragraphes,
        chiffre=euros(communique.montant) if communique.sens == SensResultat.LAUREAT else "",
        dit=tuple((words, text) for words, text in dit if text),
        gestes=tuple(_gestes(situation, communique)),
        template="laureats/laureat/_carte.html" if laureat else "",
        pied="laureats/versement/_pied.html" if versements else "",
        contexte={"tuiles": mosaique(laureat.cle), "versements": versements} if laureat else {},
        # What the statut says was said to the EPT alone, before the publication.
        remplace=True,
    )


def _versements(situation, laureat):
    """The payments, for those who open the letter."""
    may = situation.user.has_perm("laureats.read_lettre", situation.dossier)
    return list(laureat.versements.all()) if may else []


def _gestes(situation, communique):
    if laureat := communique.laureat:
        yield Geste("Voir la page publique du projet", laureat.get_absolute_url(), "award")
    else:
        yield from ensuite(situation)
    if communique.lettre:
        adresse = reverse("laureats:lettre_download", args=[situation.dossier.cle])
        yield Geste(f"Lire la lettre (PDF, {poids(communique.lettre.taille)})", adresse, "file-earmark-pdf")
