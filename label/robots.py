"""What search engines may list: the pages whose view says so (`access(indexed=True)`); nothing of a demonstration."""

import re
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

NOINDEX = "noindex, nofollow"


def is_indexed(request: HttpRequest) -> bool:
    """Whether search engines may list the page of this request. No address of ours: no."""
    found = request.resolver_match
    return not settings.DEMO and found is not None and _says(found.func)


def robots_txt() -> str:
    """The text of `/robots.txt` (RFC 9309): what is public may be read, the rest need not be asked for.

    The pages that mails lead to are not forbidden here: a robot that may not read a page never learns that it is not to
    be listed, and the address it was told of, key included, may then be.
    """
    allowed = {route for route, view in _routes(get_resolver()) if _says(view) or hasattr(view, "lien")}
    opened = ["/static/", *sorted(allowed)]
    # The longest line that fits an address decides.
    closed = {
        route
        for route, view in _routes(get_resolver())
        if route not in allowed and any(_fits(line, route) for line in opened)
    }
    lines = [f"Allow: {line}" for line in opened] + [f"Disallow: {line}" for line in [*sorted(closed), "/"]]
    return "\n".join(["User-agent: *", *(["Disallow: /"] if settings.DEMO else lines), ""])


def _says(view: Callable[..., object]) -> bool:
    mark = getattr(view, "access", None)
    return bool(mark and mark["indexed"])


def _fits(line: str, route: str) -> bool:
    """Whether this line of the file takes addresses of this route."""
    pattern = re.escape(line).replace(r"\*", ".*").replace(r"\$", "$")
    return re.match(pattern, route.rstrip("$")) is not None


def _routes(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, Callable[..., object]]]:
    """Every address as a line of the file (`/laureats/*/$`), and its view."""
    for pattern in resolver.url_patterns:
        route = prefix + re.sub(r"<[^>]*>|\(\?P[^)]*\)", "*", str(pattern.pattern).lstrip("^").rstrip("$"))
        if isinstance(pattern, URLPattern):
            yield f"{route}$", pattern.callback
        else:
            yield from _routes(pattern, route)
