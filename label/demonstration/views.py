"""The doors of the demonstration, and of it alone."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.demonstration.comptes import COMPTES
from label.models import User


def _demo_only():
    if not settings.DEMO:
        raise Http404


@access(public=True)
@require_safe
def demo_comptes(request):
    _demo_only()
    context = {"comptes": COMPTES, "next": request.GET.get("next", "")}
    return render(request, "label/demonstration/comptes.html", context)


@access(public=True)
@require_POST
def demo_login(request):
    _demo_only()
    email = request.POST.get("email", "")
    if email not in {compte.email for compte in COMPTES}:
        raise Http404
    if not User.objects.exists():
        # The year is being made: the page says so.
        return redirect("label:demo_comptes")
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("label:tableau")
