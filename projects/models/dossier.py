"""The dossier: one project of one structure in one édition, from the first idea to the result."""

import uuid
from datetime import timedelta

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, GeneratedField, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat, Greatest, Length
from django.utils import timezone

from contrats.models import Affectation, Commune, ContratDeVille, Quartier
from ecriture.models import Written, WrittenQuerySet
from label.minute import minute_of
from label.models import Edition
from label.recherche import Words, by_word
from label.saisie import Entier, Montant, Pourcentage
from label.textes import Texte
from projects.enums import AVANT_DEPOT, CONNUS, REDACTION, SANS_DEPOT, Statut
from projects.lifecycle import guard
from projects.models.lecteurs import CLOSED, VISIBLES, WRITABLES, shared
from projects.models.membre import Membre
from projects.models.passage import Passage
from projects.models.voile import masked, outside

# A draft is at risk in the last days before its deadline.
JOURS_A_RISQUE = 15


def by_numero(path=""):
    """What to order by so that LAI-2027-1000 follows LAI-2027-999; `path` leads to the dossier (`dossier__`)."""
    return Length(f"{path}numero"), F(f"{path}numero")


class DossierQuerySet(WrittenQuerySet):
    def of_chef(self, user, on=None):
        """Dossiers whose lead contrat this person holds as chef de projet (today by default)."""
        contrats = Affectation.objects.current(on).filter(user=user).values("contrat")
        return self.filter(contrat__in=contrats)

    def of_member(self, user):
        """Dossiers of the structures this person belongs to today."""
        return self.filter(structure__in=Membre.objects.current().filter(user=user).values("structure"))

    def shared_with(self, user):
        """Dossiers this person was invited to, and entered."""
        return self.filter(pk__in=shared(user)).exclude(pk__in=CLOSED.subquery(user))

    def visible_to(self, user):
        """Those of its people, as `_visible` says who they are; all of them for the EPT; a déport closes."""
        if not user.is_authenticated:
            return self.none()
        if user.is_agent:
            return self.exclude(pk__in=CLOSED.subquery(user))
        return self.filter(pk__in=VISIBLES.subquery(user))

    def closed_to(self, user):
        """Those a déport takes from this person: no list holds them, each says that it omits some."""
        return self.filter(pk__in=CLOSED.subquery(user)) if user.is_authenticated else self.none()

    def writable_by(self, user):
        """Those this person writes while it is time: the rule `change_dossier` without its question of when."""
        return self.filter(pk__in=WRITABLES.subquery(user)) if user.is_authenticated else self.none()

    def in_edition(self, edition):
        return self.filter(edition=edition)

    def matching(self, text):
        """Dossiers whose number, title, summary or structure hold every word typed (beginnings suffice), accents
        aside; none when nothing typed is a word."""
        asked = by_word(text)
        structures = self.model._meta.get_field("structure").related_model.objects
        # Each by its own index: one condition over both tables would read all the rows of both.
        held = [
            Q(pk__in=self.model.objects.filter(recherche=word).order_by().values("pk"))
            | Q(structure__in=structures.filter(recherche=word).order_by().values("pk"))
            for word in asked
        ]
        return self.filter(*held) if held else self.none()

    def drafts(self):
        """Not deposited yet and still alive."""
        return self.filter(statut__in=AVANT_DEPOT)

    def deposited(self):
        return self.filter(version__rang=1)

    def overdue(self, now):
        """Drafts whose deadline (the édition's or their own extension) has passed, its minute included."""
        minute = minute_of(now)
        return self.drafts().filter(edition__cloture__lt=minute).exclude(prolongations__jusqu_au__gte=minute)

    def with_echeance(self):
        """Each with `echeance`: until when it may be written, its own extension counted (aware datetime)."""
        own = Dossier.objects.filter(pk=OuterRef("pk")).annotate(own=Max("prolongations__jusqu_au")).values("own")
        return self.annotate(echeance=Greatest("edition__cloture", Subquery(own)))

    def at_risk(self, now=None, days=JOURS_A_RISQUE):
        """Drafts still in time whose deadline comes within this many days; wants `with_echeance()`."""
        now = now or timezone.now()
        return self.filter(
            statut__in=REDACTION,
            echeance__gte=minute_of(now),
            echeance__lte=now + timedelta(days=days),
        )

    def read_by(self, user, now=None):
        """Each as this person may know it: `echeance`, `statut_lu`, and its last known move (`bouge_at`, `bouge_par`).

        Results stay secret until publication as `voile` says; a draft whose deadline has passed reads `caduc` whether
        or not the beat has recorded it.
        """
        minute = minute_of(now or timezone.now())
        known = Passage.objects.filter(dossier=OuterRef("pk")).known_to(user).order_by("-at", "-pk")
        late = When(statut__in=AVANT_DEPOT, echeance__lt=minute, then=Value(Statut.CADUC))
        secret = Q(edition__published_at=None) & outside(user)
        return self.with_echeance().annotate(
            statut_lu=Case(late, default=masked("statut", secret), output_field=models.CharField()),
            bouge_at=Subquery(known.values("lu_le")[:1]),
            bouge_par=Subquery(known.values("transition")[:1]),
        )


# Characters of the summary, published as it is.
RESUME_MAX = 300


def _texte(libelle, aide="", signes=None):
    """A long answer; blank while it is a draft, checked at deposit."""
    return Texte(libelle, blank=True, help_text=aide, signes=signes)


def _tracked(model):
    """Texts are written many times a minute: their story is told by `Retouche`, person by person."""
    columns = model._meta.local_concrete_fields
    texts = [one.name for one in columns if one.editable and isinstance(one, models.CharField | models.TextField)]
    moved = pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=[*texts, "updated_at", "recherche"]))
    return pghistory.track(pghistory.InsertEvent(), moved, exclude=["recherche", "ecrit"])(model)


@_tracked
class Dossier(Written):
    """Amounts are whole euros; datetimes aware. `statut` moves through the life cycle only."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="dossiers", verbose_name="édition")
    structure = models.ForeignKey("Structure", models.PROTECT, related_name="dossiers")
    statut = models.CharField(max_length=20, choices=Statut, default=Statut.IDEE, editable=False)
    numero = models.CharField("numéro", max_length=16, blank=True, editable=False)
    contrat = models.ForeignKey(
        ContratDeVille, models.PROTECT, related_name="dossiers", verbose_name="contrat de ville", null=True
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="créé par")
    created_at = models.DateTimeField("créé le", default=timezone.now)
    updated_at = models.DateTimeField("modifié le", default=timezone.now)
    # Sent back: the sections written again (values of `Section`), and until when. They hold while it is `a_completer`.
    sections_rouvertes = models.JSONField("parties rouvertes", default=list, blank=True, editable=False)
    rouvert_jusqu_au = models.DateTimeField("rouvert jusqu’au", null=True, blank=True, editable=False)
    copie_de = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")

    # 2 · Le projet
    titre = models.CharField("titre du projet", max_length=140, blank=True)
    # Longer is kept while it is a draft; the deposit says by how much.
    resume = _texte("résumé", f"En {RESUME_MAX} signes, pour être publié si le projet est lauréat.", RESUME_MAX)
    besoin = _texte(
        "besoin et origine", "À quel besoin du quartier répondez-vous\u202f? Comment l’avez-vous constaté\u202f?"
    )
    innovation = _texte("ce qui est innovant", "Qu’est-ce qui est nouveau ici, pour ce quartier\u202f?")
    objectifs = _texte("objectifs")
    actions = _texte("actions prévues", "Que ferez-vous, concrètement\u202f?")
    partenaires = _texte("partenaires")
    participation = _texte("part prise par les habitants", "Comment les habitants décident-ils et agissent-ils\u202f?")

    # 3 · Territoire et publics
    quartiers = models.ManyToManyField(
        Quartier, related_name="dossiers", blank=True, verbose_name="quartiers prioritaires servis"
    )
    communes = models.ManyToManyField(Commune, related_name="dossiers", blank=True, verbose_name="communes")
    lieux = models.CharField("lieux de l’action", max_length=300, blank=True)
    publics = _texte("à qui s’adresse le projet", "Âges, situations\u202f; jamais d’origine ni de liste de personnes.")
    beneficiaires = Entier("nombre de personnes attendues", null=True, blank=True)
    part_qpv = Pourcentage(
        "part venant des quartiers prioritaires (%)",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100, "Une part va de 0 à 100\u00a0%%.")],
    )

    # 4 · Calendrier et moyens
    date_debut = models.DateField("début de l’action", null=True, blank=True)
    date_fin = models.DateField("fin de l’action", null=True, blank=True)
    etapes = _texte("grandes étapes")
    moyens_humains = _texte("moyens humains")
    moyens_materiels = _texte("moyens matériels")

    # 5 · Budget
    montant_demande = Montant("montant demandé à l’EPT (€)", null=True, blank=True)

    # 6 · Évaluation
    evaluation = _texte("comment saurez-vous que c’est réussi\u202f?")

    recherche = GeneratedField(
        expression=Words(Concat("titre", Value(" "), "numero", Value(" "), "resume", output_field=models.TextField())),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        ordering = ["-updated_at", "pk"]
        triggers = [guard("statut_lifecycle")]
        constraints = [
            models.UniqueConstraint(fields=["numero"], condition=~Q(numero=""), name="dossier_numero_unique"),
            models.CheckConstraint(
                condition=Q(part_qpv__isnull=True) | Q(part_qpv__lte=100),
                name="dossier_part_qpv_pourcentage",
                violation_error_message="La part venant des quartiers est un pourcentage, de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=Q(date_debut__isnull=True) | Q(date_fin__isnull=True) | Q(date_fin__gte=F("date_debut")),
                name="dossier_dates_ordonnees",
                violation_error_message="La fin de l’action doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=Q(statut__in=sorted(AVANT_DEPOT | SANS_DEPOT)) | ~Q(numero=""),
                name="dossier_depose_numerote",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "statut"], include=["id"], name="dossier_statuts"),
            models.Index("edition", Length("numero"), "numero", "statut", name="dossier_file"),
            models.Index(fields=["edition", "-updated_at", "id"], name="dossier_recents"),
            GinIndex(fields=["recherche"], name="dossier_recherche"),
        ]

    def __str__(self):
        return self.titre or "Projet sans titre"

    @property
    def is_rouvert(self):
        """It was sent back, and parts of it are written again until `rouvert_jusqu_au`."""
        return self.statut == Statut.A_COMPLETER and self.rouvert_jusqu_au is not None

    def rouvre(self, section):
        """True while this section is written again because the dossier was sent back."""
        return self.is_rouvert and section in self.sections_rouvertes

    @property
    def is_redaction(self):
        """The text is still being written."""
        return self.statut in REDACTION

    @property
    def statut_connu(self):
        """The statut as known outside the EPT: until publication results read as what came before them."""
        real = Statut(self.statut)
        return real if self.edition.is_published else CONNUS.get(real, real)


class Indicateur(models.Model):
    """What will be measured, and the value aimed at."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="indicateurs")
    cle = models.UUIDField(default=uuid.uuid4, editable=False)
    libelle = models.CharField("indicateur", max_length=160)
    cible = models.CharField("cible", max_length=80)
    ordre = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "indicateur"
        ordering = ["ordre", "pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "cle"], name="indicateur_cle_unique")]
