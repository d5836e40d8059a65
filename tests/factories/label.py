"""People and éditions. Amounts in whole euros, datetimes in Paris."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from label.enums import Role
from label.models import Critere, Edition, Habilitation, PieceDemandee, PointRecevabilite, Question, User

PARIS = ZoneInfo("Europe/Paris")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.example")
    prenom = "Camille"
    nom = factory.Sequence(lambda n: f"Durand-{n}")

    @factory.post_generation
    def pilote(user, create, extracted, **kwargs):
        if extracted:
            Habilitation.objects.create(user=user, role=Role.PILOTE, du=date(2020, 1, 1))

    @factory.post_generation
    def instructeur(user, create, extracted, **kwargs):
        if extracted:
            Habilitation.objects.create(user=user, role=Role.INSTRUCTEUR, du=date(2020, 1, 1))


class EditionFactory(DjangoModelFactory):
    """The 2027 édition: open from 4 January to 4 June 2027, 23 h 59."""

    class Meta:
        model = Edition
        django_get_or_create = ["annee"]

    annee = 2027
    titre = factory.LazyAttribute(lambda e: f"Label Actions Innovantes {e.annee}")
    generation = "2015"
    ouverture = factory.LazyAttribute(lambda e: datetime(e.annee, 1, 4, 9, 0, tzinfo=PARIS))
    cloture = factory.LazyAttribute(lambda e: datetime(e.annee, 6, 4, 23, 59, tzinfo=PARIS))
    fin_instruction = factory.LazyAttribute(lambda e: date(e.annee, 9, 10))
    jury_debut = factory.LazyAttribute(lambda e: date(e.annee, 9, 20))
    jury_fin = factory.LazyAttribute(lambda e: date(e.annee, 9, 24))
    publication_prevue = factory.LazyAttribute(lambda e: date(e.annee, 11, 15))
    enveloppe = 150_000
    montant_min = 1_000
    montant_max = 15_000
    visa_requis = True


class CritereFactory(DjangoModelFactory):
    class Meta:
        model = Critere

    edition = factory.SubFactory(EditionFactory)
    ordre = factory.Sequence(lambda n: n + 1)
    nom = factory.Sequence(lambda n: f"Critère {n}")
    poids = 1
    note_max = 5
    libelles = ["absent", "faible", "moyen", "bon", "très bon", "excellent"]


class PieceDemandeeFactory(DjangoModelFactory):
    class Meta:
        model = PieceDemandee

    edition = factory.SubFactory(EditionFactory)
    nom = factory.Sequence(lambda n: f"Pièce {n}")


class QuestionFactory(DjangoModelFactory):
    """A long text, obligatory; other kinds by `sorte` and `options`."""

    class Meta:
        model = Question

    edition = factory.SubFactory(EditionFactory)
    ordre = factory.Sequence(lambda n: n + 1)
    intitule = factory.Sequence(lambda n: f"Question {n}")


class PointRecevabiliteFactory(DjangoModelFactory):
    class Meta:
        model = PointRecevabilite

    edition = factory.SubFactory(EditionFactory)
    libelle = factory.Sequence(lambda n: f"Point {n}")
