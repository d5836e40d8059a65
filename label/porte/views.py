"""The door: an address, a code, a name once; the link of a mail; the second factor of agents."""

from allauth.account import views as allauth
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from label.access import GET_POST, access
from label.liens.page import opened_by
from label.limites import TropVite
from label.models import CodeConnexion
from label.origine import client_of
from label.porte.actions import Perime, find_person, name_person, person_of, take_link, try_code
from label.porte.demande import SESSION, send_code
from label.porte.forms import AdresseForm, CodeForm, NomForm
from label.porte.navigateur import known_browser, remember_browser
from label.porte.second_facteur import did_second_factor, has_second_factor, next_step, requires_second_factor, suite_of

SUITE_MAX = 500


def _suite(request):
    """The address of ours to go to afterwards, or ""."""
    suite = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(suite, {request.get_host()}, require_https=request.is_secure())
    # A path from the root: anything else is read against the page, or as the name of a view.
    ours = ours and suite.startswith("/") and not suite.startswith("/compte/")
    return suite if ours and len(suite) <= SUITE_MAX else ""


@never_cache
@GET_POST
@access(public=True)
def entrer(request):
    suite = _suite(request)
    if request.user.is_authenticated:
        return redirect(suite or settings.LOGIN_REDIRECT_URL)
    kept = request.session.get(SESSION, {}).get("email", "")
    form = AdresseForm(request.POST or None, initial={"email": kept})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            send_code(request, form.cleaned_data["email"], suite=suite)
        except TropVite as error:
            form.add_error(None, error.messages)
            status = 429
        else:
            return redirect("account_confirm_login_code")
    return render(request, "account/login.html", {"form": form, "suite": suite}, status=status)


@never_cache
@GET_POST
@access(public=True)
def saisir_code(request):
    asked = request.session.get(SESSION)
    if request.user.is_authenticated or not asked or "code" not in asked:
        return redirect("account_login")
    form, status = CodeForm(request.POST if "code" in request.POST else None), 200
    if request.method == "POST":
        try:
            if request.POST.get("action") == "resend":
                send_code(request, asked["email"], suite=asked["suite"], lien=asked["lien"])
                messages.success(request, "Un autre code est parti. Le précédent ne sert plus.")
                return redirect("account_confirm_login_code")
            if form.is_valid() and (response := _typed(request, form, asked)):
                return response
        except TropVite as error:
            # Without a field when another code was asked for.
            form = form if form.is_bound else CodeForm({"code": ""})
            form.errors.clear()
            form.add_error(None, error.messages)
            status = 429
    return render(request, "account/code.html", {"form": form, "email": asked["email"]}, status=status)


def _typed(request, form, asked):
    """Answer to a code typed: inside, back to the door, or None when it may be typed again. Raises TropVite."""
    navigateur = known_browser(request, find_person(asked["email"]))
    try:
        row = try_code(asked["code"], form.cleaned_data["code"], client=client_of(request), navigateur=navigateur)
    except Perime:
        request.session[SESSION] = {"email": asked["email"]}
        messages.warning(
            request,
            "Ce code ne sert plus : il est trop ancien, a déjà servi, lui ou son lien, ou a été trop essayé. "
            "Demandez-en un autre.",
        )
        suite = urlencode({"next": asked["suite"]}) if asked["suite"] else ""
        return redirect(f"{resolve_url('account_login')}{'?' if suite else ''}{suite}")
    if row is None:
        form.add_error("code", "Ce n’est pas le code que nous avons envoyé. Regardez le plus récent.")
        return None
    return enter(request, row)


def enter(request, row):
    """Let in whoever has just shown this code or its link; the second factor comes next for who has one."""
    request.session.pop(SESSION, None)
    user = person_of(row.email)
    suite = row.suite or resolve_url(settings.LOGIN_REDIRECT_URL)
    if not (user.prenom and user.nom):
        suite = f"{resolve_url('account_name')}?{urlencode({'next': suite})}"
    record_authentication(request, user, method="code", email=row.email)
    response = perform_login(request, Login(user=user, email=row.email, redirect_url=suite))
    remember_browser(request, response, user)
    return response


@opened_by(CodeConnexion)
def lien(request, code):
    """The link of a mail: it shows a button, and nothing else is done before the click."""
    signed_in = request.user.is_authenticated
    other = signed_in and find_person(code.email) != request.user
    if request.method == "POST" and not other:
        if not take_link(code):
            return redirect(request.path)
        return redirect(code.suite or settings.LOGIN_REDIRECT_URL) if signed_in else enter(request, code)
    return render(request, "account/lien.html", {"lien": code, "autre": other})


@never_cache
@GET_POST
@access()
def nom(request):
    """A name to be called by, asked once, after the first entry."""
    suite = _suite(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    user = request.user
    if user.prenom and user.nom:
        return redirect(suite)
    form = NomForm(request.POST or None, initial={"prenom": user.prenom, "nom": user.nom})
    if request.method == "POST" and form.is_valid():
        name_person(user, **form.cleaned_data)
        return redirect(suite)
    return render(request, "account/nom.html", {"form": form, "suite": suite})


@never_cache
@require_safe
@access()
def second_facteur(request):
    """Where an agent is led before any page opens: to enrol, or to show what was enrolled."""
    if not requires_second_factor(request.user) or did_second_factor(request):
        return redirect(suite_of(request))
    if has_second_factor(request.user):
        return redirect(next_step(request))
    return render(request, "account/second_facteur.html")


@access(public=True)
def sortir(request):
    """The page of django-allauth, which asks first. Once out, «Précédent» finds nothing: it empties what was kept."""
    response = allauth.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
@access(public=True)
def ancienne_adresse(request, vers):
    """Addresses of before: one door now."""
    suite = _suite(request)
    return redirect(resolve_url(vers) + (f"?{urlencode({'next': suite})}" if suite else ""))
