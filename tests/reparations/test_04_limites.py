"""Long texts have one limit: longer is refused, whole and at once, wherever it comes from; nothing is ever cut."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django import forms
from django.apps import apps
from django.db import connection, models
from django.urls import reverse

from ecriture.models import Champ, Divergence, Retouche
from label.enums import SorteQuestion
from projects.enums import Droit
from projects.models import Dossier, Partage, Reponse
from tests.factories.label import PARIS, QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.projects.pages.test_elaboration import address, shown
from tests.reparations.textes import LIMITE, envoie, texte

TROP = "30\u202f000\u00a0caractères au plus\u00a0: {} de trop."

ETAGES = {"label", "contrats", "ecriture", "projects", "instruction", "juries", "laureats"}


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(datetime(2027, 3, 10, 14, 32, tzinfo=PARIS), tick=False):
        yield


@pytest.fixture
def porteur():
    return UserFactory(prenom="Awa", nom="Diarra")


@pytest.fixture
def dossier(db, porteur):
    return DossierFactory(porteur=porteur)


def long_fields(dossier):
    """The name of every field that holds a long text, one of each section and of each kind of question."""
    kinds = (SorteQuestion.TEXTE_LONG, SorteQuestion.TEXTE_COURT)
    asked = [QuestionFactory(edition=dossier.edition, sorte=sorte) for sorte in kinds]
    columns = "resume besoin innovation objectifs actions partenaires participation publics etapes".split()  # noqa: SIM905
    columns += ["moyens_humains", "moyens_materiels", "evaluation", "structure.aides_publiques"]
    return columns + [f"question.{question.pk}" for question in asked]


def test_04_every_long_text_takes_the_limit_and_not_one_sign_more(client, dossier, porteur):
    client.force_login(porteur)
    for nom in long_fields(dossier):
        whole = texte(LIMITE, 1)
        before = "aucune" if nom == "structure.aides_publiques" else ""
        refused = envoie(client, dossier, nom, whole + "é" * 12, base=before)
        assert (nom, refused.status_code, refused.json()) == (nom, 422, {"erreur": TROP.format(12)})
        assert not Champ.objects.filter(nom=nom).exists()
        taken = envoie(client, dossier, nom, whole, base=before, sequence=2)
        assert (nom, taken.status_code, taken.json()["valeur"]) == (nom, 200, whole)


def test_04_rows_lists_and_short_fields_take_no_long_text_either(client, dossier, porteur):
    client.force_login(porteur)
    ligne = {"sens": "charge", "compte": "60", "libelle": texte(200_000, 1), "montant": 10, "is_obtenu": False}
    for nom, valeur in (
        ("titre", texte(200_000, 1)),
        ("lieux", texte(200_000, 1)),
        ("contrat", texte(200_000, 1)),
        ("structure.nom", texte(200_000, 1)),
        ("ligne.6c1a1f0e-5d8b-4a53-9a51-3b6f7b0c9d11", ligne),
        ("indicateur.b2f0c4de-1111-4c2a-8f0e-0d5a4c3b2a19", {"libelle": texte(200_000, 1), "cible": "1"}),
        ("communes", [str(code) for code in range(200_000)]),
        ("communes", [texte(200_000, 1)]),
        ("quartiers", [str(code) for code in range(200_000)]),
    ):
        assert (nom, envoie(client, dossier, nom, valeur).status_code) == (nom, 422)
    assert (Champ.objects.count(), Retouche.objects.count(), Dossier.objects.get().revision) == (0, 0, 0)


def test_04_a_base_that_was_never_shown_costs_nothing(client, dossier, porteur):
    client.force_login(porteur)
    envoie(client, dossier, "besoin", "Un")
    start = time.thread_time()
    answer = envoie(client, dossier, "besoin", "Deux", base=texte(1_500_000, 1), vu=1, ecran="e2")
    assert (answer.status_code, time.thread_time() - start < 1) == (200, True)
    assert Dossier.objects.get().besoin == "Un"
    assert [(row.sien, row.mien) for row in Divergence.objects.all()] == [("Un", "Deux")]


def test_04_who_may_not_write_is_told_the_same_as_ever(client, dossier):
    reader = UserFactory()
    shared = {"user": reader, "email": reader.email, "droit": Droit.LECTURE, "by": UserFactory()}
    now = datetime.now(PARIS)
    Partage.objects.create(dossier=dossier, accepted_at=now, expire_at=now + timedelta(days=30), **shared)
    for user, status in ((UserFactory(), 404), (reader, 403)):
        client.force_login(user)
        assert envoie(client, dossier, "besoin", texte(40_000, 1)).status_code == status


@pytest.mark.django_db(transaction=True)
def test_04_too_long_is_refused_at_once_while_somebody_else_holds_the_dossier(client):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    client.force_login(porteur)
    # What a first request loads is no part of it.
    envoie(client, dossier, "besoin", "Un")
    other, client.raise_request_exception = connection.copy(), False
    with connection.cursor() as cursor:
        # Who waited for the lock would give up after this long, with an error.
        cursor.execute("SET lock_timeout = '2s'")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM projects_dossier WHERE id = %s FOR UPDATE", [dossier.pk])
            cursor.execute("SELECT 1 FROM projects_structure WHERE id = %s FOR UPDATE", [dossier.structure_id])
            for nom in ("besoin", "structure.aides_publiques"):
                start = time.perf_counter()
                refused = envoie(client, dossier, nom, texte(200_000, 1), base="Un", vu=1, sequence=2)
                spent = time.perf_counter() - start
                assert refused.status_code == 422
                assert refused.json() == {"erreur": TROP.format("170000")}
                assert spent < 0.3
            cursor.execute("ROLLBACK")
    finally:
        other.close()
        connection.close()
    assert Dossier.objects.get().besoin == "Un"


def test_04_the_form_without_script_shows_the_text_again_beside_its_error(client, dossier, porteur):
    client.force_login(porteur)
    whole = texte(LIMITE, 1)
    data = shown(client, dossier, "projet") | {"innovation": whole + "é", "besoin": "Des vélos"}
    answer = client.post(address(dossier, "projet"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"innovation": [TROP.format(1)]}
    assert whole + "é</textarea>" in answer.text
    assert "Des vélos</textarea>" in answer.text
    assert Dossier.objects.get().innovation == ""
    assert client.post(address(dossier, "projet"), data | {"innovation": whole}).status_code == 302
    assert Dossier.objects.get().innovation == whole


def test_04_the_answers_to_questions_and_the_structure_as_well(client, dossier, porteur):
    client.force_login(porteur)
    question = QuestionFactory(edition=dossier.edition, sorte=SorteQuestion.TEXTE_LONG)
    for section, name in (("questions", f"question_{question.pk}"), ("structure", "aides_publiques")):
        # The two ends a browser gives to a line count for one.
        fits, trop = texte(LIMITE - 2, 1) + "\r\nx", texte(LIMITE, 1) + "\r\nxx"
        data = shown(client, dossier, section)
        answer = client.post(address(dossier, section), data | {name: trop})
        assert answer.status_code == 422
        assert answer.context["form"].errors[name] == [TROP.format(3)]
        assert client.post(address(dossier, section), data | {name: fits}).status_code == 302
    dossier.structure.refresh_from_db()
    kept = fits.replace("\r\n", "\n")
    assert Reponse.objects.get().texte == kept
    assert dossier.structure.aides_publiques.replace("\r\n", "\n") == kept


@pytest.mark.django_db
def test_04_no_box_cuts_what_is_pasted(client, dossier, porteur):
    """`maxlength` on a text area drops the end of what is pasted without a word; the limit is counted instead."""
    client.force_login(porteur)
    section = address(dossier, "projet")
    pages = [section, reverse("projects:structure_edit", args=[dossier.structure.cle]), reverse("projects:idee_create")]
    boxes = [box for page in pages for box in re.findall(r"<textarea[^>]*>", client.get(page).text)]
    assert len(boxes) > 8
    assert [box for box in boxes if "maxlength" in box] == []
    assert [box for box in boxes if "data-max=" not in box] == []


def _columns():
    """Every column people write a long text in."""
    for model in apps.get_models():
        if model._meta.app_label not in {
            "label",
            "contrats",
            "ecriture",
            "projects",
            "instruction",
            "juries",
            "laureats",
        }:
            continue
        if model.__name__.endswith("Event"):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.TextField) and not isinstance(field, models.GeneratedField):
                yield model, field


# Written by the machine from texts that have their own limit.
MACHINE = {("Courriel", "texte"), ("Courriel", "html"), ("Audition", "moyenne_exacte")}


def test_04_every_column_of_a_long_text_has_a_limit():
    free = {
        (model.__name__, field.name)
        for model, field in _columns()
        if field.max_length is None and not any(getattr(one, "code", "") == "max_length" for one in field.validators)
    }
    assert free - MACHINE == set()


def _forms(kind=forms.BaseForm):
    for found in kind.__subclasses__():
        yield found
        yield from _forms(found)


def test_04_every_box_of_a_form_has_a_limit():
    for path in Path().glob("*/forms*"):
        for module in [path] if path.suffix else path.glob("*.py"):
            __import__(".".join(module.with_suffix("").parts).removesuffix(".__init__"))
    free = set()
    for form in _forms():
        if form.__module__.split(".")[0] not in {
            "label",
            "contrats",
            "ecriture",
            "projects",
            "instruction",
            "juries",
            "laureats",
        }:
            continue
        for name, field in form.base_fields.items():
            if isinstance(field.widget, forms.Textarea):
                limit = field.max_length is not None or any(
                    getattr(one, "code", "") == "max_length" for one in field.validators
                )
                model = getattr(getattr(form, "_meta", None), "model", None)
                column = model and {one.name: one for one in model._meta.local_fields}.get(name)
                limit |= bool(column) and any(getattr(one, "code", "") == "max_length" for one in column.validators)
                if not limit:
                    free.add(f"{form.__module__}.{form.__name__}.{name}")
    assert free == set()
