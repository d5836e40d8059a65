"""Give a kept file to a browser, whole or in part: what `FileResponse` does, and byte ranges (RFC 9110, section 14).

A reader shows the first page of a document before the rest has come; a telephone goes on with a download cut halfway.
"""

import re
from collections.abc import Iterable, Mapping
from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from label.fichiers.formats import AFFICHABLES
from label.models import FichierJoint

# One range only. Several at once are answered by the whole file, which the standard allows.
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
BLOC = 64 * 1024


class Hors(Exception):
    """No byte of the file stands in the range asked for."""


class Part:
    """`length` bytes of an open binary file from its present position."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left = file, length

    def read(self, size: int) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


class EnvoiDeFichier(FileResponse):
    block_size = BLOC


def asked_range(header: str, size: int) -> tuple[int, int] | None:
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


def serve_file(
    request: HttpRequest,
    file: FieldFile,
    *,
    nom: str,
    type_mime: str,
    etag: str,
    inline: bool = False,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
) -> HttpResponseBase:
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
    part: tuple[int, int] | None = None
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
        return EnvoiDeFichier(opened, headers=common, **kind)
    first, last = part
    opened.seek(first)
    length = last - first + 1
    common |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(length)}
    return EnvoiDeFichier(Part(opened, length), status=206, headers=common, **kind)


def serve_joined(request: HttpRequest, joint: FichierJoint, *, inline: bool = False) -> HttpResponseBase:
    """The response that gives a joined file. Nothing in it may act: its type is ours, and it runs in a sandbox.

    A file the antivirus holds back is given to nobody: a page says why (403). Raises Http404 when it is lost.
    """
    if joint.is_retenue:
        return render(request, "label/fichiers/retenu.html", {"fichier": joint}, status=403)
    inline = inline and joint.type_mime in AFFICHABLES
    policy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    # The PDF viewer of a browser does not open in a sandbox; a PDF has no access to the page's origin anyway.
    if not (inline and joint.type_mime == "application/pdf"):
        policy += "; sandbox"
    try:
        return serve_file(
            request,
            joint.fichier,
            nom=joint.nom,
            type_mime=joint.type_mime,
            etag=joint.sha256,
            inline=inline,
            headers={"Content-Security-Policy": policy, "Cache-Control": "private, no-store"},
        )
    except FileNotFoundError as error:
        raise Http404 from error


def serve_thumbnail(request: HttpRequest, joint: FichierJoint) -> HttpResponseBase:
    """The response that gives the thumbnail of a joined image, held back as the image is. Raises Http404."""
    if not joint.miniature or joint.is_retenue:
        raise Http404
    try:
        return serve_file(
            request,
            joint.miniature,
            nom="miniature.jpg",
            type_mime="image/jpeg",
            etag=f"{joint.sha256}-miniature",
            inline=True,
            headers={
                "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
                "Cache-Control": "private, no-cache",
            },
        )
    except FileNotFoundError as error:
        raise Http404 from error
