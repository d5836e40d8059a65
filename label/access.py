"""One decorator for every view: sign-in, load, scope, permission.

What a person may not see does not exist for them (404); what they see but may not do is refused (403).
"""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

# A page that shows its form and receives it.
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def access(perm=None, *, load=None, by="cle", along=(), public=False):
    """Mark a view with who may call it.

    `public`: no sign-in. `load`: a model whose `objects.visible_to(user)` is searched by the URL keyword `by`;
    the view then receives the object, named after the model in lower case, in place of that keyword.
    `perm`: a permission of `rules`, asked on the object when there is one. `GET` on a public view may still use
    `load`: the queryset decides what an anonymous visitor sees. `along`: relations read in the same query.

    Raises Http404 when the object is not visible, PermissionDenied when it is but the act is not allowed.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            obj = None
            if load is not None:
                rows = load.objects.visible_to(request.user)
                obj = get_object_or_404(rows.select_related(*along) if along else rows, **{by: kwargs.pop(by)})
                args = (obj, *args)
            if perm is not None and not request.user.has_perm(perm, obj):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        wrapper.access = {"perm": perm, "load": load, "by": by, "public": public}
        return login_not_required(wrapper) if public else wrapper

    return decorate
