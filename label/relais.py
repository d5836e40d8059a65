"""A question a floor asks without knowing who answers it."""


class Relais:
    """The floors above register, in their `AppConfig.ready`, the functions that answer; called, it asks them all."""

    def __init__(self):
        self._functions = []

    def register(self, function):
        self._functions.append(function)
        return function

    def __call__(self, *args):
        """What each function answers, in the order of the floors."""
        return [function(*args) for function in self._functions]
