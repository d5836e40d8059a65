"""What every answer says of itself to browsers, caches and robots. Two middlewares."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers, patch_cache_control

from label.robots import NOINDEX, is_indexed

type Answer = Callable[[HttpRequest], HttpResponseBase]

# What no page of ours uses, nor anything it shows.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "gamepad"),
        *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment"),
        *("picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
    )
)


def say(get_response: Answer) -> Answer:
    """What a browser may keep, what it may use, what a robot may list.

    Whoever holds a session is answered for themselves alone: no cache on the way keeps it, and the browser asks again
    before it shows it anew. It may keep the page for «Précédent», with what was typed there; signing out empties that
    (`label.porte.views.sortir`). What must not be found on a disk is `no-store`, said by its view; the pages of the
    account, which are another's, by us.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not is_indexed(request):
            response.headers.setdefault("X-Robots-Tag", NOINDEX)
        if is_of_the_account(request):
            add_never_cache_headers(response)
        elif "Cache-Control" not in response.headers and holds_session(request, response):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


def holds_session(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this answer may be one person's: a session came with the request, or begins."""
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies


def is_of_the_account(request: HttpRequest) -> bool:
    """Codes, keys, addresses: the pages of the door, ours and django-allauth's."""
    return request.path_info.startswith("/compte/")


def keep_messages(get_response: Answer) -> Answer:
    """HEAD shows nothing: what was to be said once is still to be said."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        messages = get_messages(request)
        if request.method == "HEAD" and isinstance(messages, BaseStorage):
            messages.used = False
        return response

    return middleware
