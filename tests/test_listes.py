"""Every list says what it is asked for: a filter that means nothing, an empty list that nobody filtered, its order."""

import html
import re

import pytest
from django import forms
from django.test import Client

from instruction.queue.forms import TRIS, InstructionFilter
from instruction.queue.queries import queue
from label.forms.recherche import INCONNU, TRI_INCONNU, RechercheField
from projects.models import Dossier
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.walk import targets
from tests.world import World

NEVER = "inconnu-zzz"
# Where the filters are read by who sees most of each list.
READERS = ("pilote", "chef", "préside", "responsable")


def lists_of(world):
    """(client, address) of each list that has filters, once, with whoever reads it first in READERS."""
    seen = set()
    for nom in READERS:
        client = Client()
        client.force_login(world.personnes[nom])
        for target in targets(world):
            if not target.address.name.endswith(("_list", ":suivi", ":classement")) or target.name in seen:
                continue
            answer = client.get(target.url)
            filtre = (answer.context or {}).get("filtre") if answer.status_code == 200 and answer.context else None
            if filtre is not None and answer.context.get("page_obj") is not None:
                seen.add(target.name)
                yield client, target.url, filtre, bool(answer.context["page_obj"].paginator.count)


def words_of(answer):
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.django_db
def test_a_filter_that_means_nothing_empties_the_list_and_is_said_beside_it():
    world, asked, exported = World(), 0, 0
    for client, url, filtre, _ in lists_of(world):
        form = getattr(filtre, "form", filtre)
        for name, field in form.fields.items():
            if isinstance(field, RechercheField):
                continue
            answer = client.get(url, {name: NEVER})
            assert (url, name, answer.status_code, len(answer.context["page_obj"])) == (url, name, 200, 0)
            # The words of the list itself: what the person reads in the choice is said beside it, once.
            page, errors = (
                words_of(answer),
                (getattr(answer.context["filtre"], "form", answer.context["filtre"])).errors,
            )
            assert list(errors) == [name], (url, name)
            for error in errors[name]:
                assert page.count(error) == 1, (url, name, error)
            if isinstance(field, forms.ChoiceField):
                assert errors[name] == [TRI_INCONNU if name == "tri" else INCONNU]
            if not isinstance(field.widget, forms.HiddenInput):
                assert re.search(rf'id="id_{name}"[^>]*aria-invalid="true"|id="error_\d+_id_{name}"', answer.text), name
            asked += 1
            if "format=csv" in client.get(url).text:
                export = client.get(url, {name: NEVER, "format": "csv"})
                assert (export.status_code, export.headers["Location"]) == (302, f"{url}?{name}={NEVER}")
                exported += 1
    assert asked > 30
    assert exported > 20


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/territoire/", "/chef-de-projet/"])
def test_a_generation_there_is_not_is_said_and_makes_no_file(client, address):
    assert client.get(address, {"generation": "2015"}).status_code == 200
    assert "génération inconnue" not in client.get(address, {"generation": "2015"}).text
    assert client.get(address, {"generation": "2099"}).text.count("génération inconnue") == 1
    if address == "/territoire/":
        assert client.get(address, {"generation": "2099", "format": "csv"}).status_code == 404


ASKED = re.compile(r"ces crit[èe]res|ces filtres|ce choix|Élargi", re.IGNORECASE)


@pytest.mark.django_db
def test_an_empty_list_nobody_filtered_says_why_it_is_empty():
    EditionFactory()
    people = [UserFactory(pilote=True), UserFactory(), None]
    DossierFactory(chef=people[1])
    Dossier.objects.all().delete()
    empty = {}
    for user in people:
        client = Client()
        if user:
            client.force_login(user)
        for url in ADDRESSES:
            for asked in ("", "?page=2", "?utm_source=lettre", "?tri=numero", "?q=", "?q=&contrat=&page=1"):
                answer = client.get(url + asked)
                if answer.status_code != 200 or answer.context["page_obj"].paginator.count:
                    continue
                empty.setdefault(url, set()).add(asked)
                vide = re.search(r'<div class="vide">.*?</div>', answer.text, re.DOTALL)
                assert vide, url + asked
                assert ASKED.findall(vide[0]) == [], url + asked
    assert len(empty) >= 7, sorted(empty)


ADDRESSES = (
    "/laureats/",
    "/dossiers/",
    "/portefeuille/",
    "/instruction/",
    "/laureats/suivi/",
    "/laureats/suivi/versements/",
    "/referentiel/chefs-de-projet/",
    "/referentiel/quartiers/",
    "/messages/envois/",
)


@pytest.mark.django_db
def test_the_queue_is_sorted_as_it_says_and_numbers_follow_each_other(client):
    """A thousandth deposit follows the nine hundred and ninety-ninth; an arrival late by its number stays where its
    date puts it when dates are asked for."""
    edition = EditionFactory()
    for numero, minute in (("1000", 1), ("999", 3), ("002", 2)):
        dossier = deposited_dossier(edition=edition, at=EN_TEMPS.replace(minute=minute))
        Dossier.objects.filter(pk=dossier.pk).update(numero=f"LAI-2027-{numero}")
    client.force_login(UserFactory(pilote=True))

    def shown(asked):
        answer = client.get(f"/instruction/{asked}")
        sorted_by = re.findall(r'<th scope="col" aria-sort="(\w+)"[^>]*><a [^>]*>([^<]+)', answer.text)
        said = re.search(r"triés selon «\u00a0(.*?)\u00a0»(, en sens inverse)?", answer.text)
        return [row["numero"][9:] for row in answer.context["page_obj"]], sorted_by, said.groups()

    assert shown("") == (["002", "999", "1000"], [("ascending", "Numéro ")], ("Numéro", None))
    assert shown("?tri=depot") == (["1000", "002", "999"], [("ascending", "Date de dépôt ")], ("Date de dépôt", None))
    down = ([("descending", "Date de dépôt ")], ("Date de dépôt", ", en sens inverse"))
    assert shown("?tri=-depot") == (["999", "002", "1000"], *down)
    for tri in TRIS:
        filtre = InstructionFilter({"tri": tri}, queue(UserFactory(pilote=True)))
        assert filtre.tri_demande == tri
