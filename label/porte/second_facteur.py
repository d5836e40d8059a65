"""The second factor of who works at the EPT: asked before any page opens, whatever the way in.

Agents (instructeurs, pilotes) and whoever holds the technical administration read everybody's dossiers: a mailbox
taken over must not be enough. Others may have one; django-allauth then asks them for it too.
"""

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse

# The pages where one enters, enrols, answers, leaves. Not those that change the addresses of the account.
OUVERTES = ("login", "code", "lien", "nom", "double-verification", "logout", "inactive", "2fa")
# Where the person was going when the second factor was asked for, in the session.
SUITE = "suite_second_facteur"


def requires_second_factor(user):
    """True for agents and for the technical administration."""
    return user.is_staff or user.is_superuser or user.is_agent


def has_second_factor(user):
    """True when this person has enrolled an application or a key."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def did_second_factor(request):
    """True when this session has been through a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def ask_second_factor(get_response):
    """Middleware. The demonstration, where everybody enters as anybody, does not ask."""

    def middleware(request):
        user = request.user
        if (
            user.is_authenticated
            and not settings.DEMO
            and not request.path.startswith(tuple(f"/compte/{name}/" for name in OUVERTES))
            and not did_second_factor(request)
            and requires_second_factor(user)
        ):
            if request.method == "GET":
                request.session[SUITE] = request.get_full_path()
            return redirect("account_second_factor")
        return get_response(request)

    return middleware


def next_step(request):
    """Where to prove, or make, the second factor: an address."""
    if has_second_factor(request.user):
        return f"{get_adapter().get_reauthentication_methods(request.user)[0]['url']}?next={suite_of(request)}"
    return reverse("account_second_factor")


def suite_of(request):
    """The address the person was going to."""
    return request.session.get(SUITE) or reverse(settings.LOGIN_REDIRECT_URL)


@receiver(authenticator_added)
def record_enrolment(request, user, authenticator, **kwargs):
    """Enrolling has just shown the second factor: it is not asked again in this session."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)


@receiver(authenticator_removed)
def forget_enrolment(request, user, **kwargs):
    """Without any factor left, this session has none either."""
    if not has_second_factor(user):
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in records if one.get("method") != "mfa"]
