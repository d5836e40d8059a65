"""The card of a published result."""

from django.urls import reverse

from label.templatetags.label_ui import euros, jour
from laureats.laureat.mosaique import mosaique
from laureats.models import Laureat, Lettre
from laureats.publication.paroles import ATTENTE, LAUREAT, NON_ADMIS, NON_RETENU
from laureats.publication.resultats import ETAPES_DU_RESULTAT
from projects.enums import Statut
from projects.fil.maintenant import reprendre, situations
from projects.fil.paroles import dire
from projects.fil.registre import Carte, Geste

_MOMENTS = {
    Statut.LAUREAT: LAUREAT,
    Statut.RESERVE: ATTENTE,
    Statut.NON_RETENU: NON_RETENU,
    Statut.NON_ADMIS: NON_ADMIS,
}
# Where it stopped, by the move that ended it.
_ETAPES = {"set_aside": "jury", "record_absence": "absence", "refuse": "vote"}


def cartes(dossiers, user, now):
    """{pk: the `Carte` of the result of each dossier whose results are published}."""
    published = [one for one in dossiers if one.edition.is_published and one.statut in _MOMENTS]
    if not published:
        return {}
    laureats = {one.dossier_id: one for one in Laureat.objects.filter(dossier__in=published)}
    lettres = set(Lettre.objects.filter(dossier__in=published).values_list("dossier", flat=True))
    found = situations(published, user, now)
    return {pk: _carte(one, laureats.get(pk), has_lettre=pk in lettres) for pk, one in found.items()}


def _carte(situation, laureat, *, has_lettre):
    dossier, dernier = situation.dossier, situation.dernier
    moment = _MOMENTS[situation.statut]
    etape = ETAPES_DU_RESULTAT.get(_ETAPES.get(dernier.transition if dernier else "", ""), "après l’audition")
    valeurs = situation.valeurs | {
        "montant": euros(laureat.montant) if laureat else "",
        "etape": etape,
        "decide_le": jour(dossier.edition.published_at),
    }
    dite = dire(moment, situation.reader, valeurs)
    is_refus = moment in {NON_RETENU, NON_ADMIS}
    return Carte(
        ordre=20,
        moment=moment,
        titre=dite.titre,
        tour="",
        a_vous=False,
        paroles=dite.paragraphes,
        dit=(("Pourquoi", dernier.motif),) if is_refus and dernier and dernier.motif else (),
        gestes=tuple(_gestes(situation, laureat, has_lettre=has_lettre)),
        depuis=dossier.edition.published_at,
        template="laureats/laureat/_carte.html" if laureat else "",
        contexte={"tuiles": mosaique(laureat.cle)} if laureat else {},
    )


def _gestes(situation, laureat, *, has_lettre):
    dossier = situation.dossier
    if laureat:
        yield Geste("Voir la page publique du projet", laureat.get_absolute_url(), "award")
    else:
        yield from reprendre(situation)
    if has_lettre and situation.user.has_perm("laureats.read_lettre", dossier):
        yield Geste("Lire la lettre", reverse("laureats:lettre_download", args=[dossier.cle]), "file-earmark-pdf")
