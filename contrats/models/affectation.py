"""Who is chef de projet of which contrat, from when to when."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Least

from label.models import Keyed, Tenure, TenureQuerySet


class AffectationQuerySet(TenureQuerySet):
    def visible_to(self, user):
        """Who was where and when is a matter for the pilote; the public sees who is in post, on the contrat."""
        return self if user.is_authenticated and user.is_pilote else self.none()


@pghistory.track()
class Affectation(Keyed, Tenure):
    """A person is chef de projet of a contrat, from one date to another, both included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="affectations", verbose_name="personne"
    )
    contrat = models.ForeignKey(
        "contrats.ContratDeVille", models.PROTECT, related_name="affectations", verbose_name="contrat de ville"
    )

    objects = AffectationQuerySet.as_manager()

    class Meta(Tenure.Meta):
        verbose_name = "affectation"
        ordering = ["contrat__recherche", "-du", "pk"]
        constraints = [
            *Tenure.Meta.constraints,
            # Single values as ranges: equality under GiST without the btree_gist extension.
            ExclusionConstraint(
                name="affectation_sans_chevauchement",
                expressions=[
                    (Func(F("user"), F("user"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("contrat"), F("contrat"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            # Dates out of order are refused by the other constraint: here they must only make a range.
                            Least("du", "au"),
                            "au",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Cette personne est déjà chef de projet de ce contrat à ces dates.",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.contrat}"
