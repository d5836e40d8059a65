"""Each field of a thing on its own: its version, the story of its texts, what two people wrote in the same words."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ecriture.declaration import declaration_of
from ecriture.enums import ChoixDivergence, SorteRetouche
from ecriture.models.ecrit import Ecrit
from label.models import kept

# Done here rather than in the action: two statements less for each save of each field.
_ECRIT = """
    UPDATE ecriture_ecrit SET revision = NEW.revision, at = NEW.at
    WHERE id = NEW.ecrit_id AND revision < NEW.revision;
    INSERT INTO ecriture_redaction (ecrit_id, section, version, by_id, at)
    VALUES (NEW.ecrit_id, NEW.section, 1, NEW.by_id, NEW.at)
    ON CONFLICT (ecrit_id, section)
    DO UPDATE SET version = ecriture_redaction.version + 1, by_id = NEW.by_id, at = NEW.at;
    RETURN NULL;
"""


class Champ(models.Model):
    """One field somebody wrote in. `nom`: one of those its declaration knows, a column or a row (`<family>.<key>`).

    `revision` is the thing's when this field was last written: who polls asks what came after his own.
    `ecrans`: the last write received from each open page, {écran: [sequence, version, valeur]}, so that a write
    received twice or late is known.
    """

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="champs")
    section = models.CharField(max_length=20)
    nom = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=0)
    revision = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ecrans = models.JSONField(default=dict)
    retouche = models.ForeignKey("Retouche", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "champ"
        constraints = [models.UniqueConstraint(fields=["ecrit", "nom"], name="champ_unique")]
        indexes = [models.Index(fields=["ecrit", "revision"], name="champ_recents")]
        triggers = [
            pgtrigger.Trigger(
                name="champ_ne",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Q(new__revision__gt=0),
                func=_ECRIT,
            ),
            pgtrigger.Trigger(
                name="champ_ecrit",
                operation=pgtrigger.UpdateOf("revision"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(new__revision__df=pgtrigger.F("old__revision")),
                func=_ECRIT,
            ),
        ]

    def __str__(self):
        return self.nom


class Retouche(models.Model):
    """What one person did to one field in one sitting: `avant` → `apres`, JSON values as the screen sends them.

    Only its own author lengthens it, while the sitting lasts; nobody changes or removes it afterwards. `perte`: the
    characters taken away since it began, few (`ecriture.perte`).
    """

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="retouches")
    section = models.CharField(max_length=20)
    nom = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    debut = models.DateTimeField()
    fin = models.DateTimeField()
    sorte = models.CharField(max_length=12, choices=SorteRetouche, default=SorteRetouche.FRAPPE)
    avant = models.JSONField(null=True)
    apres = models.JSONField(null=True)
    version = models.PositiveIntegerField()
    perte = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "retouche"
        ordering = ["fin", "pk"]
        indexes = [models.Index(fields=["ecrit", "section", "fin"], name="retouche_histoire")]
        triggers = [
            kept("retouche_reste"),
            pgtrigger.Trigger(
                name="retouche_close",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__by__df=pgtrigger.F("new__by"))
                | pgtrigger.Q(old__avant__df=pgtrigger.F("new__avant"))
                | pgtrigger.Q(old__debut__df=pgtrigger.F("new__debut"))
                | ~pgtrigger.Q(old__sorte=SorteRetouche.FRAPPE),
                func="RAISE EXCEPTION 'Une retouche close ne change plus.';",
            ),
        ]

    def __str__(self):
        return f"{self.nom} v{self.version}"


class DivergenceQuerySet(models.QuerySet):
    def waiting(self, objet, section):
        """Those of a section that wait for a choice, wherever the same fields are shown."""
        return self.filter(declaration_of(objet).same_fields(objet, section), section=section, resolved_at=None)


class Divergence(models.Model):
    """The same words changed by two people: `sien` stands in the field, `mien` (of `by`) waits for a choice.

    Both are whole values as the screen sends them, so that nothing of either is lost; both stand in the history.
    """

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="divergences")
    section = models.CharField(max_length=20)
    nom = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    autre = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    sien = models.JSONField(null=True)
    mien = models.JSONField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    choix = models.CharField(max_length=8, choices=ChoixDivergence, blank=True)

    objects = DivergenceQuerySet.as_manager()

    class Meta:
        verbose_name = "divergence"
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["ecrit", "nom"], condition=Q(resolved_at=None), name="divergence_ouverte"),
        ]


class Redaction(models.Model):
    """The version of one section: a save against an older one is refused, with what happened meanwhile."""

    ecrit = models.ForeignKey(Ecrit, models.CASCADE, related_name="redactions")
    section = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "rédaction"
        constraints = [models.UniqueConstraint(fields=["ecrit", "section"], name="redaction_unique")]
