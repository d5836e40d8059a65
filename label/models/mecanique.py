"""The abstract models every floor builds on: a public key, and a role held for a time."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# No vowel and no look-alike: a key spells no word and is read aloud without doubt.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def generate_cle():
    """A random public key of ten characters (about 47 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class Keyed(models.Model):
    """An object named in URLs by a random key, so that an address tells nothing."""

    cle = models.CharField("clé publique", max_length=10, unique=True, default=generate_cle, editable=False)

    class Meta:
        abstract = True


class TenureQuerySet(models.QuerySet):
    def current(self, on=None):
        """Rows in force on the date `on` (today in Paris by default); both ends included."""
        on = on or timezone.localdate()
        return self.filter(du__lte=on).filter(Q(au__isnull=True) | Q(au__gte=on))


class Tenure(models.Model):
    """A role held for a time: from `du` to `au`, both dates included, `au` empty while it lasts."""

    du = models.DateField("depuis le", default=timezone.localdate)
    au = models.DateField("jusqu’au", null=True, blank=True)

    objects = TenureQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=F("du")),
                name="%(app_label)s_%(class)s_dates_ordonnees",
                violation_error_message="La date de fin doit suivre la date de début.",
            )
        ]


class Battement(models.Model):
    """The last sign of life of a background process, by its name."""

    nom = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField("dernier signe de vie")

    class Meta:
        verbose_name = "battement"
