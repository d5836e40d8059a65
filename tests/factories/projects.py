"""Structures and dossiers, for tests. A dossier is inserted in any statut (the trigger guards updates only)."""

from datetime import date, datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from ecriture.models import Commentaire, Retouche
from projects.budget.plan import EPT
from projects.enums import Section, Sens, Statut, TypeStructure
from projects.models import (
    BudgetLigne,
    Dossier,
    Indicateur,
    Invitation,
    Membre,
    Passage,
    Piece,
    Prolongation,
    Structure,
)
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import PARIS, EditionFactory, UserFactory

# Statuts that follow a deposit: their dossiers carry a number.
APRES_DEPOT = frozenset(Statut) - {
    Statut.IDEE,
    Statut.CO_ELABORATION,
    Statut.PRET,
    Statut.ABANDONNE,
    Statut.SANS_SUITE,
    Statut.CADUC,
}


class StructureFactory(DjangoModelFactory):
    """An association with nothing missing; `responsable=user`, `membre=user` make people belong to it."""

    class Meta:
        model = Structure
        skip_postgeneration_save = True

    nom = factory.Sequence(lambda n: f"Association {n}")
    type = TypeStructure.ASSOCIATION
    rna = factory.Sequence(lambda n: f"W94{n:07d}")
    adresse = "1 rue des Lilas"
    code_postal = "94400"
    ville = "Vitry-sur-Seine"
    representant_nom = "Awa Diarra"
    representant_fonction = "présidente"
    benevoles = 12
    salaries = 1
    adherents = 80
    aides_publiques = "aucune"

    @factory.post_generation
    def responsable(structure, create, extracted, **kwargs):
        if create and extracted:
            MembreFactory(structure=structure, user=extracted, is_responsable=True)

    @factory.post_generation
    def membre(structure, create, extracted, **kwargs):
        if create and extracted:
            MembreFactory(structure=structure, user=extracted)


class MembreFactory(DjangoModelFactory):
    class Meta:
        model = Membre

    structure = factory.SubFactory(StructureFactory)
    user = factory.SubFactory(UserFactory)
    is_responsable = False
    du = date(2020, 1, 1)


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    structure = factory.SubFactory(StructureFactory)
    email = factory.Sequence(lambda n: f"invitee{n}@exemple.example")
    by = factory.SubFactory(UserFactory)


class DossierFactory(DjangoModelFactory):
    """A dossier in co-élaboration, almost empty.

    Traits: `complet` (nothing is missing), one per statut (`idee`, `pret`, `depose`…). `chef=user` makes somebody
    chef de projet of its contrat, `porteur=user` a responsable of its structure; `quartiers=[…]` replaces its own.
    """

    class Meta:
        model = Dossier
        skip_postgeneration_save = True

    class Params:
        complet = factory.Trait(
            resume="Un atelier de réparation tenu par les habitants, ouvert chaque samedi.",
            besoin="Les vélos dorment dans les caves.",
            innovation="Les habitants forment les habitants.",
            objectifs="Réparer 200 vélos en un an.",
            actions="Un atelier chaque samedi.",
            partenaires="Le bailleur prête le local.",
            participation="Un comité d’habitants décide.",
            lieux="Le local du quartier",
            publics="Les habitants du quartier, de tous âges.",
            beneficiaires=200,
            part_qpv=80,
            date_debut=factory.LazyAttribute(lambda d: date(d.edition.annee + 1, 1, 15)),
            date_fin=factory.LazyAttribute(lambda d: date(d.edition.annee + 1, 12, 15)),
            etapes="Ouverture, formation, fête.",
            moyens_humains="Deux bénévoles, un salarié.",
            moyens_materiels="Le local et les outils.",
            montant_demande=6_000,
            evaluation="On compte les vélos réparés et on interroge les habitants.",
            is_complet=True,
        )
        idee = factory.Trait(statut=Statut.IDEE)
        pret = factory.Trait(statut=Statut.PRET)
        depose = factory.Trait(statut=Statut.DEPOSE)
        a_completer = factory.Trait(statut=Statut.A_COMPLETER)
        en_instruction = factory.Trait(statut=Statut.EN_INSTRUCTION)
        admis = factory.Trait(statut=Statut.ADMIS)
        auditionne = factory.Trait(statut=Statut.AUDITIONNE)
        propose = factory.Trait(statut=Statut.PROPOSE)
        reserve = factory.Trait(statut=Statut.RESERVE)
        laureat = factory.Trait(statut=Statut.LAUREAT)
        irrecevable = factory.Trait(statut=Statut.IRRECEVABLE)
        non_admis = factory.Trait(statut=Statut.NON_ADMIS)
        non_retenu = factory.Trait(statut=Statut.NON_RETENU)
        retire = factory.Trait(statut=Statut.RETIRE)
        abandonne = factory.Trait(statut=Statut.ABANDONNE)
        sans_suite = factory.Trait(statut=Statut.SANS_SUITE)
        caduc = factory.Trait(statut=Statut.CADUC)

    edition = factory.SubFactory(EditionFactory)
    structure = factory.SubFactory(StructureFactory)
    contrat = factory.SubFactory(ContratFactory, generation=factory.SelfAttribute("..edition.generation"))
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyAttribute(lambda d: datetime(d.edition.annee, 2, 1, 10, 0, tzinfo=PARIS))
    updated_at = factory.SelfAttribute("created_at")
    statut = Statut.CO_ELABORATION
    titre = factory.Sequence(lambda n: f"Atelier vélo {n}")

    @factory.sequence
    def _rang(n):
        return n + 1

    numero = factory.LazyAttribute(lambda d: f"LAI-{d.edition.annee}-{d._rang:03d}" if d.statut in APRES_DEPOT else "")

    is_complet = False

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs.pop("_rang")
        is_complet = kwargs.pop("is_complet")
        dossier = super()._create(model_class, *args, **kwargs)
        dossier.is_complet = is_complet
        return dossier

    @factory.post_generation
    def quartiers(dossier, create, extracted, **kwargs):
        if create:
            quartiers = extracted
            if quartiers is None:
                quartiers = [QuartierFactory(generation=dossier.edition.generation, contrats=[dossier.contrat])]
            dossier.quartiers.set(quartiers)

    @factory.post_generation
    def contenu(dossier, create, extracted, **kwargs):
        """The rows that a complete dossier has beside its own columns: communes, budget, indicator."""
        if create and dossier.is_complet:
            dossier.communes.set([CommuneFactory()])
            BudgetLigneFactory(dossier=dossier, sens=Sens.CHARGE, compte="60", montant=8_000)
            BudgetLigneFactory(dossier=dossier, sens=Sens.PRODUIT, compte="74", libelle=EPT, montant=6_000, is_ept=True)
            BudgetLigneFactory(dossier=dossier, sens=Sens.PRODUIT, compte="75", montant=2_000)
            IndicateurFactory(dossier=dossier)

    @factory.post_generation
    def chef(dossier, create, extracted, **kwargs):
        if create and extracted:
            AffectationFactory(user=extracted, contrat=dossier.contrat)

    @factory.post_generation
    def porteur(dossier, create, extracted, **kwargs):
        if create and extracted:
            MembreFactory(structure=dossier.structure, user=extracted, is_responsable=True)


class BudgetLigneFactory(DjangoModelFactory):
    class Meta:
        model = BudgetLigne

    dossier = factory.SubFactory(DossierFactory)
    sens = Sens.CHARGE
    compte = "60"
    montant = 1_000


class IndicateurFactory(DjangoModelFactory):
    class Meta:
        model = Indicateur

    dossier = factory.SubFactory(DossierFactory)
    libelle = "Vélos réparés"
    cible = "200"


class PieceFactory(DjangoModelFactory):
    class Meta:
        model = Piece

    dossier = factory.SubFactory(DossierFactory)
    fichier = factory.django.FileField(filename="statuts.pdf", data=b"%PDF-1.7\n%%EOF")
    nom = "statuts.pdf"
    type_mime = "application/pdf"
    taille = 14
    sha256 = "0" * 64
    by = factory.SubFactory(UserFactory)


class PassageFactory(DjangoModelFactory):
    class Meta:
        model = Passage

    dossier = factory.SubFactory(DossierFactory)
    transition = "accept_idee"
    de = Statut.IDEE
    vers = Statut.CO_ELABORATION
    by = factory.SubFactory(UserFactory)
    at = factory.LazyAttribute(lambda p: p.dossier.created_at)


class RetoucheFactory(DjangoModelFactory):
    """One sitting of one person in one field."""

    class Meta:
        model = Retouche

    class Params:
        dossier = factory.SubFactory(DossierFactory)

    ecrit = factory.SelfAttribute("dossier.ecrit")
    section = Section.PROJET
    nom = "besoin"
    by = factory.SubFactory(UserFactory)
    debut = factory.LazyFunction(timezone.now)
    fin = factory.SelfAttribute("debut")
    avant = ""
    apres = "Des vélos cassés"
    version = 1


class CommentaireFactory(DjangoModelFactory):
    class Meta:
        model = Commentaire

    class Params:
        dossier = factory.SubFactory(DossierFactory)

    ecrit = factory.SelfAttribute("dossier.ecrit")
    section = Section.PROJET
    auteur = factory.SubFactory(UserFactory)
    texte = "Précisez le besoin."


class ProlongationFactory(DjangoModelFactory):
    class Meta:
        model = Prolongation

    dossier = factory.SubFactory(DossierFactory)
    jusqu_au = factory.LazyAttribute(lambda p: datetime(p.dossier.edition.annee, 6, 10, 23, 59, tzinfo=PARIS))
    motif = "Panne du service."
    by = factory.SubFactory(UserFactory)
