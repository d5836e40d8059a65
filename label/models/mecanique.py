"""What every floor builds its models on: a public key, a role held for a time, rights read without being rebuilt."""

import secrets
from datetime import date

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property

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


class Prepared:
    """What one person holds on one day, asked at every request: writing such SQL costs Django more than running it,
    so it is written once and only its two parameters change.

    `build(user, jour)`: a queryset of plain columns; it hands both to the database and takes no decision on them.
    """

    # Nobody's, and no day of ours: found again among the parameters of the SQL.
    USER, JOUR = -987_654_321, date(1, 2, 3)

    def __init__(self, build):
        self.build = build

    @cached_property
    def made(self):
        return self.build(self.USER, self.JOUR).query.sql_with_params()

    def _given(self, user):
        sql, params = self.made
        given = {self.USER: user.pk, self.JOUR: timezone.localdate()}
        return sql, [given.get(param, param) for param in params]

    def subquery(self, user):
        """For `filter(pk__in=…)`, on the day it is in Paris."""
        return RawSQL(*self._given(user))

    def rows(self, user):
        """The rows, as tuples, on the day it is in Paris."""
        with connection.cursor() as cursor:
            cursor.execute(*self._given(user))
            return cursor.fetchall()


class Battement(models.Model):
    """The last sign of life of a background process, by its name."""

    nom = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField("dernier signe de vie")

    class Meta:
        verbose_name = "battement"
