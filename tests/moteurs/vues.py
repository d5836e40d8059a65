"""The views to read: each page of each address as the first who sees it, each refused form, accounts, dead ends."""

import contextlib
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone

from juries.models import Seance
from label.models import Edition, User
from label.models.fichier import Analyse
from projects.models import Piece
from tests.factories.label import EditionFactory
from tests.walk import more_pages, people, readers, targets

ROOT = Path(__file__).resolve().parent.parent.parent
# Asked in this order: the first who sees a page shows it.
VIEWERS = ("responsable", "pilote", "chef", "préside", "juré", "instruct", "anonyme")
# These say something else to others too.
ALSO = {
    "label:accueil": ("anonyme",),
    "label:tableau": VIEWERS,
    "projects:dossier_detail": ("chef", "pilote"),
    "projects:dossier_list": ("chef", "pilote"),
    "projects:section_edit": ("instruct",),
    "juries:jury_detail": ("juré",),
    # Who comes in with another address than the one written to is told so.
    "projects:invitation_accept": ("anonyme",),
    "projects:partage_accept": ("anonyme",),
    "juries:invitation_accept": ("anonyme",),
}
# The site in parts, which several processes read at the same time: floors of addresses, and their templates.
PARTIES = {
    "label+contrats+laureats": ("label", "contrats", "laureats"),
    "projects": ("projects", "ecriture"),
    "instruction+juries": ("instruction", "juries"),
}

HTML = (("Content-Type", "text/html; charset=utf-8"),)


@dataclass(frozen=True)
class Vue:
    """A page as it was answered to one person. `nom`: its address, and what distinguishes it; `source`: its HTML."""

    nom: str
    qui: str
    url: str
    headers: tuple
    source: bytes

    def __str__(self):
        return f"{self.nom} ({self.qui}, {self.url})"


def view(nom, qui, url, response):
    """The view an answer is, None when it is no page."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return None
    cookies = "\n".join(cookie.OutputString() for cookie in response.cookies.values())
    headers = (*response.items(), *([("Set-Cookie", cookies)] if cookies else []))
    return Vue(nom, qui, url, headers, response.content)


def pages(world, floors):
    """Each address once, the moments of a dossier, and what others see of them."""
    columns, found, seen = people(world, VIEWERS), [], set()
    for target, key in [
        *[(target, target.address.name) for target in targets(world)],
        *[(target, target.url) for target in more_pages(world)],
    ]:
        name = target.address.name
        if name.partition(":")[0] not in floors or "GET" not in target.address.methods or key in seen:
            continue
        answers = ((who, columns[who].ask("GET", target)) for who in readers("GET", target, VIEWERS))
        first, answer = next(((who, answer) for who, answer in answers if answer.status_code == 200), (None, None))
        if first is None:
            continue
        seen.add(key)
        nom = name if key == name else target.name
        found.append(view(nom, first, target.url, answer))
        for who in ALSO.get(name, ()) if key == name and found[-1] else ():
            if who != first and (other := columns[who].ask("GET", target)).status_code == 200:
                found.append(view(f"{nom} · {who}", who, target.url, other))
    return [vue for vue in found if vue]


def refused_forms(world, floors):
    """What each address answers to an empty form, when it is a page: its errors said."""
    columns, found, seen = people(world, VIEWERS), [], set()
    for target in targets(world):
        name = target.address.name
        if name.partition(":")[0] not in floors or "POST" not in target.address.methods or name in seen:
            continue
        for who in readers("POST", target, VIEWERS):
            answer = columns[who].ask("POST", target, body={})
            if answer.status_code in (200, 409, 422) and (vue := view(f"{name} · refusé", who, target.url, answer)):
                found.append(vue)
                seen.add(name)
                break
    return found


def moments(world, floors, settings):
    """Pages that an address shows at some moments alone, the one that shows them made here."""
    columns, found = people(world, VIEWERS), []
    if "label" in floors:
        settings.DEMO = True
        url = reverse("label:demo_comptes")
        found.append(view("label:demo_comptes", "anonyme", url, columns["anonyme"].get(url)))
        settings.DEMO = False
        for text in ("jardin", "!?", "zzz"):
            url = f"{reverse('label:recherche')}?{urlencode({'q': text})}"
            found.append(view(f"label:recherche · {text}", "pilote", url, columns["pilote"].get(url)))
        settings.CLAMAV_URL = "tcp://127.0.0.1:3310"
        Piece.objects.filter(pk=world.piece.pk).update(analyse=Analyse.EN_ATTENTE)
        url = reverse("projects:piece_download", args=[world.piece.cle])
        found.append(view("projects:piece_download · retenue", "responsable", url, columns["responsable"].get(url)))
    if "projects" in floors:
        url, body = reverse("projects:message_create"), {"sujet": "Date", "texte": "Venez mardi."}
        answer = columns["chef"].post(url, body | {"dossier": [world.brouillon.cle]})
        found.append(view("projects:message_create · aperçu", "chef", url, answer))
        # A visa asked while points are missing; asked, it is answered with a word.
        url = reverse("projects:dossier_visa", args=[world.brouillon.cle])
        found.append(view("projects:dossier_visa · avant", "responsable", url, columns["responsable"].get(url)))
        columns["responsable"].post(url, {"quand_meme": "oui"})
        url = reverse("projects:dossier_transition", args=[world.brouillon.cle, "return_visa"])
        found.append(view("projects:dossier_transition · rendre", "chef", url, columns["chef"].get(url)))
    if "juries" in floors:
        # A president whose ballots are still to give.
        world.audition.bulletins.filter(jure=world.jure["préside"]).update(final_at=None)
        url = reverse("juries:deliberation_edit", args=[world.jury.edition.annee])
        found.append(view("juries:deliberation_edit · attente", "préside", url, columns["préside"].get(url)))
        # A hearing still to come, which its structure may say it cannot attend.
        audition, later = world.audition, timedelta(days=3)
        Seance.objects.filter(pk=world.seance.pk).update(debut=F("debut") + later, fin=F("fin") + later)
        audition.debut, audition.fin = audition.debut + later, audition.fin + later
        audition.announce(timezone.now())
        audition.save()
        url = reverse("juries:venue_decline", args=[world.admis.cle])
        found.append(view("juries:venue_decline · à venir", "responsable", url, columns["responsable"].get(url)))
        # The next call has opened, and the results of this one are out.
        now, year = timezone.now(), timezone.localdate().year
        Edition.objects.filter(annee__lte=year).update(published_at=now)
        EditionFactory(annee=year + 1, ouverture=now, cloture=now + timedelta(days=200))
        url = reverse("juries:jury_home")
        found.append(view("juries:jury_home · à créer", "pilote", url, columns["pilote"].get(url)))
    return found


# In the order in which they are met; each as nobody, as someone new, as an agent before and after a second factor.
COMPTES = (
    "account_login",
    "account_confirm_login_code",
    "account_name",
    "account_second_factor",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "account_logout",
)
# Whose empty form is no mistake.
QUI_AGISSENT = {"account_logout", "mfa_generate_recovery_codes", "mfa_deactivate_totp"}


def accounts(world):
    """The pages of accounts and their refused forms, each template once: as the first state that sees it."""
    found, seen = [], set()
    new = User.objects.create_user("awa@monde.example")
    for qui, user, proved, is_recent in (
        ("anonyme", None, True, True),
        ("nouvelle", new, True, True),
        ("pilote", world.personnes["pilote"], False, True),
        ("pilote", world.personnes["pilote"], True, True),
        ("pilote", world.personnes["pilote"], True, False),
        ("responsable", world.personnes["responsable"], True, True),
        ("responsable", world.personnes["responsable"], True, False),
    ):
        client = Client()
        if user:
            client.force_login(user, second_factor=proved)
        else:
            client.post(reverse("account_login"), {"email": "quelquun@monde.example"})
        if user and not is_recent:
            session = client.session
            for method in session["account_authentication_methods"]:
                method["at"] -= 30 * 24 * 3600
            session.save()
        for name in COMPTES:
            for suite, ask in (("", client.get), (" · refusé", client.post)):
                if suite and name in QUI_AGISSENT:
                    continue
                response = ask(reverse(name), follow=True)
                page = response.templates[0].name + suite if response.templates else None
                if page and page not in seen and response.status_code in (200, 409, 422):
                    found.append(view(page, qui, response.request["PATH_INFO"], response))
                    seen.add(page)
    return [vue for vue in found if vue]


def dead_ends():
    """The pages of refusals, as people signed out and in read them, and the page of a failure."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    found = []
    for name in ("400", "403", "403_csrf", "404", "429", "500"):
        source = render_to_string(f"{name}.html", {}, request).encode()
        found.append(Vue(f"{name}.html", "anonyme", f"/{name}.html", HTML, source))
    return found


def mails():
    """One mail as it is read: all of them are this page around their text."""
    texte = "Bonjour,\n\nVotre dossier est déposé :\nhttps://label.example/dossiers/\n\nL’équipe du label\n"
    page = render_to_string("courriels/base.html", {"sujet": "Dossier déposé", "texte": texte, "demo": True})
    return [Vue("courriel", "anonyme", "/courriel.html", HTML, page.encode())]


@contextlib.contextmanager
def templates_seen():
    """The set of our templates rendered meanwhile, by their names."""
    seen = set()

    def note(sender, template, **others):
        seen.add(template.name)

    template_rendered.connect(note)
    try:
        yield seen
    finally:
        template_rendered.disconnect(note)


def templates_of(folders):
    """The names of our templates that are a whole page, in these folders; "" is the root.

    One that others extend is a frame: theirs are the pages.
    """
    root = ROOT / "templates"
    parents = {path: re.findall(r'{% extends "([^"]+)" %}', path.read_text()) for path in root.rglob("*.html")}
    frames = {name for names in parents.values() for name in names}
    names = {path.relative_to(root) for path, extended in parents.items() if extended}
    of = {name for name in names if (name.parts[0] if len(name.parts) > 1 else "") in folders}
    return {str(name) for name in of} - frames


def show(page, vue):
    """Open a view in a browser: its own address, with the answer already given (a refusal as any other page)."""
    page.route(
        lambda address: address.partition("?")[0].endswith(vue.url.partition("?")[0]),
        lambda route: route.fulfill(headers=dict(vue.headers), body=vue.source),
        times=1,
    )
    page.goto(vue.url)
