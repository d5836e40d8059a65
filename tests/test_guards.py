"""The rules that hold during every test do catch what they are there for."""

import socket
import warnings

import pytest
from django.core.mail import send_mail
from django.http import HttpResponse
from django.template import Context, engines
from django.test import RequestFactory
from pytest_socket import SocketConnectBlockedError

from label.models import Battement
from tests.conftest import ROOT
from tests.guards import UnknownVariable, WroteOnGet, get_never_writes


def write(request):
    Battement.objects.update_or_create(nom="essai", defaults={"at": "2027-01-01T00:00:00Z"})
    return HttpResponse()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_that_writes_fails(method):
    with pytest.raises(WroteOnGet, match="label_battement"):
        get_never_writes(write)(getattr(RequestFactory(), method)("/"))


@pytest.mark.django_db
def test_a_post_may_write():
    get_never_writes(write)(RequestFactory().post("/"))
    assert list(Battement.objects.values_list("nom", flat=True)) == ["essai"]


def test_a_variable_nobody_gave_fails_in_our_templates():
    template = engines["django"].engine.from_string("bonjour {{ prenom }}")
    template.nodelist[1].origin.name = str(ROOT / "templates" / "essai.html")
    with pytest.raises(UnknownVariable, match=r"\{\{ prenom \}\} in templates/essai.html"):
        template.render(Context())


def test_a_variable_nobody_gave_is_empty_in_other_peoples_templates():
    template = engines["django"].engine.from_string("bonjour {{ prenom }}")
    template.nodelist[1].origin.name = "/usr/lib/python3/autre/essai.html"
    assert template.render(Context()) == "bonjour "


def test_nothing_leaves_this_machine():
    with warnings.catch_warnings(), pytest.raises(SocketConnectBlockedError):
        warnings.simplefilter("ignore")
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)


def test_mails_reach_a_real_server(smtp):
    send_mail("Votre code", "123456", "a@exemple.fr", ["b@exemple.fr"])
    assert [(m["Subject"], m["To"], m.get_content()) for m in smtp.messages] == [
        ("Votre code", "b@exemple.fr", "123456\n")
    ]
    smtp.stop()
    with pytest.raises(ConnectionRefusedError):
        send_mail("Votre code", "123456", "a@exemple.fr", ["b@exemple.fr"])
    smtp.start()
    send_mail("Revenu", "654321", "a@exemple.fr", ["b@exemple.fr"])
    assert [m["Subject"] for m in smtp.messages] == ["Votre code", "Revenu"]


def test_a_page_opens_in_a_real_browser(page):
    response = page.goto("/sante/")
    assert response.status == 200
    assert '"base": "ok"' in page.content()
