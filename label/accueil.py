"""The public home: upper floors lend it what they know (the laureates, the figures)."""

_blocs: list = []


def bloc(function):
    """Register a function() -> dict added to the context of the public home."""
    _blocs.append(function)
    return function


def context():
    """The context lent by every floor, merged."""
    merged = {}
    for function in _blocs:
        merged |= function()
    return merged
