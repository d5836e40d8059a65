"""The letters of result, as data for `documents/laureats/lettre.typ`, from what was voted."""

import re

from django.conf import settings
from django.utils import timezone

from label.documents import render_pdf
from label.templatetags.label_ui import euros, jour
from laureats.enums import Organe, SensResultat

MODELE_LETTRE = "laureats/lettre.typ"

_ORGANES = {
    Organe.CONSEIL: "le conseil territorial",
    Organe.BUREAU: "le bureau, par délégation du conseil territorial,",
    Organe.PRESIDENT: "le président, par délégation du conseil territorial,",
}


# What the letter says of each result that is not a refusal.
_DECISIONS = {SensResultat.LAUREAT: "laureat", SensResultat.ATTENTE: "attente"}


def recours():
    """The remedies every letter states; without them the time limit does not run (CJA R421-1 and R421-5).

    The tribunal is that of the authority's seat, a setting to be confirmed (CJA R421-1).
    """
    return [
        "Si vous contestez cette décision, vous pouvez, dans un délai de deux mois à compter de la réception de cette "
        f"lettre, former un recours contentieux devant le {settings.LABEL_TRIBUNAL}, par courrier ou par "
        "l’application Télérecours citoyens (www.telerecours.fr).",
        "Dans le même délai, vous pouvez demander à l’EPT de revoir sa décision (recours gracieux), à l’adresse "
        f"suivante\u00a0: {settings.LABEL_ATTRIBUANT_NOM}, {settings.LABEL_ADRESSE}. Cette demande interrompt le délai "
        "de recours contentieux, qui reprend pour deux mois à compter de la réponse, expresse ou implicite.",
    ]


def _suites(resultat):
    """What comes next, sentence by sentence."""
    if resultat.is_attente:
        return [
            "Vous n’avez rien à faire\u00a0: votre demande reste entière.",
            "Votre chef de projet reste à vos côtés. Votre texte est gardé dans votre espace.",
        ]
    if not resultat.is_laureat:
        return [
            "Votre chef de projet peut reprendre avec vous ce dossier, point par point.",
            "Votre texte reste dans votre espace\u00a0: vous pourrez le reprendre pour une prochaine édition.",
        ]
    suites = []
    if resultat.is_convention_requise:
        suites.append("Une convention vous sera envoyée à signer avant tout versement.")
    suites += [
        f"{echeance.libelle}\u00a0: {euros(echeance.montant)}, prévu le {jour(echeance.prevu_le)} au plus tôt."
        if echeance.rang > 1
        else f"{echeance.libelle}\u00a0: {euros(echeance.montant)}, prévu avant le {jour(echeance.prevu_le)}."
        for echeance in resultat.echeances
    ]
    suites.append("Nous vous demanderons alors le RIB de la structure et, s’il nous manque, son numéro SIRET.")
    suites.append("Vous serez accompagné pendant dix-huit mois et rejoignez le réseau des acteurs de l’innovation.")
    return suites


def _ville():
    """The town of the seat, read after the postcode of its address."""
    found = re.search(r"\b\d{5}\s+(.+)$", settings.LABEL_ADRESSE)
    return found[1] if found else settings.LABEL_ATTRIBUANT_NOM


def lettre_data(resultat, vote, *, at):
    """The data of one letter dated of the aware datetime `at`; `resultat` is a `Resultat` of the publication."""
    dossier, structure = resultat.dossier, resultat.dossier.structure
    personne = ", ".join(filter(None, [structure.representant_nom, structure.representant_fonction]))
    lieu = f"{structure.code_postal} {structure.ville}".strip()
    return {
        "demo": settings.DEMO,
        "edition": dossier.edition.titre,
        "emetteur": {
            "nom": settings.LABEL_ATTRIBUANT_NOM,
            "service": settings.LABEL_SERVICE,
            "adresse": settings.LABEL_ADRESSE,
            "courriel": settings.LABEL_CONTACT_EMAIL,
            "telephone": settings.LABEL_CONTACT_TELEPHONE,
        },
        "decision": _DECISIONS.get(resultat.sens, "refus"),
        "etape": resultat.etape,
        "destinataire": {
            "nom": personne,
            "structure": structure.nom,
            "adresse": "\n".join(filter(None, [structure.adresse, lieu])),
        },
        "appel": "Madame, Monsieur,",
        "lieu": _ville(),
        "date": timezone.localdate(at),
        "numero": dossier.numero,
        "titre": str(dossier),
        "montant": resultat.montant,
        "montant_demande": dossier.montant_demande or 0,
        "vote": {"organe": _ORGANES[vote.organe], "date": vote.date, "numero": vote.numero},
        "points_forts": resultat.points_forts,
        "motif": resultat.motif,
        "suites": _suites(resultat),
        "recours": recours(),
        "signataire": {"qualite": "Pour le Président et par délégation,", "nom": settings.LABEL_SERVICE},
    }


def render_lettre(resultat, vote, *, at):
    """The letter as PDF bytes. Raises DocumentError."""
    return render_pdf(MODELE_LETTRE, lettre_data(resultat, vote, at=at))


def lettre_filename(resultat):
    """The name of the joined file."""
    return f"{resultat.dossier.numero}-{'lettre-laureat' if resultat.is_laureat else 'lettre-resultat'}.pdf"
