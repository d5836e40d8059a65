"""A figure of a dashboard, and the list its link opens, count the same things, for whoever reads them."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from label.models import User
from projects.fil.registre import ce_qui_attend
from tests.world import World

QUI = ("responsable", "chef", "instruct", "pilote", "préside", "juré")
CHIFFRE = re.compile(
    r'<p class="chiffre-valeur">\s*([^<]+?)\s*</p>\s*<p class="chiffre-label"><a href="([^"]+)">([^<]+)</a>', re.DOTALL
)
# What the pages that are no list of rows count, by their name.
COMPTES = {
    "juries:seance_list": lambda context: context["a_placer"],
    "juries:jury_detail": lambda context: sum(bool(membre.accepted_at) for membre in context["membres"]),
}


def counted(client, address):
    """How many things the page at this address lists."""
    response = client.get(address)
    assert response.status_code == 200, address
    name = resolve(address.partition("?")[0]).view_name
    return COMPTES[name](response.context) if name in COMPTES else response.context["page_obj"].paginator.count


def clients(world, names):
    """[(column, Client signed in as that person)]."""
    found = [(name, Client()) for name in names]
    for name, client in found:
        client.force_login(world.personnes[name], backend="django.contrib.auth.backends.ModelBackend")
    return found


@pytest.mark.django_db
def test_each_figure_of_each_dashboard_is_what_its_link_lists():
    world = World()
    read, wrong = 0, []
    for who, client in clients(world, QUI):
        page = client.get(reverse("label:tableau"))
        for value, address, label in CHIFFRE.findall(page.text):
            read += 1
            listed = counted(client, unescape(address))
            if int(value) != listed:
                wrong.append((who, label, int(value), listed))
        for value, address in re.findall(
            r">(\d+)\sversements? à suivre<.*?href=\"([^\"]*versements[^\"]*)\"", page.text, re.DOTALL
        ):
            read += 1
            listed = counted(client, unescape(address))
            if int(value) != listed:
                wrong.append((who, "versements", int(value), listed))
    assert wrong == []
    assert read > 12


@pytest.mark.django_db
def test_the_ballots_to_finish_are_as_many_on_each_page_of_a_juror():
    world = World()
    found = {}
    for who, client in clients(world, ("préside", "juré")):
        user = User.objects.get(pk=world.personnes[who].pk)
        pages = [
            client.get(reverse(*where))
            for where in (("label:tableau",), ("juries:jury_detail", None, [world.jugee.annee]))
        ]
        said = [re.findall(r"(\d+)\sbulletins? à finir", page.text) for page in pages]
        lines = [one for one in ce_qui_attend(user, timezone.now()) if one.texte == "Rendre vos notes"]
        found[who] = [*said, len(lines)]
    # The first gave both of his; the second none.
    assert found == {"préside": [[], [], 0], "juré": [["2"], ["2"], 2]}
