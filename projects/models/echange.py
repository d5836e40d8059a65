"""A plain message kept with its dossier, between the structure, the chef de projet and the EPT."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contrats.models import Affectation
from label.models.conservation import kept
from label.textes import LongueurMax
from projects.enums import Cercle, Droit
from projects.models.deport import Deport
from projects.models.dossier import Dossier
from projects.models.membre import Membre
from projects.models.partage import Partage

# Characters of one message: two pages.
ECHANGE_MAX = 5000


class EchangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the circles this person belongs to today, and their own; `echange.cercles` says who belongs.

        Who is recused from a dossier reads what the structure reads if it is theirs, and nothing else.
        """
        if not user.is_authenticated:
            return self.none()
        own = Membre.objects.current().filter(user=user).order_by().values("structure")
        recused = Deport.objects.current().filter(user=user).order_by().values("dossier")
        apart = Q(dossier__structure__in=own) | Q(dossier__in=recused)
        inside = Q(dossier__structure__in=own)
        contrats = Affectation.objects.current().filter(user=user).order_by().values("contrat")
        as_chef = Q(dossier__contrat__in=contrats) & ~Q(dossier__in=recused)
        if not user.is_agent:
            written = Partage.objects.current().filter(user=user, droit=Droit.ECRITURE).order_by().values("dossier")
            inside |= Q(dossier__in=written) & ~as_chef
        mine = inside & _between(Cercle.STRUCTURE)
        mine |= as_chef & ~apart & _between(Cercle.CHEFS)
        mine |= Q(by=user, dossier__in=Dossier.objects.visible_to(user).order_by().values("pk")) & ~Q(
            dossier__in=recused
        )
        if user.is_agent:
            mine |= ~apart & ~as_chef & _between(Cercle.SERVICE)
        return self.filter(mine)


def _between(cercle):
    """From this circle, or to it."""
    return Q(de=cercle) | Q(vers__contains=[cercle])


class Echange(models.Model):
    """One message, from a circle (`de`) to one or two others (`vers`). Never changed, and kept with its dossier.

    `envoi` is made by the page that asks for it, `empreinte` is a digest of what it says and to whom: sent twice by a
    double click or from a page gone back to, it is written once; written otherwise, it is another message.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="echanges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    de = models.CharField("de", max_length=10, choices=Cercle)
    vers = ArrayField(models.CharField(max_length=10, choices=Cercle), verbose_name="à qui", size=2)
    texte = models.TextField("votre message", validators=[LongueurMax(ECHANGE_MAX)])
    envoi = models.UUIDField(default=uuid.uuid4, editable=False)
    empreinte = models.CharField(max_length=64, editable=False)

    objects = EchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "message d’un dossier"
        verbose_name_plural = "messages d’un dossier"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "envoi", "empreinte"], name="echange_une_fois"),
            models.CheckConstraint(condition=~Q(vers=[]) & ~Q(texte=""), name="echange_dit_a_quelqu_un"),
        ]
        indexes = [models.Index(fields=["dossier", "at"], name="echange_fil")]
        triggers = [
            kept("echange_reste"),
            pgtrigger.Protect(name="echange_immuable", operation=pgtrigger.Update),
        ]

    def __str__(self):
        return self.texte[:60]
