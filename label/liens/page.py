"""The pages a mail link opens: what they all are, and the one that says a link serves no more."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from label.access import GET_POST, View, access
from label.liens.queries import find_lien
from label.models import Lien, User
from label.robots import NOINDEX

INCONNU = "Ce lien n’est pas reconnu\u00a0: il a été coupé en route, ou il est trop ancien."
QUE_FAIRE_INCONNU = (
    "Reprenez le message reçu et ouvrez le lien en entier\u00a0; s’il tient sur deux lignes, recopiez les deux. "
    "Le message le plus récent est le bon."
)
AUTRE_ADRESSE = "Cette invitation a été envoyée à une autre adresse que celle de votre compte."


def opened_by(
    model: type[Lien],
    *along: str,
    hidden: Callable[[HttpRequest, Lien], bool] | None = None,
    encore: Callable[[HttpRequest, Lien], bool] | None = None,
) -> Callable[[View], View]:
    """Mark the view that a link of `model` opens: it receives the object in place of the key (`jeton`).

    The link is all it takes to see the page. Mail scanners open links and robots follow them: GET and HEAD only show,
    POST acts. No cache keeps the page, no search engine lists it, and no request tells the next site, or our own
    logs, the address it comes from. A dead link says why and what to do, never what it opened (410; 404 when it is not
    known). `along`: relations read in the same query. `hidden`: function(request, object), true when this person must
    not even know of it. `encore`: function(request, object), true when this person sees the page even though the link
    is closed: what it opened is already theirs.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, jeton: str) -> HttpResponseBase:
            found = find_lien(model.objects.select_related(*along) if along else model.objects.all(), jeton)
            if found is None or (hidden and hidden(request, found)):
                response = closed_page(request, INCONNU, QUE_FAIRE_INCONNU, status=404)
            elif encore and encore(request, found):
                response = view(request, found)
            elif pourquoi := found.pourquoi_clos():
                response = closed_page(request, pourquoi, found.LIEN.que_faire, status=410)
            elif found.LIEN.nominatif and request.user.is_authenticated and not is_for(found, request.user):
                response = closed_page(request, AUTRE_ADRESSE, "", status=200, autre=True)
            else:
                response = view(request, found)
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = NOINDEX
            # Not `no-referrer`: a form sent from the page would then come from «null», which the CSRF check refuses.
            response["Referrer-Policy"] = "strict-origin"
            return response

        # For the tests that list every link; mypy knows no attribute of a function.
        wrapper.lien = model  # type: ignore[attr-defined]
        return GET_POST(access(public=True)(wrapper))

    return decorate


def is_for(lien: Lien, user: User) -> bool:
    """Whether this link was sent to the address of this person."""
    return user.email.lower() == lien.email.lower()


def closed_page(
    request: HttpRequest, pourquoi: str, que_faire: str, *, status: int, autre: bool = False
) -> HttpResponse:
    """A page that says the link serves no more. `autre`: another account than the one written to is signed in."""
    context = {"pourquoi": pourquoi, "que_faire": que_faire, "autre": autre}
    return render(request, "label/liens/clos.html", context, status=status)
