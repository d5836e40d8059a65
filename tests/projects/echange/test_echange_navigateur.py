"""The porteur writes on a phone, the chef reads and answers; what was typed outlives a reload and a dead network."""

from django.utils import timezone
from playwright.sync_api import expect

from label.models import Courriel
from projects.models import Echange
from tests.moteurs import navigateur
from tests.parcours.test_coelaboration import duo  # noqa: F401
from tests.test_accessibilite import window


def test_a_phone_writes_and_the_chef_answers(duo, new_page):  # noqa: F811
    dossier, porteur, chef = duo
    phone = new_page(porteur, width=375, height=667, has_touch=True)
    phone.goto(f"/dossiers/{dossier.cle}/")
    phone.get_by_role("link", name="Écrire un message").click()
    expect(phone.get_by_text("Qui le lira : Luc Fontanel")).to_be_visible()
    expect(phone.get_by_role("checkbox", name="Le chef de projet")).to_be_checked()
    phone.get_by_label("Votre message").fill("Pouvons-nous relire le budget ?")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    phone.get_by_role("button", name="Envoyer le message").dblclick()
    expect(phone.get_by_text("Un courriel part vers Luc Fontanel.")).to_be_visible()
    expect(phone.get_by_label("Votre message")).to_have_value("")
    assert list(Courriel.objects.values_list("destinataire", flat=True)) == [chef.email]

    wrong = []
    desk = window(new_page, chef, wrong)
    desk.goto(f"/dossiers/{dossier.cle}/messages/")
    expect(desk.locator(".propos")).to_contain_text("Pouvons-nous relire le budget ?")
    wrong += navigateur.problems(desk, "clair, 375 px", "sombre, 375 px")
    desk.get_by_label("Votre message").press_sequentially("Mardi, 14 h.")
    desk.get_by_role("button", name="Envoyer le message").press("Enter")
    expect(desk.get_by_text("Un courriel part vers Awa Diarra.")).to_be_visible()
    assert wrong == []

    phone.reload()
    expect(phone.locator(".propos").last).to_contain_text("Mardi, 14 h.")
    assert list(Echange.objects.values_list("texte", flat=True)) == ["Pouvons-nous relire le budget ?", "Mardi, 14 h."]


def test_what_was_typed_outlives_a_reload_a_dead_network_and_a_lost_answer(duo, new_page):  # noqa: F811
    dossier, porteur, _ = duo
    page = new_page(porteur, width=375, height=667)
    page.on("dialog", lambda dialog: dialog.accept())
    url = f"/dossiers/{dossier.cle}/messages/"
    page.goto(url)
    box, button = page.get_by_label("Votre message"), page.get_by_role("button", name="Envoyer le message")
    box.press_sequentially("Trois phrases longues.")
    page.reload()
    expect(box).to_have_value("Trois phrases longues.")

    # The network dies under the click: nothing arrived.
    page.route(f"**{url}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    button.click()
    page.wait_for_url("chrome-error://**")
    page.goto(url)
    expect(box).to_have_value("Trois phrases longues.")
    assert Echange.objects.count() == 0

    # It arrives, and the answer is lost: sent again by hand, it is written once.
    def lose(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.unroute(f"**{url}")
    page.route(f"**{url}", lose)
    button.click()
    page.wait_for_url("chrome-error://**")
    assert Echange.objects.count() == 1
    page.unroute(f"**{url}")
    page.goto(url)
    expect(page.locator(".propos")).to_contain_text("Trois phrases longues.")
    expect(box).to_have_value("")

    # Another message is another.
    box.press_sequentially("Et merci.")
    button.click()
    expect(page.get_by_text("Un courriel part vers Luc Fontanel.")).to_be_visible()
    expect(box).to_have_value("")
    assert list(Echange.objects.values_list("texte", flat=True)) == ["Trois phrases longues.", "Et merci."]
    assert Courriel.objects.count() == 2
    assert timezone.now() > Echange.objects.last().at
