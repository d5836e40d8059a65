"""One decorator for every view: sign-in, load, scope, permission.

What a person may not see does not exist for them (404); what they see but may not do is refused (403).
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

# A page that shows its form and receives it.
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


type View = Callable[..., HttpResponseBase]


def access(
    perm: str | None = None,
    *,
    load: type[Model] | None = None,
    by: str = "cle",
    along: Collection[str] = (),
    public: bool = False,
    indexed: bool = False,
) -> Callable[[View], View]:
    """Mark a view with who may call it.

    `public`: no sign-in. `indexed`: a public page that search engines may list (label/robots.py). `load`: a model whose
    `objects.visible_to(user)` is searched by the URL keyword `by`; the view then receives the object, named after the
    model in lower case, in place of that keyword.
    `perm`: a permission of `rules`, asked on the object when there is one. `GET` on a public view may still use
    `load`: the queryset decides what an anonymous visitor sees. `along`: relations read in the same query.

    Raises Http404 when the object is not visible, PermissionDenied when it is but the act is not allowed.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            obj = None
            if load is not None:
                rows = load.objects.visible_to(request.user)
                obj = get_object_or_404(rows.select_related(*along) if along else rows, **{by: kwargs.pop(by)})
                args = (obj, *args)
            if perm is not None and not request.user.has_perm(perm, obj):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        # For the tests that list every door; mypy knows no attribute of a function.
        wrapper.access = {  # type: ignore[attr-defined]
            "perm": perm,
            "load": load,
            "by": by,
            "public": public,
            "indexed": indexed,
        }
        return login_not_required(wrapper) if public else wrapper

    return decorate
