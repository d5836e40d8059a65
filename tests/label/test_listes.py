"""One frame for every list: its pages, its headings."""

from django.test import RequestFactory

from label.listes import PAGE, Entete, headings, page_of


def test_a_page_is_the_one_asked_or_the_nearest_there_is():
    rows = list(range(2 * PAGE + 1))
    asked = {query: page_of(RequestFactory().get(f"/?page={query}"), rows) for query in ("", "2", "3", "99", "x")}
    assert {query: (page.number, list(page)) for query, page in asked.items()} == {
        "": (1, rows[:PAGE]),
        "2": (2, rows[PAGE : 2 * PAGE]),
        "3": (3, rows[2 * PAGE :]),
        "99": (3, rows[2 * PAGE :]),
        "x": (1, rows[:PAGE]),
    }


def test_a_heading_says_its_order_and_asks_the_other_one():
    tris = {"nom": ("Nom", "nom"), "montant": ("Montant", "montant")}
    assert headings(tris, "-nom", {"montant"}) == [
        Entete("Nom", "nom", "descending"),
        Entete("Montant", "montant", "", is_nombre=True),
    ]
    assert headings(tris, "nom")[0] == Entete("Nom", "-nom", "ascending")
