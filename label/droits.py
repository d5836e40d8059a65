"""Who acts: what an action asks of `by` before it does anything.

An action that takes `by` checks that person, by a permission of `rules`, by being the very person it is about, or by
handing `by` to what checks it (a transition, another action). One that only writes down who did it takes `auteur`.
"""

from typing import Any

from django.core.exceptions import PermissionDenied


def ensure_may(by: Any, perm: str, obj: Any = None) -> None:
    """Raise PermissionDenied unless `by` holds this permission on `obj`; nobody (None) holds none."""
    if by is None or not by.has_perm(perm, obj):
        raise PermissionDenied


def ensure_signed_in(by: Any) -> None:
    """Raise PermissionDenied to whoever is nobody yet: what is asked of the person comes after."""
    if by is None or not by.is_authenticated:
        raise PermissionDenied


def ensure_self(by: Any, user_pk: int) -> None:
    """Raise PermissionDenied unless `by` is the person of this primary key: nobody does it in their place."""
    if by is None or user_pk is None or by.pk != user_pk:
        raise PermissionDenied
