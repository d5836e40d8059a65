"""The link in the mail that carries it: written in the outbox without its key, completed as the message leaves.

What waits, fails, is shown to the pilote or is saved with the database therefore holds no link that opens anything.
"""

from django.db.models import Model
from django.urls import reverse

from label.models import Courriel, Lien

# Where the key goes. No key is made of these signs alone, nor has this length.
PLACE = "lien-personnel"


def link_to_come(obj: Model) -> str:
    """The path of this object's link, without its key; "" for an object that has none."""
    return reverse(obj.LIEN.vue, args=[PLACE]) if isinstance(obj, Lien) else ""


def path_of(obj: Lien) -> str:
    """The path of this object's link, key included. The link is made anew when its key is no longer known.

    It is no longer known when `SECRET_KEY` was replaced without keeping the former one: every link was then cut.
    """
    if not obj.jeton:
        obj.save(update_fields=obj.draw_link())
    return reverse(obj.LIEN.vue, args=[obj.jeton])


def complete(words: str, obj: Model) -> str:
    """`words` of a mail about `obj`, the key in its place."""
    place = link_to_come(obj)
    return words.replace(place, path_of(obj)) if place and place in words else words


def is_to_complete(courriel: Courriel) -> bool:
    """Whether this mail waits for a key."""
    return PLACE in courriel.texte
