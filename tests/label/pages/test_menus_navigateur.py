"""The menus close when one leaves them, by the keyboard as by the finger."""

import pytest
from playwright.sync_api import expect

from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(new_page):
    page = new_page(UserFactory(pilote=True), width=375, height=700, reduced_motion="reduce")
    page.goto("/tableau/")
    return page


@pytest.fixture
def menu(phone):
    """The pages' menu, opened by the keyboard."""
    phone.get_by_role("button", name="Menu").focus()
    phone.keyboard.press("Enter")
    menu = phone.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_visible()
    return menu


def test_tab_past_the_last_page_closes_the_menu(phone, menu):
    # The pages, then the search and its button.
    search = menu.get_by_role("search")
    for control in (*menu.get_by_role("link").all(), search.get_by_role("searchbox"), search.get_by_role("button")):
        phone.keyboard.press("Tab")
        expect(control).to_be_focused()
    expect(menu).to_be_visible()
    phone.keyboard.press("Tab")
    expect(phone.locator("#menu-principal")).to_be_hidden()
    expect(phone.locator(".menu-compte summary")).to_be_focused()


def test_tab_back_before_the_first_page_closes_the_menu(phone, menu):
    phone.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    phone.keyboard.press("Shift+Tab")
    expect(phone.locator("#menu-principal")).to_be_hidden()
    expect(phone.get_by_role("button", name="Menu")).to_be_focused()


def test_escape_closes_the_menu_and_gives_the_button_back(phone, menu):
    phone.keyboard.press("Tab")
    phone.keyboard.press("Escape")
    expect(phone.locator("#menu-principal")).to_be_hidden()
    expect(phone.get_by_role("button", name="Menu")).to_be_focused()


def test_a_touch_beside_closes_the_menu(phone, menu):
    phone.mouse.click(180, 120)
    expect(phone.locator("#menu-principal")).to_be_hidden()
    assert phone.url.endswith("/tableau/")


def test_the_button_opens_and_closes_the_menu_by_the_mouse(phone):
    button, menu = phone.get_by_role("button", name="Menu"), phone.locator("#menu-principal")
    for is_open in (True, False, True):
        button.click()
        expect(menu).to_be_visible() if is_open else expect(menu).to_be_hidden()


def test_the_menu_of_the_account_closes_when_the_focus_goes_on(phone):
    phone.locator(".menu-compte summary").press("Enter")
    out = phone.get_by_role("button", name="Se déconnecter")
    expect(out).to_be_visible()
    out.focus()
    phone.keyboard.press("Tab")
    expect(out).to_be_hidden()
