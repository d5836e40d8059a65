"""The time given to complete what was deposited: what suspends the delay of the EPT (`projects.silence`)."""

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from label.models import kept
from projects.enums import Statut
from projects.models.passage import Passage


class DelaiImparti(models.Model):
    """From `du` to `jusqu_au` to complete the dossier, as it was told; more time is another row. Never altered.

    It is over before when the dossier leaves `a_completer`: its journal says when.
    """

    dossier = models.ForeignKey("Dossier", models.PROTECT, related_name="delais")
    du = models.DateTimeField("imparti le")
    jusqu_au = models.DateTimeField("jusqu’au")

    class Meta:
        verbose_name = "délai imparti"
        verbose_name_plural = "délais impartis"
        ordering = ["du", "pk"]
        indexes = [models.Index(fields=["dossier", "du"], name="delai_imparti_journal")]
        constraints = [
            models.CheckConstraint(
                condition=Q(jusqu_au__gt=F("du")),
                name="delai_imparti_a_venir",
                violation_error_message="Le délai imparti doit finir après avoir commencé.",
            )
        ]
        triggers = [
            kept("delai_imparti_reste"),
            pgtrigger.Protect(name="delai_imparti_fige", operation=pgtrigger.Update),
        ]


def suspensions_of(dossier):
    """The time given to complete one dossier, as an expression: a list of {du, jusqu_au, fin} in ISO 8601.

    `dossier`: the path of its key in the outer query.
    """
    left = Passage.objects.filter(dossier=OuterRef("dossier"), de=Statut.A_COMPLETER, at__gte=OuterRef("du"))
    rows = DelaiImparti.objects.filter(dossier=OuterRef(dossier)).order_by("du", "pk")
    ended = Subquery(left.order_by("at").values("at")[:1])
    return ArraySubquery(rows.values(delai=JSONObject(du="du", jusqu_au="jusqu_au", fin=ended)))
