"""Every card of the world, for each of those who read it: its words are whole, its acts open for them and no other."""

import re
from dataclasses import astuple
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.utils import timezone

from projects.fil.registre import Delai, cartes_du_moment
from projects.models import Dossier
from projects.pages.dossier import fresh
from tests.world import World

pytestmark = pytest.mark.django_db


def test_each_card_is_whole_and_each_of_its_acts_opens_for_its_reader_alone(client):
    world, read = World(), 0
    stranger = world.personnes["inconnu"]
    for user in filter(None, world.personnes.values()):
        for dossier in Dossier.objects.visible_to(user):
            carte, *_ = cartes_du_moment([fresh(dossier)], user, timezone.now())[dossier.pk]
            said = " ".join((carte.titre, *carte.paroles, *astuple(carte.silence or Delai("", "", ""))))
            assert carte.titre and not re.search(r"[{}]|None|<|\bundefined\b", said), said
            read += 1
            for geste in carte.gestes:
                match = resolve(urlsplit(geste.adresse).path)
                kept = match.func.access
                client.force_login(user)
                # What acts at once is asked by POST; the visa has a page too, which says what is missing.
                answer = client.get(geste.adresse)
                if answer.streaming:
                    # Read to its end, which closes its file.
                    answer.getvalue()
                acts_at_once = geste.post and match.url_name != "dossier_visa"
                assert answer.status_code in ((405,) if acts_at_once else (200, 302)), geste
                if kept["public"]:
                    continue
                client.force_login(stranger)
                assert client.get(geste.adresse).status_code in (404, 405), geste
    assert read > 60
