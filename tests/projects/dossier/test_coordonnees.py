"""What reaches a person or her bank, in every spelling people use, is masked; nothing else is."""

import time

import pytest

from projects.dossier.coordonnees import MASQUE, mask

TELEPHONES = [
    "0612345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "06/12/34/56/78",
    "06 / 12 / 34 / 56 / 78",
    "06 - 12 - 34 - 56 - 78",
    "06 123 456 78",
    "0612 34 56 78",
    "0612 345 678",
    "06 12345678",
    "06  12  34  56  78",
    "06\u00a012\u00a034\u00a056\u00a078",
    "06\u202f12\u202f34\u202f56\u202f78",
    "06\u201112\u201134\u201156\u201178",
    "06\u201312\u201334\u201356\u201378",
    "06·12·34·56·78",
    "06 12 34\n56 78",
    "06.12.34.\r\n56.78",
    "0６ １２ ３４ ５６ ７８",
    "06\u200b12\u200b34\u200b56\u200b78",
    "+33 6 12 34 56 78",
    "+33612345678",
    "+33 (0)6 12 34 56 78",
    "+33(0)612345678",
    "(+33) 6 12 34 56 78",
    "+ 33 6 12 34 56 78",
    "+33\u00a06\u00a012\u00a034\u00a056\u00a078",
    "＋33 6 12 34 56 78",
    "0033 6 12 34 56 78",
    "00 33 6 12 34 56 78",
    "0033612345678",
    "+262 692 12 34 56",
]
BANQUES = [
    "FR7630006000011234567890189",
    "FR76 3000 6000 0112 3456 7890 189",
    "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189",
    "FR76-3000-6000-0112-3456-7890-189",
    "fr76 3000 6000 0112 3456 7890 189",
    "fr7630006000011234567890189",
    "FR 76 3000 6000 0112 3456 7890 189",
    "FR76 3000 6000\n0112 3456 7890 189",
    "FR14 2004 1010 0505 0001 3M02 606",
    "DE89 3704 0044 0532 0130 00",
    "be68 5390 0754 7034",
    "GB29 NWBK 6016 1331 9268 19",
]
ADRESSES = [
    "marie@x.fr",
    "marie.le-goff+label@asso.example.org",
    "marie(at)x.fr",
    "marie [at] x.fr",
    "marie (arobase) x (point) fr",
    "marie @ x.fr",
    "marie@\u200bx.fr",
    "marie＠x.fr",
    "MARIE@X.FR",
]
AUTRES = [
    "SIRET 20005801400018",
    "SIRET 200 058 014 00018",
    "SIREN 200 058 014",
    "RNA W941234567",
    "QP094025",
    "12000 euros en 2027",
    "60 000 000",
    "60\u202f000\u202f000 €",
    "1 020 304 050 €",
    "10 000 000 000 €",
    "+ 12 000 000 €",
    "de 12 000 000 000 euros par an pour tous",
    "le 05/06/2027 10 h",
    "05/06/2027 10",
    "05.06.2027 10",
    "du 01/09/2027 au 30/06/2028",
    "01/09 - 02/10/27",
    "05/06/27 06 12",
    "2027-06-05 10:30",
    "de 2019 à 2027, 2028 2029 2030",
    "94200 Ivry, 06000 Nice, 01 000",
    "06200 10 000 €",
    "Tranches : 0 5 10 15 20 25",
    "de 09-12 à 14-18",
    "en 2027 pour tout cela avec vous",
    "3 ateliers @ 12.50 €",
    "m² : 0612345",
    "Écrivez au 12, rue des Écoles\u00a0; «\u00a0l’œuvre\u00a0» ①",
    "LAI-2027-0001",
]


@pytest.mark.parametrize("typed", TELEPHONES + BANQUES + ADRESSES)
def test_each_spelling_is_masked_and_the_rest_left_as_typed(typed):
    before, after = "Cœur\u00a0ﬁn\u200b, ２ voix\u00a0: ", "\u00a0; merci\u2011bien, ３ fois."
    assert mask(typed) == MASQUE
    assert mask(f"{before}{typed}{after}") == f"{before}{MASQUE}{after}"


@pytest.mark.parametrize("typed", AUTRES)
def test_figures_dates_and_codes_stay(typed):
    assert mask(typed) == typed


def test_a_number_after_a_date_is_masked_alone():
    for day in ("05/06/2027", "05/06/27", "05.06.27"):
        assert mask(f"{day} 06 12 34 56 78") == f"{day} {MASQUE}"


@pytest.mark.parametrize(
    "sign", ["0", "06 ", "a", "a.", "@", "a@", "+33", " ", "\n", "FR76 ", "(0)", "a@a.", "\u200b", "0 "]
)
def test_two_hundred_thousand_signs_are_read_at_once(sign):
    typed = sign * (200_000 // len(sign))
    begun = time.process_time()
    mask(typed)
    assert time.process_time() - begun < 2
