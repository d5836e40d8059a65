"""What is known of a statut outside the EPT before publication, in SQL; `projects.dossier.connu` says it in Python.

Both read one table, `CONNUS`.
"""

from django.apps import apps
from django.db.models import Case, CharField, F, Q, Value, When

from projects.enums import CONNUS
from projects.models.membre import Membre


def masked(column, where):
    """The statut in `column`, read through `CONNUS` on the rows the condition `where` holds for."""
    whens = [When(where, **{column: secret}, then=Value(known.value)) for secret, known in CONNUS.items()]
    return Case(*whens, default=F(column), output_field=CharField())


def outside(user, dossier=""):
    """A condition: this person knows no more of the dossier than what is told outside the EPT.

    All do but its staff, and the staff does for the dossiers of its own structures and for those it is recused from.
    `dossier`: the way to it («dossier__»), empty when the rows are dossiers.
    """
    if not user.is_agent:
        return Q(**{f"{dossier}pk__isnull": False})
    own = Membre.objects.current().filter(user=user).order_by().values("structure")
    recused = apps.get_model("projects", "Deport").objects.current().filter(user=user).order_by().values("dossier")
    return Q(**{f"{dossier}structure__in": own}) | Q(**{f"{dossier}pk__in": recused})
