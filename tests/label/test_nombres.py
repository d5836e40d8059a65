"""Numbers as people type and paste them: read as they meant, or refused with a sentence; the same in the browser."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from label.forms.champs import EntierField, MontantField, ReelField
from label.nombres import MONTANT_MAX, POURCENT, Illisible, parse_entier, parse_montant, parse_nombre

SCRIPT = Path(__file__).resolve().parents[2] / "static/js/page/nombres.js"
# As typed, as each office suite and phone pastes it: the Decimal it means.
LUS = {
    "1234": "1234",
    " 1 234 ": "1234",
    "1\u00a0234,50": "1234.5",
    "1\u202f234\u00a0€": "1234",
    "1\u2009234,00\u202f€": "1234",
    "1\t234\n": "1234",
    "12 345 678": "12345678",
    "1.234": "1234",
    "1.234,50": "1234.5",
    "1,234.50": "1234.5",
    "1,234,567": "1234567",
    "1.234.567,89": "1234567.89",
    "1'234": "1234",
    "1’234.50": "1234.5",
    "€1,234.50": "1234.5",
    "EUR 800": "800",
    "800.00 EUR": "800",
    "12 euros": "12",
    "12 Euro": "12",
    "１２３４": "1234",
    "１，５": "1.5",
    "1234,567": "1234.567",
    "1 234,567": "1234.567",
    "0,125": "0.125",
    "0.125": "0.125",
    "12,5": "12.5",
    "12.5": "12.5",
    "+12": "12",
    "-12": "-12",
    "−12": "-12",
    "– 12": "-12",
    "-€12": "-12",
    "€ -12": "-12",
    "(1 234)": "-1234",
    "007": "7",
    "\ufeff12\u200b": "12",
    "0": "0",
    "-0": "0",
}
ILLISIBLES = [
    *("environ 30", "30 personnes", "trente", "12 k€", "12k", "1e3", "12²", "½", "10 à 20", "10-20", "1/2", "?"),
    # One thousand for some, one and a little for others.
    *("1,234", "12,345"),
    # Groups of other than three, signs mixed, signs alone.
    *(
        "12 34",
        "1 23",
        "1.23.456",
        "1,234,56",
        "1 234'567",
        "1.234.56",
        "1,2,3",
        ",5",
        "5,",
        ".",
        "-",
        "€",
        "()",
        "(12",
    ),
    *("12)", "--1", "-(1)", "1 234.567,8.9", "12 $", "٣٠", "1" * 16, "Infinity", "nan", "0x10", "1_000"),
]
VIDES = ["", " ", "\u00a0", "\u202f\t", "\u200b", "\ufeff"]


@pytest.mark.parametrize("texte", LUS)
def test_a_number_is_read_as_it_was_meant(texte):
    assert parse_nombre(texte, "€|EUR|euros?") == Decimal(LUS[texte])


@pytest.mark.parametrize("texte", ILLISIBLES)
def test_what_is_no_number_is_said_and_never_taken_for_nothing(texte):
    with pytest.raises(Illisible):
        parse_nombre(texte, "€|EUR|euros?")
    for parse in (parse_entier, parse_montant):
        with pytest.raises(ValidationError):
            parse(texte)


@pytest.mark.parametrize("texte", VIDES)
def test_blank_alone_is_nothing(texte):
    assert (parse_nombre(texte), parse_entier(texte), parse_montant(texte)) == (None, None, None)


def test_where_nobody_counts_in_thousands_any_sign_parts_the_decimals():
    found = [parse_nombre(texte, milliers=False) for texte in ("48,790", "2.345", "-2,5", "12")]
    assert found == [Decimal("48.790"), Decimal("2.345"), Decimal("-2.5"), Decimal(12)]
    assert ReelField().clean("48,790") == 48.79
    with pytest.raises(ValidationError):
        ReelField().clean("1 234,5")


def test_a_unit_is_read_where_it_is_asked():
    assert (parse_entier("85 %", POURCENT), parse_entier("85％", POURCENT), parse_entier("85 pour cent", POURCENT)) == (
        85,
        85,
        85,
    )
    for texte, parse in (("85 %", parse_entier), ("85 €", parse_entier), ("85 %", parse_montant)):
        with pytest.raises(ValidationError):
            parse(texte)


@pytest.mark.parametrize(
    ("parse", "valeur", "message"),
    [
        (
            parse_montant,
            "1 234,50 €",
            "«\u00a01 234,50 €\u00a0» a des centimes\u00a0: écrivez un nombre entier d’euros, sans centimes.",
        ),
        (
            parse_montant,
            "environ 30",
            "«\u00a0environ 30\u00a0» n’est pas un montant\u00a0: écrivez un nombre entier d’euros.",
        ),
        (parse_montant, "-1", "Un montant n’est jamais négatif."),
        (
            parse_montant,
            float("inf"),
            "«\u00a0inf\u00a0» n’est pas un montant\u00a0: écrivez un nombre entier d’euros.",
        ),
        (
            parse_entier,
            "1,5",
            "Un nombre entier, en chiffres. «\u00a01,5\u00a0» a des décimales\u00a0: rien n’est arrondi.",
        ),
        (
            parse_entier,
            1.5,
            "Un nombre entier, en chiffres. «\u00a01.5\u00a0» a des décimales\u00a0: rien n’est arrondi.",
        ),
        (parse_entier, True, "Un nombre entier, en chiffres. Ce nombre n’a pas pu être lu."),
        (parse_entier, float("nan"), "Un nombre entier, en chiffres. Ce nombre n’a pas pu être lu."),
        (parse_entier, ["1"], "Un nombre entier, en chiffres. Ce nombre n’a pas pu être lu."),
        (parse_entier, "environ 30", "Un nombre entier, en chiffres. «\u00a0environ 30\u00a0» n’est pas un nombre."),
    ],
)
def test_each_refusal_says_why(parse, valeur, message):
    with pytest.raises(ValidationError) as refus:
        parse(valeur)
    assert " ".join(refus.value.messages) == message


nombres = st.integers(0, 10**9)
# How one number is written in some place of the world: what parts thousands, what parts cents.
ECRITURES = [
    ("", ","),
    ("", "."),
    (" ", ","),
    ("\u00a0", ","),
    ("\u202f", "."),
    ("\u2009", ","),
    ("'", "."),
    ("’", ","),
]
ECRITURES += [(".", ","), (",", ".")]


@given(
    nombres,
    st.integers(0, 99),
    st.sampled_from(ECRITURES),
    st.sampled_from(["", " €", "\u00a0€", "€", " EUR", " euros"]),
)
def test_any_usual_writing_of_a_number_is_that_number(entier, centimes, ecriture, unite):
    groupe, virgule = ecriture
    written = f"{entier:,}".replace(",", groupe)
    value = Decimal(f"{entier}.{centimes:02d}")
    texte = f"{written}{virgule}{centimes:02d}{unite}"
    assert parse_nombre(texte, "€|EUR|euros?") == value
    if centimes == 0 and entier <= MONTANT_MAX:
        assert parse_montant(texte) == entier
    else:
        with pytest.raises(ValidationError):
            parse_montant(texte)


@given(st.text(max_size=20) | st.text("0123456789 .,'-+€()", max_size=14))
def test_no_text_is_stored_as_a_number_it_does_not_show(texte):
    """Whatever is typed: nothing when blank, a refusal, or a number made of the very figures typed, in their order."""
    try:
        found = parse_entier(texte)
    except ValidationError as error:
        assert all(error.messages)
        return
    figures = "".join(str(int(sign)) for sign in texte if sign.isascii() and sign.isdigit())
    wide = "".join(chr(ord(sign) - 0xFEE0) for sign in texte if "\uff10" <= sign <= "\uff19")
    if found is None:
        assert figures + wide == ""
    elif not wide:
        whole, zeros = str(abs(found)), figures.lstrip("0")
        assert zeros.startswith("" if found == 0 else whole) and not zeros[len(whole) :].strip("0")


def test_the_browser_reads_as_the_server_does(browser):
    page = browser.new_page()
    # The module as it is, but for what only another module reads.
    page.evaluate(f"() => {{ {SCRIPT.read_text().replace('export ', '')}\nwindow.montant = montant; }}")
    textes = [*LUS, *ILLISIBLES, *VIDES, "100000000", "100000001", "85 %"]

    def server(texte):
        try:
            return parse_montant(texte)
        except ValidationError:
            return "refus"

    script = "textes => textes.map((one) => { const n = montant(one); return Number.isNaN(n) ? 'refus' : n; })"
    found = dict(zip(textes, page.evaluate(script, textes), strict=True))
    page.close()
    assert found == {texte: server(texte) for texte in textes}


@pytest.mark.parametrize("field", [EntierField(required=False), MontantField(required=False)])
def test_the_box_is_a_text_that_keeps_what_was_typed(field):
    box = field.widget.render("n", "environ 30", {"id": "id_n"})
    assert ('type="text"' in box, 'inputmode="numeric"' in box, 'value="environ 30"' in box) == (True, True, True)
    assert (field.clean("1 234"), field.clean(""), field.has_changed(1234, "1 234"), field.has_changed(3, "trois")) == (
        1234,
        None,
        False,
        True,
    )
