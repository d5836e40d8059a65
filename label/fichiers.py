"""Give a kept file to a browser, whole or in part: what `FileResponse` does, and byte ranges (RFC 9110, section 14).

A reader shows the first page of a document before the rest has come; a telephone goes on with a download cut halfway.
"""

import re

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

# One range only. Several at once are answered by the whole file, which the standard allows.
RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
BLOC = 64 * 1024


class Hors(Exception):
    """No byte of the file stands in the range asked for."""


class Part:
    """`length` bytes of an open binary file from its present position."""

    def __init__(self, file, length):
        self.file, self.left = file, length

    def read(self, size):
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self):
        self.file.close()


class Envoi(FileResponse):
    block_size = BLOC


def asked_range(header, size):
    """The range of a `Range` header as (first, last), both bytes included; None when the whole file is to be sent.

    Raises Hors when the file (of `size` bytes) has nothing in it.
    """
    found = RANGE.fullmatch(header.strip().lower())
    if not found or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        if not int(last) or not size:
            raise Hors
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Hors
    return int(first), min(int(last or size - 1), size - 1)


def serve_file(request, file, *, nom, type_mime, etag, inline=False, headers=()):
    """The response that sends a `FieldFile`, whole (200), in part (206), or not (304, 412, 416).

    `etag`: what identifies these very bytes, without quotes. Nothing in the name can leave the header.
    Raises FileNotFoundError when the storage has lost the file.
    """
    size = file.size
    common = {
        "ETag": f'"{etag}"',
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        **dict(headers),
    }
    early = get_conditional_response(request, etag=common["ETag"])
    if early is not None:
        early.headers["ETag"], early.headers["Accept-Ranges"] = common["ETag"], common["Accept-Ranges"]
        return early
    part = None
    header = request.headers.get("Range")
    if header and request.method == "GET" and request.headers.get("If-Range", common["ETag"]) == common["ETag"]:
        try:
            part = asked_range(header, size)
        except Hors:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    if request.method == "HEAD":
        common |= {"Content-Length": str(size), "Content-Disposition": content_disposition_header(not inline, nom)}
        return HttpResponse(content_type=type_mime, headers=common)
    opened = file.open("rb")
    kind = {"content_type": type_mime, "as_attachment": not inline, "filename": nom}
    if part is None:
        return Envoi(opened, headers=common, **kind)
    first, last = part
    opened.seek(first)
    length = last - first + 1
    common |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    return Envoi(Part(opened, length), status=206, headers=common, **kind)
