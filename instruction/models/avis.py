"""The opinion of a partner."""

from datetime import datetime, time, timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from instruction.enums import TONS_DE_L_AVIS, SensAvis
from label.models import Clos, Lien, Usage
from label.templatetags.label_ui import de, jour
from label.textes import Texte
from projects.models import Depot, Dossier


class AvisQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True)

    def with_version(self):
        """Each with `version_lue`: the number of the version its author had under the eyes, None while awaited."""
        read = Depot.objects.filter(dossier=models.OuterRef("dossier"), at__lte=models.OuterRef("answered_at"))
        return self.annotate(version_lue=models.Subquery(read.order_by("-rang").values("rang")[:1]))


@pghistory.track(exclude=["graine", "jeton_sha256"])
class Avis(Lien):
    """The opinion of a partner, asked by a mail link and given without an account."""

    DELAI = timedelta(days=15)
    # How long before its date a partner who has not answered is reminded.
    RAPPEL = timedelta(days=3)
    LIEN = Usage(
        "avis",
        "instruction:avis_answer",
        retire="revoked_at",
        servi="answered_at",
        mots={
            Clos.RETIRE: "Cette demande d’avis a été retirée. Merci de votre disponibilité.",
            Clos.SERVI: lambda avis: f"Votre avis a bien été enregistré le {jour(avis.answered_at)}. Merci\u202f!",
            Clos.PERIME: lambda avis: (
                f"Cet avis était attendu jusqu’au {jour(avis.echeance)}\u00a0: le délai est passé."
            ),
        },
        que_faire="Si vous aviez encore quelque chose à dire de ce projet, écrivez à l’EPT.",
        nominatif=False,
        discret=True,
    )

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="avis")
    nom = models.CharField("partenaire", max_length=120)
    organisme = models.CharField(max_length=120, blank=True)
    email = models.EmailField("adresse électronique")
    question = Texte(blank=True)
    echeance = models.DateField("attendu le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    sens = models.CharField("sens de l’avis", max_length=12, choices=SensAvis, blank=True)
    texte = Texte("avis", blank=True)
    answered_at = models.DateTimeField("rendu le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "email"],
                condition=Q(revoked_at__isnull=True),
                name="avis_un_par_partenaire",
                violation_error_message="L’avis de cette personne est déjà demandé sur ce dossier.",
            ),
            models.CheckConstraint(condition=Q(answered_at__isnull=True) | ~Q(sens=""), name="avis_rendu_a_un_sens"),
        ]

    def __str__(self):
        return f"Avis {de(self.nom)}"

    @property
    def lien_expire_at(self):
        """The end, in Paris, of the day it is awaited on."""
        return timezone.make_aware(datetime.combine(self.echeance + timedelta(days=1), time()))

    @property
    def rendu(self):
        """When it was given and on which version, of one read `with_version`."""
        return f"Rendu le {jour(self.answered_at)}, sur la version {self.version_lue}"

    @property
    def ton(self):
        """The tone of an opinion given."""
        return TONS_DE_L_AVIS[self.sens]
