"""The éditions held before this software: what a public source says of them, and nothing more.

Source: «EPT, deveco.grandorlyseinebievre.fr, article du 14/02/2020»: 13 laureates in 2018, 14 in 2019, and two
named projects of which it does not say the édition. Both count in the 14 of 2019, marked as uncertain.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from contrats.models import Commune, Quartier
from label.enums import Generation
from label.models import Edition
from laureats.laureat.actions import nom_a_completer
from laureats.models import Laureat

SOURCE = "EPT, deveco.grandorlyseinebievre.fr, article du 14/02/2020"
TOTAUX = {2018: 13, 2019: 14}


@dataclass(frozen=True)
class Passe:
    """One past laureate a source names, at its place in the list of an édition."""

    annee: int
    ordre: int
    nom: str
    titre: str
    commune: str = ""
    quartier: str = ""


NOMMES = (
    Passe(
        2019,
        1,
        "Association EMA",
        "Plateforme numérique de découverte des équipements proches du quartier Noyer Renard, menée avec les habitants",
        commune="91027",
        quartier="Le Noyer Renard",
    ),
    Passe(2019, 2, "Association Cultures du Cœur 94", "L’expo bavarde\u00a0: l’envers du décor"),
)


def _edition(annee):
    """The édition of that year, made when there is none.

    Its dates and amounts are unknown: those written here only satisfy the model, and no page shows them
    (`is_historique`).
    """

    def moment(mois, jour, heure=0, minute=0):
        return timezone.make_aware(datetime(annee, mois, jour, heure, minute))

    return Edition.objects.get_or_create(
        annee=annee,
        defaults={
            "titre": f"Label Actions Innovantes {annee}",
            "generation": Generation.G2015,
            "ouverture": moment(1, 8, 9),
            "cloture": moment(6, 8, 23, 59),
            "fin_instruction": date(annee, 9, 14),
            "jury_debut": date(annee, 9, 24),
            "jury_fin": date(annee, 9, 28),
            "publication_prevue": date(annee, 12, 3),
            "published_at": moment(12, 3, 10),
            "enveloppe": 0,
            "montant_max": 0,
            "is_historique": True,
        },
    )[0]


@transaction.atomic
def load_historique():
    """Write the éditions 2018 and 2019 and their 27 laureates where they are missing. Returns how many were added.

    May be run again at any time: a row that exists is left as it is, staff's corrections included.
    """
    nommes = {(passe.annee, passe.ordre): passe for passe in NOMMES}
    added = 0
    for annee, total in TOTAUX.items():
        edition = _edition(annee)
        known = set(Laureat.objects.in_edition(edition).values_list("ordre", flat=True))
        for ordre in range(1, total + 1):
            if ordre not in known:
                _add(edition, ordre, nommes.get((annee, ordre)))
                added += 1
    return added


def _add(edition, ordre, passe):
    if passe is None:
        Laureat.objects.create(
            edition=edition,
            ordre=ordre,
            nom=nom_a_completer(edition.annee, ordre),
            is_a_completer=True,
            source=SOURCE,
        )
        return
    laureat = Laureat.objects.create(
        edition=edition,
        ordre=ordre,
        nom=passe.nom,
        titre=passe.titre,
        commune=Commune.objects.filter(insee=passe.commune).first(),
        edition_incertaine=True,
        source=SOURCE,
    )
    if passe.quartier:
        quartiers = Quartier.objects.in_generation(edition.generation).filter(nom__iexact=passe.quartier)
        laureat.quartiers.set(quartiers)
        contrats = {contrat for quartier in quartiers for contrat in quartier.contrats.all()}
        if len(contrats) == 1:
            laureat.contrat = contrats.pop()
            laureat.save(update_fields=["contrat"])
