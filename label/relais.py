"""A question a floor asks without knowing who answers it."""

from collections.abc import Callable
from typing import Any


class Relais:
    """The floors above register, in their `AppConfig.ready`, the functions that answer; called, it asks them all."""

    def __init__(self) -> None:
        self._functions: list[Callable[..., Any]] = []

    def register(self, function: Callable[..., Any]) -> Callable[..., Any]:
        self._functions.append(function)
        return function

    def forget(self, function: Callable[..., Any]) -> None:
        """Ask this one no more."""
        self._functions.remove(function)

    def __call__(self, *args: Any) -> list[Any]:
        """What each function answers, in the order of the floors."""
        return [function(*args) for function in self._functions]
