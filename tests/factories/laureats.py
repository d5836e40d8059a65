"""Laureates, votes and what leads to them. Amounts in whole euros."""

from datetime import date, datetime

import factory
from factory.django import DjangoModelFactory

from juries.enums import College, SensProposition
from juries.models import Deliberation, Jure, Jury, Proposition
from laureats.models import Beneficiaire, Laureat, Versement
from laureats.versement.echeancier import split
from laureats.vote.actions import choix_du_jury, record_vote
from projects.enums import Statut
from projects.models import Dossier, Membre, Passage, Structure
from tests.factories.contrats import ContratFactory
from tests.factories.label import PARIS, EditionFactory, UserFactory

CLOSE_LE = datetime(2027, 9, 24, 18, 0, tzinfo=PARIS)
VOTE_LE = date(2027, 10, 5)
ENREGISTRE_LE = datetime(2027, 10, 6, 10, 0, tzinfo=PARIS)
PUBLIE_LE = datetime(2027, 10, 12, 9, 30, tzinfo=PARIS)


class PorteuseFactory(DjangoModelFactory):
    """A structure with one responsable; `membres=[user, …]` names its people."""

    class Meta:
        model = Structure
        skip_postgeneration_save = True

    nom = factory.Sequence(lambda n: f"Association du quartier {n}")
    rna = factory.Sequence(lambda n: f"W94{n:07}")
    representant_nom = "Awa Traoré"
    representant_fonction = "présidente"
    adresse = "3 rue des Lilas"
    code_postal = "94400"
    ville = "Vitry-sur-Seine"

    @factory.post_generation
    def membres(structure, create, extracted, **kwargs):
        for user in [UserFactory()] if extracted is None else extracted:
            Membre.objects.create(structure=structure, user=user, is_responsable=True, du=date(2020, 1, 1))


class DossierJugeFactory(DjangoModelFactory):
    """A dossier that came to the end of its year; `statut` is inserted as such."""

    class Meta:
        model = Dossier

    edition = factory.SubFactory(EditionFactory)
    structure = factory.SubFactory(PorteuseFactory)
    contrat = factory.SubFactory(ContratFactory)
    created_by = factory.SubFactory(UserFactory)
    statut = Statut.PROPOSE
    numero = factory.Sequence(lambda n: f"LAI-{n:06}")
    titre = factory.Sequence(lambda n: f"Projet {n}")
    resume = "Un résumé à publier."
    montant_demande = 10_000
    date_fin = date(2028, 6, 30)


def jury_clos(edition, closed_at=CLOSE_LE):
    """The jury of the édition with its closed deliberation, made once; returns the deliberation."""
    jury, _ = Jury.objects.get_or_create(edition=edition)
    deliberation, _ = Deliberation.objects.get_or_create(
        jury=jury, defaults={"closed_at": closed_at, "closed_by": UserFactory(), "tenue_le": closed_at}
    )
    return deliberation


def jure(edition, user=None):
    """A member of the jury who accepted."""
    user = user or UserFactory()
    jury, _ = Jury.objects.get_or_create(edition=edition)
    return Jure.objects.create(
        jury=jury, user=user, nom=user.get_full_name(), email=user.email, college=College.ELUS, accepted_at=CLOSE_LE
    )


ATTEND = "Le projet est solide, et l’enveloppe ne suffit pas à tous."


def propose(edition, montant=8_000, dit=None, **fields):
    """A dossier the jury proposes for `montant`; `dit`: the texts of its proposal."""
    dossier = DossierJugeFactory(edition=edition, statut=Statut.PROPOSE, **fields)
    Proposition.objects.create(
        deliberation=jury_clos(edition), dossier=dossier, sens=SensProposition.LAUREAT, montant=montant, **(dit or {})
    )
    return dossier


def reserve(edition, rang=1, montant=5_000, dit=None, **fields):
    """A dossier the jury keeps in reserve at this rank, with its reason; `dit`: the other texts of its proposal."""
    dossier = DossierJugeFactory(edition=edition, statut=Statut.RESERVE, **fields)
    Proposition.objects.create(
        deliberation=jury_clos(edition),
        dossier=dossier,
        sens=SensProposition.RESERVE,
        rang=rang,
        montant=montant,
        **{"motif": ATTEND} | (dit or {}),
    )
    return dossier


def ecarte(edition, motif="Le besoin est déjà couvert.", transition="set_aside", statut=Statut.NON_RETENU, **fields):
    """A dossier refused before the vote: `set_aside` by the jury, `record_absence`, or `refuse_admission`."""
    dossier = DossierJugeFactory(edition=edition, statut=statut, **fields)
    Passage.objects.create(dossier=dossier, transition=transition, vers=statut, at=CLOSE_LE, motif=motif)
    if transition == "set_aside":
        Proposition.objects.create(
            deliberation=jury_clos(edition), dossier=dossier, sens=SensProposition.REFUS, motif=motif
        )
    return dossier


def non_admis(edition, motif="Le projet n’est pas dans un quartier prioritaire.", **fields):
    return ecarte(edition, motif, "refuse_admission", Statut.NON_ADMIS, **fields)


def vote(edition, *, by, decisions=None, **fields):
    """The vote recorded through the real action, as the jury proposed unless `decisions` says otherwise."""
    jury_clos(edition)
    fields = {"organe": "conseil", "date": VOTE_LE, "numero": "2027-118", "at": ENREGISTRE_LE} | fields
    return record_vote(edition, decisions=choix_du_jury(edition) if decisions is None else decisions, by=by, **fields)


class LaureatFactory(DjangoModelFactory):
    """A published laureate with its beneficiary (RNA) and its payments; `beneficiaires=[dict, …]` for others."""

    class Meta:
        model = Laureat
        skip_postgeneration_save = True

    edition = factory.SubFactory(EditionFactory, published_at=PUBLIE_LE)
    dossier = factory.SubFactory(DossierJugeFactory, statut=Statut.LAUREAT, edition=factory.SelfAttribute("..edition"))
    ordre = factory.Sequence(lambda n: n + 1)
    nom = factory.LazyAttribute(lambda laureat: laureat.dossier.structure.nom if laureat.dossier else "Association")
    titre = factory.LazyAttribute(lambda laureat: laureat.dossier.titre if laureat.dossier else "Projet")
    objet = factory.LazyAttribute(lambda laureat: f"Label Actions Innovantes : {laureat.titre}")
    montant = 8_000
    contrat = factory.LazyAttribute(lambda laureat: laureat.dossier.contrat if laureat.dossier else None)
    date_notification = PUBLIE_LE.date()

    class Params:
        passe = factory.Trait(dossier=None, montant=None, objet="", date_notification=None)

    @factory.post_generation
    def beneficiaires(laureat, create, extracted, **kwargs):
        if extracted is None and laureat.dossier is not None:
            structure = laureat.dossier.structure
            extracted = [{"nom": laureat.nom, "siret": structure.siret, "rna": structure.rna}]
        for values in extracted or []:
            Beneficiaire.objects.create(laureat=laureat, **values)

    @factory.post_generation
    def versements(laureat, create, extracted, **kwargs):
        if laureat.montant and laureat.dossier is not None:
            Versement.objects.bulk_create(
                Versement(laureat=laureat, rang=e.rang, libelle=e.libelle, montant=e.montant, prevu_le=e.prevu_le)
                for e in split(laureat.montant, notifie_le=laureat.date_notification)
            )
