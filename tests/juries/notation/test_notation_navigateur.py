"""The ballot in a real browser: a tap is enough, and a cut of the network loses nothing."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from juries.models import Bulletin
from tests.factories.juries import audition_of, convoked, free, jure_of, jury_of, seance_of

pytestmark = pytest.mark.django_db(transaction=True)


def notes():
    return {n.critere.nom: n.valeur for b in Bulletin.objects.all() for n in b.notes.select_related("critere")}


def test_a_tap_is_saved_by_itself_and_survives_a_cut(new_page, wait_until):
    jury = jury_of()
    audition = audition_of(seance_of(jury, debut=timezone.now() - timedelta(minutes=5)))
    jure = jure_of(jury)
    free(jure, audition)
    page = new_page(jure.user, width=375, height=780)
    url = reverse("juries:notation", args=[audition.cle])
    page.goto(url)
    page.get_by_label("4 · très bon").first.check()
    wait_until(lambda: notes() == {"Innovation": 4})
    page.get_by_text("Enregistré à").wait_for()

    page.context.set_offline(True)
    page.get_by_label("2 · moyen").nth(1).check()
    page.get_by_text("Hors connexion\u00a0: gardé sur cet appareil").wait_for()
    assert notes() == {"Innovation": 4}

    # The page is left and opened again: what was kept comes back on screen, and leaves.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(url)
    wait_until(lambda: notes() == {"Innovation": 4, "Ancrage dans le quartier": 2})
    assert page.get_by_label("2 · moyen").nth(1).is_checked()
    page.get_by_text("Enregistré à").wait_for()
    assert page.evaluate("localStorage.length - (localStorage.getItem('label-theme') ? 1 : 0)") == 0

    page.get_by_role("button", name="Rendre définitif").click()
    page.locator("#confirmation-oui").click()
    page.wait_for_url("**" + reverse("juries:audition_detail", args=[audition.cle]))
    assert Bulletin.objects.get().is_final


def test_the_buttons_of_the_ballot_off_line_lose_nothing_and_leave_the_page(new_page, wait_until):
    """«Enregistrer» and «Rendre définitif» go through what waits: the browser's own error page never comes."""
    jury = jury_of()
    audition = audition_of(seance_of(jury, debut=timezone.now() - timedelta(minutes=5)))
    jure = jure_of(jury)
    free(jure, audition)
    page = new_page(jure.user, width=375, height=780)
    page.goto(reverse("juries:notation", args=[audition.cle]))
    etat, enregistrer = page.locator("#etat"), page.get_by_role("button", name="Enregistrer")
    page.context.set_offline(True)
    for critere in page.get_by_label("4 · très bon").all():
        critere.check()
    page.get_by_label("Commentaire").fill("Un projet clair.")
    enregistrer.click()
    expect(etat).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil")
    page.get_by_role("button", name="Rendre définitif").click()
    page.locator("#confirmation-oui").click()
    expect(etat).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil")
    expect(page.get_by_label("Commentaire")).to_have_value("Un projet clair.")
    assert notes() == {}
    page.context.set_offline(False)
    # What waited leaves by itself, before the button or by it: in both cases the page says so.
    enregistrer.click()
    expect(etat).to_contain_text(re.compile("Tout est enregistré|Enregistré (à|le)"))
    wait_until(
        lambda: (
            notes() == {"Innovation": 4, "Ancrage dans le quartier": 4}
            and Bulletin.objects.get().commentaire == "Un projet clair."
        )
    )
    page.goto(reverse("juries:notation", args=[audition.cle]))
    # Everything is acknowledged, and the network goes: nothing is claimed, nothing is lost.
    page.context.set_offline(True)
    page.get_by_role("button", name="Rendre définitif").click()
    page.locator("#confirmation-oui").click()
    expect(etat).to_contain_text("Sans réseau, le bulletin ne peut pas être rendu définitif")
    assert not Bulletin.objects.get().is_final
    page.context.set_offline(False)


def test_a_ballot_that_cannot_be_final_is_not_asked_whether_it_is_meant(new_page, wait_until):
    jury = jury_of()
    now = timezone.now()
    audition = audition_of(seance_of(jury, debut=now - timedelta(minutes=5)))
    demain = convoked(audition_of(seance_of(jury, debut=now + timedelta(days=1))))
    jure = jure_of(jury)
    free(jure, audition, demain)
    page = new_page(jure.user, width=375, height=780)
    page.goto(reverse("juries:notation", args=[audition.cle]))
    page.get_by_label("4 · très bon").first.check()
    page.get_by_role("button", name="Rendre définitif").click()
    expect(page.locator("#erreurs")).to_contain_text("Notez encore, ou indiquez « sans avis »")
    expect(page.locator("#confirmation")).to_be_hidden()
    page.goto(reverse("juries:notation", args=[demain.cle]))
    for rang in (0, 1):
        page.get_by_label("4 · très bon").nth(rang).check()
    wait_until(lambda: demain.bulletins.count() == 1 and demain.bulletins.get().notes.count() == 2)
    page.get_by_role("button", name="Rendre définitif").click()
    expect(page.locator("#erreurs")).to_contain_text("vous pouvez préparer vos notes")
    assert not Bulletin.objects.filter(final_at__isnull=False).exists()
