"""The card «Maintenant» as the statut of a dossier makes it: whose turn it is, the words of the moment, the acts."""

from django.utils import timezone

from label.templatetags.label_ui import jour, jour_heure
from projects.depot.silence_lu import silence_read
from projects.dossier.visa import VISA_ATTENDU
from projects.enums import REDACTION, Statut
from projects.fil.gestes import gestes_de
from projects.fil.paroles import dire, table
from projects.fil.registre import DU_STATUT, Carte, Delai
from projects.fil.situation import situations
from projects.silence import is_attendue

# Moves whose reason is told to whoever reads the dossier: as what, and as what to the one who gave it.
_MOTIVES = {
    "decline_idee": ("La réponse du chef de projet", "Votre réponse"),
    "return_visa": ("Le mot du chef de projet", "Votre mot"),
    "declare_irrecevable": ("La raison", "La raison"),
    "ask_complement": ("Ce que l’EPT demande", "Ce que l’EPT demande"),
    "withdraw": ("La raison", "La raison"),
    "reopen": ("Pourquoi l’écriture est rouverte", "Pourquoi vous avez rouvert l’écriture"),
}


def cartes_du_statut(dossiers, user, now):
    """{pk: the `Carte` that the statut of each makes} for this person at the aware datetime `now`.

    What the table says nothing of is told by a floor above: a result, once it is published.
    """
    found = situations(dossiers, user, now)
    return {pk: _carte(one) for pk, one in found.items() if (one.moment, one.reader) in table}


def _carte(situation):
    dernier = situation.dernier
    dite = dire(situation.moment, situation.reader, situation.valeurs)
    tour, a_vous = situation.tour
    dit = ()
    if dernier and dernier.motif and dernier.transition in _MOTIVES:
        dit = ((_MOTIVES[dernier.transition][situation.is_auteur], dernier.motif),)
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
        gestes=tuple(gestes_de(situation)),
        libelle=VISA_ATTENDU if situation.visa_asked else "",
    )


def _avant(situation):
    """Until when what is awaited may be done."""
    if situation.statut == Statut.A_COMPLETER:
        return situation.dossier.rouvert_jusqu_au
    return situation.echeance if situation.statut in REDACTION else None


def _silence(situation):
    """What the silence of the EPT will mean, or means already, as a `Delai`; None when no answer is owed."""
    if situation.depot is None or not is_attendue(situation.statut, situation.dossier.edition.published_at):
        return None
    silence = silence_read(situation.depot.at, situation.depot.suspensions)
    valeurs = situation.valeurs | {"rejet": jour(silence.le)}
    moment = "silence_passe" if silence.est_venu(timezone.localdate(situation.now)) else "silence"
    if suspension := silence.suspension_at(situation.now):
        moment, valeurs["suspendu"] = "silence_suspendu", jour_heure(suspension.au)
    dite = dire(moment, situation.reader, valeurs)
    return Delai(dite.titre, dite.phrase, dite.suite)
