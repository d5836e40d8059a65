"""What helps to write of a dossier what its structure will be told."""

from django.db.models import Prefetch

from juries.models import Bulletin


def commented(auditions, user):
    """These auditions, each with `commentaires`: the ballots that count and say something, as this person may read
    them. One query more."""
    said = Bulletin.objects.visible_to(user).counted().exclude(commentaire="").select_related("jure").order_by("pk")
    return auditions.prefetch_related(Prefetch("bulletins", said, to_attr="commentaires"))
