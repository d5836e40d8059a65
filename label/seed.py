"""A believable year, played through the real actions. Everybody and everything in it is fictional.

Each app plays its part in `<app>/seed.py`, function `seed(monde)`, from the ground up: the éditions and the staff
here, then the chefs de projet, the dossiers, the jury, the results. Dates are relative to today.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib import import_module
from importlib.util import find_spec
from random import Random

from django.apps import apps
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone

from label.demonstration.comptes import COMPTES
from label.enums import Generation, Role, SorteQuestion
from label.models import Courriel, Critere, Edition, Habilitation, PieceDemandee, PointRecevabilite, Question, User
from label.models.courriel import Etat

CRITERES = (
    ("Innovation", "Ce que le projet apporte de nouveau au quartier.", 3),
    ("Réponse à un besoin du quartier", "Le besoin est constaté, et constaté avec les habitants.", 2),
    ("Part prise par les habitants", "Ils décident, ils agissent, ils évaluent.", 2),
    ("Faisabilité", "Calendrier, moyens et budget tiennent ensemble.", 2),
    ("Suites possibles", "Le projet peut durer, ou servir ailleurs.", 1),
)
ECHELONS = ["absent", "très faible", "faible", "correct", "solide", "remarquable"]
# Name, help, obligatory, months during which a structure may take it up from an earlier dossier.
PIECES = (
    ("Relevé de décision ou procès-verbal", "Qui autorise la personne à engager la structure.", True, None),
    ("Derniers comptes approuvés", "Sauf s’ils sont déjà publiés.", True, 24),
    ("Devis ou photographies", "Tout ce qui aide à comprendre le projet.", False, None),
)
POINTS = (
    "La structure est une association ou un organisme de droit privé",
    "Le projet sert au moins un quartier prioritaire du territoire",
    "Les dates de l’action sont compatibles avec l’édition",
    "Le contrat d’engagement républicain est souscrit",
    "Le budget est équilibré et le montant demandé est dans les bornes",
)


class _Instant(type):
    """Any datetime is one of a class whose clock alone differs."""

    def __instancecheck__(cls, value):
        return isinstance(value, datetime)


@dataclass
class Monde:
    """What the parts of the seed share: the clock, the dice, the éditions, the people, the dossiers deposited.

    `precedente` is published, `courante` stands before its jury, `suivante` is being written.
    `deposes`: what `projects/seed.py` leaves to the floor above.
    """

    maintenant: datetime
    hasard: Random = field(default_factory=lambda: Random(2018))
    suivante: Edition = None
    courante: Edition = None
    precedente: Edition = None
    personnes: dict = field(default_factory=dict)
    deposes: list = field(default_factory=list)

    def jour(self, ecart, heure=10, minute=0):
        """The aware datetime `ecart` days from today, at this Paris time."""
        date = timezone.localdate(self.maintenant) + timedelta(days=ecart)
        return timezone.make_aware(datetime.combine(date, time(heure, minute)))

    @contextmanager
    def le(self, at):
        """Play what follows as if it were the aware datetime `at`.

        Under Django's clock, not in its place: columns whose default is that clock hold it already.
        """

        class Horloge(datetime, metaclass=_Instant):
            @classmethod
            def now(cls, tz=None):
                return at.astimezone(tz)

        under = timezone.datetime
        timezone.datetime = Horloge
        try:
            yield at
        finally:
            timezone.datetime = under

    def personne(self, email, prenom, nom):
        """The fictional person with this address, made once."""
        if email not in self.personnes:
            self.personnes[email] = User.objects.create_user(email, prenom=prenom, nom=nom)
        return self.personnes[email]

    @property
    def pilote(self):
        return self.personnes["pilote@demo.example"]

    @property
    def instructeur(self):
        return self.personnes["instructeur@demo.example"]


def seed(maintenant=None):
    """Fill an empty database with the territory's past and one believable year. Raises ValueError when not empty."""
    if Edition.objects.exists():
        raise ValueError("La base contient déjà une édition : rien n’a été ajouté.")
    monde = Monde(maintenant or timezone.now())
    with transaction.atomic():
        _personnes(monde)
        _editions(monde)
        for config in apps.get_app_configs():
            if config.name != "label" and find_spec(f"{config.name}.seed"):
                import_module(f"{config.name}.seed").seed(monde)
        # What was told months ago has left months ago.
        partis = Least(F("created_at") + timedelta(minutes=1), Value(monde.maintenant))
        Courriel.objects.update(etat=Etat.ENVOYE, sent_at=partis, essais=1)
    return monde


def _personnes(monde):
    for compte in COMPTES:
        monde.personne(compte.email, compte.prenom, compte.nom)
    debut = timezone.localdate(monde.maintenant) - timedelta(days=900)
    Habilitation.objects.create(user=monde.pilote, role=Role.PILOTE, du=debut)
    Habilitation.objects.create(user=monde.instructeur, role=Role.INSTRUCTEUR, du=debut)
    second = monde.personne("instructeur2@demo.example", "Bruno", "Larrieu")
    Habilitation.objects.create(user=second, role=Role.INSTRUCTEUR, du=debut)


def _editions(monde):
    """Three éditions a year apart: one published, one whose jury is sitting this week, one open to what comes."""
    annee = monde.jour(CLOTURE).year
    monde.precedente = _edition(monde, annee - 1, monde.jour(CLOTURE - 365, 23, 59))
    # The deadline was first ten days earlier; the pilote moved it (see projects/seed.py).
    monde.courante = _edition(monde, annee, monde.jour(CLOTURE, 23, 59))
    monde.suivante = _edition(monde, annee + 1, monde.jour(CLOTURE + 365, 23, 59))


# Days from today to the deadline of the édition whose jury sits: it began the day before yesterday.
CLOTURE = -92

# What an édition asks besides the common parts: (kind, words, help, obligatory, options, limit of words).
QUESTIONS = (
    (
        SorteQuestion.TEXTE_LONG,
        "Comment le projet continuera-t-il après le label\u202f?",
        "Qui le portera, avec quels moyens, l’année suivante.",
        True,
        [],
        150,
    ),
    (
        SorteQuestion.CHOIX,
        "Le projet existe-t-il déjà ailleurs\u202f?",
        "",
        True,
        ["Non, il est nouveau", "Oui, dans un autre quartier", "Oui, dans une autre ville"],
        None,
    ),
    (
        SorteQuestion.NOMBRE,
        "Combien d’habitants prendront part aux décisions\u202f?",
        "Ceux du comité ou du groupe qui choisit, non les participants.",
        False,
        [],
        None,
    ),
)


def _edition(monde, annee, cloture):
    jour = timezone.localdate(cloture)
    edition = Edition(
        annee=annee,
        titre=f"Label Actions Innovantes {annee}",
        generation=Generation.G2015,
        # Ideas are welcome all year long.
        ouverture=timezone.make_aware(datetime.combine(jour - timedelta(days=350), time(9))),
        cloture=cloture,
        fin_instruction=jour + timedelta(days=75),
        jury_debut=jour + timedelta(days=90),
        jury_fin=jour + timedelta(days=97),
        publication_prevue=jour + timedelta(days=150),
        enveloppe=120_000,
        montant_min=2_000,
        montant_max=15_000,
        is_fictive=True,
    )
    edition.full_clean()
    edition.save()
    Critere.objects.bulk_create(
        Critere(edition=edition, ordre=rang, nom=nom, description=aide, poids=poids, note_max=5, libelles=ECHELONS)
        for rang, (nom, aide, poids) in enumerate(CRITERES, start=1)
    )
    PieceDemandee.objects.bulk_create(
        PieceDemandee(
            edition=edition, ordre=rang, nom=nom, aide=aide, is_obligatoire=obligatoire, validite_mois=validite
        )
        for rang, (nom, aide, obligatoire, validite) in enumerate(PIECES, start=1)
    )
    Question.objects.bulk_create(
        Question(
            edition=edition,
            ordre=rang,
            sorte=sorte,
            intitule=intitule,
            aide=aide,
            is_obligatoire=obligatoire,
            options=options,
            mots_max=mots,
        )
        for rang, (sorte, intitule, aide, obligatoire, options, mots) in enumerate(QUESTIONS, start=1)
    )
    PointRecevabilite.objects.bulk_create(
        PointRecevabilite(edition=edition, ordre=rang, libelle=libelle) for rang, libelle in enumerate(POINTS, start=1)
    )
    return edition
