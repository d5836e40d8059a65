"""The door: a code asked for an address, which enters once; nothing here says whether the address has an account."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from label.models.lien import Clos, Lien, Usage
from label.templatetags.label_ui import duree


class CodeConnexionQuerySet(models.QuerySet):
    def usable(self, now=None):
        """Codes that may still be typed."""
        return self.filter(used_at=None, expire_at__gt=now or timezone.now(), essais__lt=CodeConnexion.ESSAIS)


class CodeConnexion(Lien):
    """Six digits sent to an address, kept as a keyed digest; a link beside them when something waits for the answer.

    The code is typed in the browser that asked for it; the link, long enough to be guessed by nobody, opens anywhere.
    """

    ESSAIS = 5
    LIEN = Usage(
        "entree",
        "account_link",
        servi="used_at",
        mots={
            Clos.SERVI: "Il a déjà servi, ou le code reçu avec lui.",
            Clos.PERIME: f"Plus de {duree(settings.GARDE_SANS_ADRESSE)} ont passé.",
        },
        que_faire="Entrez avec votre adresse\u00a0: ce qui attend encore s’y trouve.",
        nominatif=False,
    )

    email = models.EmailField("adresse")
    empreinte = models.CharField(max_length=64)
    essais = models.PositiveSmallIntegerField(default=0)
    suite = models.CharField("où aller ensuite", max_length=500, blank=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    expire_at = models.DateTimeField("valable jusqu’au")
    used_at = models.DateTimeField("servi le", null=True, blank=True)
    lien_expire_at = models.DateTimeField("lien valable jusqu’au", null=True, blank=True)

    objects = CodeConnexionQuerySet.as_manager()

    class Meta:
        verbose_name = "code de connexion"
        verbose_name_plural = "codes de connexion"
        indexes = [models.Index(fields=["created_at"], name="code_age")]
        constraints = [
            models.CheckConstraint(condition=models.Q(expire_at__gt=F("created_at")), name="code_dates_ordonnees"),
            models.CheckConstraint(
                condition=models.Q(jeton_sha256=None, lien_expire_at=None)
                | models.Q(jeton_sha256__isnull=False, lien_expire_at__isnull=False),
                name="code_lien_date",
            ),
        ]
