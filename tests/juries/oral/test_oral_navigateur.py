"""On a phone: the appointment and the act are in the first screen, and the whole preparation is done there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from juries.models import Besoin, Oral, Support, Venue
from juries.oral.actions import confirm_venue, decline_venue
from label.templatetags.label_ui import jour_semaine
from projects.models import Dossier
from tests.factories.juries import convoked, seance_of
from tests.juries.oral.scene import sceau, scene
from tests.pdf import PDF

pytestmark = pytest.mark.django_db(transaction=True)


def coming(s, days=10, hour=9):
    """The hearing is some days from now, and known."""
    debut = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    s.seance = seance_of(s.jury, debut=debut, lieu="Salle du conseil, 2 avenue de Choisy, Orly")
    s.audition.seance, s.audition.debut, s.audition.fin = s.seance, debut, debut + s.seance.duree
    return convoked(s.audition, at=timezone.now())


def bottoms(page, *texts):
    """{text: the bottom of where it stands, in pixels from the top of the page}"""
    found = {}
    for text in texts:
        box = page.get_by_role("main").get_by_text(text, exact=False).first.bounding_box()
        found[text] = box["y"] + box["height"]
    return found


@pytest.mark.parametrize("moment", ["fixee", "deplacee", "confirmee", "empechee", "jour"])
@pytest.mark.parametrize("name", ["projects:dossier_detail", "juries:oral_detail"])
def test_the_first_screen_of_a_phone_says_when_where_and_what_to_do(new_page, name, moment):
    """The page of the dossier and that of its preparation: day, hour, place and the act, without a gesture."""
    s = scene(is_convoked=False)
    Dossier.objects.update(titre="Les histoires du quartier racontées par ses habitants")
    # Today, at an hour that is still to come.
    coming(s, **({"days": 0, "hour": 23} if moment == "jour" else {}))
    if moment == "deplacee":
        coming(s, days=12)
    if moment == "confirmee":
        confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    if moment == "empechee":
        decline_venue(s.dossier, motif="Une grève des trains.", sceau=sceau(s), by=s.membre)
    page = new_page(s.membre, width=375, height=667)
    page.goto(reverse(name, args=[s.dossier.cle]))
    is_dossier = name == "projects:dossier_detail"
    act = {
        "confirmee": "Préparer votre audition" if is_dossier else "Je ne peux pas venir",
        "empechee": "Je peux venir finalement",
    }.get(moment, "Confirmer ma venue")
    seen = bottoms(page, jour_semaine(s.audition.debut).capitalize(), "\u00a0h", "Salle du conseil", act)
    assert {text: bottom for text, bottom in seen.items() if bottom > 667} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_all_is_prepared_on_a_phone(new_page, tmp_path):
    s = scene(is_convoked=False)
    coming(s)
    page = new_page(s.membre, width=375, height=667)
    page.goto(reverse("juries:oral_detail", args=[s.dossier.cle]))
    page.get_by_role("button", name="Confirmer ma venue").click()
    page.get_by_text("Venue confirmée par Awa Diarra").wait_for()
    assert Venue.objects.get().vient
    file = tmp_path / "Diaporama.pdf"
    file.write_bytes(PDF)
    page.get_by_label("Joindre des fichiers").set_input_files(file)
    page.get_by_role("button", name="Joindre", exact=True).click()
    page.get_by_role("link", name="Diaporama.pdf").wait_for()
    assert Support.objects.get().nom == "Diaporama.pdf"
    page.get_by_label("Qui présente").fill("Awa Diarra, présidente")
    page.get_by_role("button", name="Enregistrer qui vient").click()
    page.get_by_text("Les personnes qui viennent sont enregistrées.").wait_for()
    assert Oral.objects.get().orateurs == "Awa Diarra, présidente"
    page.get_by_label("Ce dont vous avez besoin pour venir et présenter").fill("Une rampe")
    page.get_by_role("button", name="Enregistrer mes besoins").click()
    page.get_by_text("L’EPT lira ce dont vous avez besoin.").wait_for()
    assert Besoin.objects.get().texte == "Une rampe"
    page.get_by_role("link", name="Je ne peux pas venir").click()
    page.get_by_label("Ce qui vous empêche de venir").fill("Une grève des trains.")
    page.get_by_role("button", name="Prévenir l’EPT").click()
    page.get_by_text("L’EPT est prévenu. Il vous répondra par courriel.").wait_for()
    assert list(Venue.objects.values_list("vient", flat=True)) == [True, False]


@pytest.mark.parametrize("what", ["empechement", "repetition"])
def test_what_was_typed_comes_back_once_signed_in_again(new_page, client, what):
    """The session ended while somebody wrote: nothing typed is lost, and once received it does not come back."""
    s = scene()
    coming(s)
    who, name, label = {
        "empechement": (s.membre, "juries:venue_decline", "Ce qui vous empêche de venir"),
        "repetition": (s.chef, "juries:repetition_edit", "Un mot"),
    }[what]
    page = new_page(who, width=375, height=667)
    page.on("dialog", lambda dialog: dialog.accept())
    url = reverse(name, args=[s.dossier.cle])
    page.goto(url)
    box = page.get_by_label(label)
    box.press_sequentially("Fièvre depuis hier.")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("main").locator("form button[type=submit]").click()
    page.wait_for_url("**/login/**")
    page.context.add_cookies(cookies)
    page.goto(url)
    expect(box).to_have_value("Fièvre depuis hier.")
    if what == "empechement":
        page.get_by_role("button", name="Prévenir l’EPT").click()
        page.wait_for_url(f"**{reverse('juries:oral_detail', args=[s.dossier.cle])}")
        assert Venue.objects.get().motif == "Fièvre depuis hier."
        page.goto(url)
        expect(box).to_have_value("")
