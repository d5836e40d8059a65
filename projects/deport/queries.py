"""What a déport leaves to be said: a list that omits a dossier says so, an act on a whole édition is refused."""

from django.core.exceptions import PermissionDenied

from label.enums import Role
from label.models import Habilitation, User
from label.recherche import par_nom
from projects.models import Deport, Dossier, recused_of

SEUL = "Un dossier n’est pas montré\u00a0: vous vous en êtes déporté."
PLUSIEURS = "{} dossiers ne sont pas montrés\u00a0: vous vous en êtes déporté."


def omission(user, edition=None, structure=None):
    """The sentence a list of dossiers carries for this person, of one édition, one structure, or all; "" when whole.

    It counts the déports, whatever the filters of the list: which of them it would have matched is not told.
    """
    held = recused_of(user)
    if edition is not None:
        held = [pk for pk, of in held.items() if of == edition.pk]
    if not held:
        return ""
    closed = Dossier.objects.closed_to(user).filter(pk__in=held)
    nombre = (closed.filter(structure=structure) if structure else closed).count()
    return (SEUL if nombre == 1 else PLUSIEURS.format(nombre)) if nombre else ""


def others(edition, role=Role.PILOTE):
    """The names of those who hold `role` today and are recused from nothing in this édition, as a list of str."""
    held = Habilitation.objects.holding(role)
    recused = Deport.objects.current().filter(dossier__edition=edition).values("user")
    people = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(pk__in=recused)
    return [user.get_full_name() for user in people.order_by(*par_nom(), "pk")]


def refusal(user, edition):
    """Why no act on the whole of this édition is this person's, and who may do it; "" when nothing stands against.

    Read from the database, not from what the request knows already: a page opened before the déport does not act.
    """
    if not user.is_authenticated or not Deport.objects.current().filter(user=user, dossier__edition=edition):
        return ""
    who = others(edition)
    names = f"{', '.join(who[:-1])} ou {who[-1]}" if len(who) > 1 else "".join(who)
    then = (
        f"{names} peut le faire."
        if who
        else "Aucun autre pilote ne le peut aujourd’hui\u00a0: demandez à l’EPT d’habiliter une personne sans lien."
    )
    return (
        "Vous vous êtes déporté d’un dossier de cette édition\u00a0: ce qui porte sur l’édition entière, où ce dossier "
        f"a sa place, ne vous revient pas. {then}"
    )


def ensure_not_recused(user, edition):
    """Raise PermissionDenied, with who may act instead, when a déport of this person stands in the édition."""
    if sentence := refusal(user, edition):
        raise PermissionDenied(sentence)
