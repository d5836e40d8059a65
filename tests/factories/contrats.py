"""Territory and its people, for tests."""

from datetime import date

import factory

from contrats.models import Affectation, Commune, ContratDeVille, Quartier
from label.enums import Generation
from tests.factories.label import UserFactory


class CommuneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commune

    # Far from those that tests name: there are more communes in a run than in a departement.
    insee = factory.Sequence(lambda n: f"{50000 + n}")
    nom = factory.Sequence(lambda n: f"Commune {n}")
    departement = "94"
    lat = factory.Sequence(lambda n: 48.7 + (n % 7) / 50)
    lon = factory.Sequence(lambda n: 2.3 + (n % 11) / 50)


class ContratFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContratDeVille
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"CV{n:03}")
    nom = factory.Sequence(lambda n: f"Contrat {n}")
    generation = Generation.G2015
    departement = "94"

    @factory.post_generation
    def communes(self, create, extracted):
        if create and extracted:
            self.communes.set(extracted)


class QuartierFactory(factory.django.DjangoModelFactory):
    """A quartier of a commune and a contrat of its own, unless `communes=[…]` and `contrats=[…]` are given."""

    class Meta:
        model = Quartier
        skip_postgeneration_save = True

    identifiant = factory.Sequence(lambda n: f"quartier-{n}")
    nom = factory.Sequence(lambda n: f"Quartier {n}")
    generation = Generation.G2015
    lat = factory.Sequence(lambda n: 48.7 + (n % 13) / 80)
    lon = factory.Sequence(lambda n: 2.3 + (n % 17) / 80)

    @factory.post_generation
    def communes(self, create, extracted):
        if create:
            self.communes.set([CommuneFactory()] if extracted is None else extracted)

    @factory.post_generation
    def contrats(self, create, extracted):
        if create:
            self.contrats.set([ContratFactory(generation=self.generation)] if extracted is None else extracted)


class AffectationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Affectation

    user = factory.SubFactory(UserFactory)
    contrat = factory.SubFactory(ContratFactory)
    du = date(2020, 1, 1)
