"""Pages leave compressed, but for those that hold what a patient listener could guess from their weight (BREACH)."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTES = ("text/html", "text/plain", "application/json", "text/calendar")


class Compression(GZipMiddleware):
    """Django's, which adds up to a hundred bytes drawn at random, for pages and what their scripts ask for.

    Not for `no-store`: a page that must not be kept holds a secret. The token of forms is no reason: Django masks it
    anew in each page (decision 0037). Nor for files: they are asked for in parts, and most are compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in TEXTES or "no-store" in response.headers.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
