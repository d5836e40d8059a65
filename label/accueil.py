"""The public home: upper floors lend it what they know (the laureates, the figures)."""

from collections.abc import Callable
from typing import Any

_blocs: list[Callable[[], dict[str, Any]]] = []


def bloc(function: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Register a function() -> dict added to the context of the public home."""
    _blocs.append(function)
    return function


def context() -> dict[str, Any]:
    """The context lent by every floor, merged."""
    merged: dict[str, Any] = {}
    for function in _blocs:
        merged |= function()
    return merged
