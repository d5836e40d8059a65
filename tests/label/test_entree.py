"""One door for what comes in: addresses, forms, JSON; nothing that is sent makes a page fall."""

import json
import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, get_resolver, reverse

from label.entree import Illisible, read_json
from label.models import Habilitation
from projects.models import Dossier, Piece
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.walk import people, people_at_hand, readers, targets
from tests.world import PDF, World

# --- Addresses ----------------------------------------------------------------------------------


def _routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield pattern, route
        else:
            yield from _routes(pattern, route)


def _with_nul(route):
    """Addresses of this route that hold a NUL: in each of its parameters, and at its end."""
    parts = re.split(r"(<[^>]+>|\(\?P<[^>]+>[^)]*\))", route.rstrip("$").replace("\\Z", ""))
    holes = [rank for rank, part in enumerate(parts) if rank % 2]
    filled = ["1" if rank % 2 else part.replace("\\", "") for rank, part in enumerate(parts)]
    for hole in holes:
        yield "/" + "".join(["%00" if rank == hole else part for rank, part in enumerate(filled)])
        yield "/" + "".join(["a%00b" if rank == hole else part for rank, part in enumerate(filled)])
    yield "/" + "".join(filled).rstrip("/") + "%00"
    yield "/" + "".join(filled).rstrip("/") + "%00/"


@pytest.mark.django_db
def test_any_address_that_holds_a_nul_is_absent(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    client.raise_request_exception = False
    found = {}
    for _, route in _routes(get_resolver()):
        for address in _with_nul(route):
            for ask in (client.get, client.post):
                found.setdefault(ask(address).status_code, []).append(address)
    assert {status: addresses[:5] for status, addresses in found.items() if status != 404} == {}
    assert len(found[404]) > 500


@pytest.mark.parametrize("address", ["/%FF/", "/%ED%A0%80/", "/%C3/", "/%E2%80%AE/", "/" + "a" * 20_000])
@pytest.mark.django_db
def test_an_address_that_is_no_text_is_absent(client, address):
    assert client.get(address).status_code == 404


def test_a_number_too_long_to_be_read_is_absent(client, db):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    client.raise_request_exception = False
    huge = "9" * 5000
    for address in (f"/editions/{huge}/", f"/editions/{huge}/criteres/", f"/editions/{'9' * 30}/criteres/"):
        assert client.get(address).status_code in (403, 404), address


# Names asked by some page, and what nobody types.
NOMS = (
    "annee", "apres", "champ", "commune", "contrat", "corrigee", "depuis", "ecran", "etape", "etat", "format",
    "generation", "instructeur", "montant_max", "montant_min", "montre", "next", "page", "q", "qpv", "quand",
    "quartier", "qui", "retard", "siret", "rna", "nom", "statut", "structure", "tri", "vue", "voir", "attente",
)  # fmt: skip
PIRES = {
    "nul": "%00",
    "nul au milieu": "Mar%00seille",
    "octets qui ne sont pas un texte": "%FF%FE",
    "demi-signe": "%ED%A0%80",
    "nombre de cinq mille chiffres": "9" * 5000,
    "nombre trop grand": "9" * 30,
    "exposant": "1e999999",
    "infini": "Infinity",
    "pas un nombre": "NaN",
    "chiffres d’ailleurs": "%D9%A3%D9%A3",
    "signes": "%25_%5C%27%22%3B",
    "retour à la ligne": "a%0D%0AX-Y:%20z",
    "u2028": "%E2%80%A8",
    "sens renversé": "%E2%80%AEabc",
    "exposant en chiffre": "%C2%B2",
}


def read_through(response):
    if response.streaming:
        response.getvalue()
    return response.status_code


@pytest.mark.django_db
def test_no_question_makes_a_page_fall(settings, monkeypatch):
    people_at_hand(settings, monkeypatch)
    world, fallen = World(), []
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args: "")
    persons = people(world, ["pilote", "chef", "responsable", "juré", "anonyme"])
    asked = {}
    for target in targets(world):
        if "GET" in target.address.methods and (who := readers("GET", target, list(persons))):
            asked.setdefault(target.address.name, (target, persons[who[0]]))
    for target, person in asked.values():
        for kind, value in PIRES.items():
            query = "&".join(f"{name}={value}" for name in NOMS)
            try:
                assert read_through(person.get(f"{target.url}?{query}")) < 500
            except Exception as error:  # every fall is told at once
                fallen.append((target.name, kind, repr(error)[:120]))
    assert fallen == []
    assert len(asked) > 90


# --- Forms --------------------------------------------------------------------------------------


@pytest.fixture
def atelier(client):
    """A draft whose porteur is signed in."""
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    client.force_login(porteur)
    return DossierFactory(porteur=porteur)


SALE = "Cafe\u0301\x00\u200b de\u202e l’e\u0301te\u0301\ufeff\x0bet\u2028plus\x85tard\r\nfin"
PROPRE = "Café de l’été\net\nplus\ntard\nfin"


@pytest.mark.django_db
def test_a_form_is_read_clean(client, atelier):
    url = reverse("projects:section_edit", args=[atelier.cle, "calendrier"])
    assert client.post(url, {"base": "{}", "etapes": SALE}).status_code == 302
    assert Dossier.objects.get().etapes == PROPRE


@pytest.mark.django_db
def test_a_field_that_saves_itself_is_read_clean_and_a_title_stays_on_one_line(client, atelier):
    held = {}
    for nom in ("besoin", "titre"):
        base = getattr(atelier, nom)
        data = {"valeur": SALE, "base": base, "ecran": "page", "sequence": 1, "vu": 0}
        answer = client.post(
            reverse("projects:champ_save", args=[atelier.cle, nom]), data, content_type="application/json"
        )
        held[nom] = answer.json()["valeur"]
    assert held == {"besoin": PROPRE, "titre": PROPRE.replace("\n", " ")}
    assert Dossier.objects.values("besoin", "titre").get() == held


@pytest.mark.django_db
def test_the_administration_is_behind_the_same_door(client):
    agent = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(agent)
    other = UserFactory()
    url = reverse("admin:label_user_change", args=[other.pk])
    page = client.get(url).context
    sent = {name: value for name, value in page["adminform"].form.initial.items() if value not in (None, False)}
    for inline in page["inline_admin_formsets"]:
        sent |= {
            inline.formset.management_form.add_prefix(n): v for n, v in inline.formset.management_form.initial.items()
        }
    assert client.post(url, sent | {"prenom": "Ame\u0301lie\x00", "nom": "Du\u200bval"}).status_code == 302
    other.refresh_from_db()
    assert (other.prenom, other.nom) == ("Amélie", "Duval")


@pytest.mark.django_db
def test_the_name_of_a_file_is_read_clean(client, atelier):
    sent = SimpleUploadedFile("re\u0301sume\u0301\u202e\u2028 final.pdf", PDF, "application/pdf")
    client.post(reverse("projects:piece_add", args=[atelier.cle]), {"fichier": sent})
    assert [piece.nom for piece in Piece.objects.all()] == ["résumé final.pdf"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"etapes=%FF%FE%C3%28&base=%7B%7D", "application/x-www-form-urlencoded"),
        (b"etapes=%ED%A0%80&base=%7B%7D", "application/x-www-form-urlencoded"),
        (b"etapes=x", "application/x-www-form-urlencoded; charset=hex"),
        (b"etapes=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (
            b'--x\r\nContent-Disposition: form-data; name="etapes"\r\n\r\n\xff\xfe\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b'--x\r\nContent-Disposition: form-data; name="etapes', "multipart/form-data; boundary=x"),
        (b"rien", "multipart/form-data"),
        (b"rien", "multipart/form-data; boundary=\x00"),
        (b"rien", MULTIPART_CONTENT),
        (b"--%s--\r\n" % BOUNDARY.encode(), MULTIPART_CONTENT),
        (b"\xff\xfe", "text/plain; charset=rot13"),
        (b"", ""),
    ],
)
def test_a_body_that_is_no_form_makes_nothing_fall(client, atelier, body, kind):
    client.raise_request_exception = False
    url = reverse("projects:section_edit", args=[atelier.cle, "calendrier"])
    answer = client.generic("POST", url, body, content_type=kind)
    assert answer.status_code in (200, 302, 400, 422)
    assert client.get(url, headers={"content-type": kind}).status_code in (200, 400)


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["latin-1", "iso-8859-15", "utf-7", "idna", "UTF8", "Utf_8"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", MULTIPART_CONTENT])
def test_an_encoding_no_page_of_ours_sends_is_answered_by_the_site(charset, kind):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get(reverse("account_login"))
    token = client.cookies["csrftoken"].value
    sent = {"csrfmiddlewaretoken": token, "email": "camille@exemple.fr"}
    body = urlencode(sent).encode() if kind != MULTIPART_CONTENT else encode_multipart(BOUNDARY, sent)
    answer = client.generic("POST", reverse("account_login"), body, content_type=f"{kind}; charset={charset}")
    assert answer.status_code == (302 if charset.lower().startswith("utf") and "8" in charset else 400)
    assert "Label Actions Innovantes" in answer.text or answer.status_code == 302


# --- JSON ---------------------------------------------------------------------------------------

MALFORMES = {
    "profond": '{"valeur":' + "[" * 200_000 + "]" * 200_000 + "}",
    "profond à peine": '{"valeur":' + "[" * 30 + "]" * 30 + "}",
    "profond et coupé": "[" * 200_000,
    "infini": '{"valeur": Infinity}',
    "moins l’infini": '{"valeur": -Infinity}',
    "pas un nombre": '{"valeur": NaN}',
    "nombre sans fin": '{"valeur": 1e999}',
    "entier de cinq mille chiffres": '{"valeur": ' + "9" * 5000 + "}",
    "nom dit deux fois": '{"valeur": "a", "valeur": "b"}',
    "demi-signe": r'{"valeur": "\ud800"}',
    "demi-signe dans un nom": r'{"\ud800": "a"}',
    "liste": "[1, 2]",
    "texte": '"bonjour"',
    "nombre": "12",
    "nul": "null",
    "vide": "",
    "blanc": "   ",
    "pas du JSON": "valeur=a",
    "coupé": '{"valeur": "a',
    "deux fois": "{}{}",
    "octets": b"\xff\xfe\xfd",
    "utf-16": '{"valeur": "é"}'.encode("utf-16-le")[:-1],
}


@pytest.mark.parametrize("text", MALFORMES.values(), ids=MALFORMES)
def test_json_nobody_sends_is_refused_in_one_sentence(text):
    with pytest.raises(Illisible, match=r"^Cet envoi est illisible\.$"):
        read_json(text)


def test_json_is_read_clean_names_and_lists_too():
    sent = json.dumps({"te\u0301": ["e\u0301\u0000", {"a": "\u200bb", "n": 1.5, "v": None, "o": True}]})
    assert read_json(sent) == {"té": ["é", {"a": "b", "n": 1.5, "v": None, "o": True}]}


JSON_VIEWS = {
    "champ_save": lambda dossier: reverse("projects:champ_save", args=[dossier.cle, "besoin"]),
    "vie": lambda dossier: reverse("projects:vie", args=[dossier.cle]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("view", JSON_VIEWS)
def test_every_page_of_json_says_it_cannot_read(client, atelier, view):
    client.raise_request_exception = False
    url, told = JSON_VIEWS[view](atelier), set()
    for text in MALFORMES.values():
        told.add(_told(client.post(url, text, content_type="application/json")))
    whole = json.dumps(
        {"valeur": "a", "base": "", "ecran": "e", "sequence": 1, "vu": 0, "section": "projet", "champ": ""}
    )
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        told.add(_told(client.post(url, whole, content_type=kind)))
    assert told == {(400, "Cet envoi est illisible.")}


def _told(answer):
    is_json = answer["Content-Type"].startswith("application/json")
    return answer.status_code, answer.json()["erreur"] if is_json else answer.text[:80]


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["sequence", "vu"])
@pytest.mark.parametrize("value", [10**30, -1, "9" * 5000, 1.5, True, None, [], "a", "\u00b2"])
def test_a_count_that_is_none_makes_nothing_fall(client, atelier, what, value):
    client.raise_request_exception = False
    data = {"valeur": "Texte", "base": "", "ecran": "page", "sequence": 1, "vu": 0} | {what: value}
    answer = client.post(
        reverse("projects:champ_save", args=[atelier.cle, "besoin"]), json.dumps(data), content_type="application/json"
    )
    assert answer.status_code in (200, 400)
    assert Habilitation.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("value", [10**30, 1.5, True, [], {}, [[]], {"a": {"b": []}}, None, -1, "9" * 5000])
@pytest.mark.parametrize(
    "nom",
    [
        "besoin",
        "titre",
        "beneficiaires",
        "date_debut",
        "quartiers",
        "montant_demande",
        "ligne.0b9f4ad2-6f5e-4f0c-9d3e-6d3c0a0f7c11",
        "structure.siret",
        "structure.code_postal",
    ],
)
def test_a_value_of_another_kind_makes_nothing_fall(client, atelier, nom, value):
    client.raise_request_exception = False
    data = {"valeur": value, "base": "", "ecran": "page", "sequence": 1, "vu": 0}
    answer = client.post(
        reverse("projects:champ_save", args=[atelier.cle, nom]), json.dumps(data), content_type="application/json"
    )
    assert answer.status_code in (200, 400, 404, 422)
