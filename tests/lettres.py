"""Mails as their recipients read them."""

from label.liens.courriel import complete


def lue(courriel):
    """The text of this mail as it leaves, the key of its link in place."""
    return complete(courriel.texte, courriel.objet)
