"""A text as it is kept: one writing for what is read the same, nothing unseen."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from label.textes import nettoye, une_ligne

CASES = Path(__file__).parent.parent / "cases"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("e\u0301te\u0301", "été"),
        ("ﬁn et œuf ﬂ", "ﬁn et œuf ﬂ"),
        (
            "un\r\ndeux\rtrois\x0bquatre\x0ccinq\u2028six\u2029sept\x85huit",
            "un\ndeux\ntrois\nquatre\ncinq\nsix\nsept\nhuit",
        ),
        ("\ufeffdébut\x00 \u200bmi\u2060lieu\xad fin\ufffe", "début milieu fin"),
        ("prix\u202e12\u202c \u2067x\u2069", "prix12 x"),
        ("\u200e06\u00a012\u200f", "06\u00a012"),
        ("demi \ud83d signe \udc00", "demi \ufffd signe \ufffd"),
        ("a\u200db\u200cc \u200d", "abc "),
        ("\tretrait\xa0gardé", "\tretrait\xa0gardé"),
        ("\u034f\u200c \u034f\u200c Bonjour", "  Bonjour"),
    ],
)
def test_what_nobody_sees_goes_and_the_rest_stays(typed, kept):
    assert nettoye(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "नमस्\u200dते",
        "क्\u200cष",
        "ന്\u200d",
        "ශ්\u200dරී",
        "👨\u200d👩\u200d👧\u200d👦",
        "👩🏽\u200d🚒",
        "🏳\ufe0f\u200d🌈",
        "❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "עברית\u200f (abc)\u200e!",
        "ᠮᠣᠩᠭᠣᠯ᠎ᠠ",
        "école",
        "Ştefan Îles 中文 한국어",
        "«\u00a0mot\u202f»",
    ],
)
def test_what_a_script_or_an_emoji_needs_is_kept(text):
    assert nettoye(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("case", ["titre-bengali.txt", "titre-tamoul.txt"])
def test_titles_of_other_scripts_are_kept_whole(case):
    text = (CASES / case).read_text()
    assert nettoye(text) == unicodedata.normalize("NFC", text)


def test_a_line_is_one():
    assert une_ligne("  Le\x0bjardin\r\n des\u2028 voisins\x00 ") == "Le jardin des voisins"


SIGNES = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\r\n\x0b\x85\u2028\u200b\u200c\u200d\u034f\u180e\u200e\u200f\u061c\u202e\ufeff\u0301\ufe0fنا👩🏽🏴ക്é\U000e0067\U000e007f\ud83d"
        ),
    ),
    max_size=40,
)


@given(SIGNES)
@example("\u200e\u0627\u202e\u200f")
def test_what_is_clean_stays_so(text):
    once = nettoye(text)
    assert nettoye(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert not set(once) & set("\r\x00\x0b\x0c\x85\u2028\u2029\u200b\u202e\ufeff")


@given(SIGNES)
def test_what_is_seen_is_never_lost(text):
    def seen(words):
        return [
            sign
            for sign in unicodedata.normalize("NFC", words)
            if unicodedata.category(sign)[0] in "LNPS" and sign not in "\u3164\uffa0\ufffd\ufffc"
        ]

    assert seen(nettoye(text)) == seen(text.replace("\u034f", "").replace("\u200c", "")) or "".join(
        seen(nettoye(text))
    ) == unicodedata.normalize("NFC", "".join(seen(text)))
