"""One question of an édition, as its pages ask for it."""

from django.shortcuts import get_object_or_404


def question_of(edition, pk):
    """A question still asked. Raises Http404."""
    return get_object_or_404(edition.questions.filter(retiree_at=None), pk=pk)
