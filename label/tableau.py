"""The signed-in dashboard: each app answers «what is expected of me now?» with panels."""

_panels: list[tuple[int, object]] = []


def panel(order):
    """Register a function(request) -> {"template": path, **context}, or None when it has nothing for this person."""

    def decorate(function):
        _panels.append((order, function))
        _panels.sort(key=lambda pair: pair[0])
        return function

    return decorate


def panels_for(request):
    """The panels of this person, in order; each is a dict with its `template`."""
    return [content for _, function in _panels if (content := function(request)) is not None]
