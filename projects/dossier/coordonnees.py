"""Telephone numbers, e-mail addresses and bank details in free texts, as people type them: masked for readers outside.

They are looked for on a folded view of the text (one kind of digit, of blank, of dash; invisible signs left out) whose
every sign knows its place: what is not masked is given back as it was typed. Read once, in linear time.
"""

import re
import unicodedata

MASQUE = "[coordonnées masquées]"

# Between two digits or letters of one number: blanks, a line break, one sign.
_S = r"(?:[ \n]{0,4}+[./-]?+[ \n]{0,4}+)"

# How many signs an IBAN has where people of ours may bank (SWIFT, «IBAN Registry»).
_IBAN = {
    16: "BE",
    18: "DK FI NL",
    19: "SI",
    20: "AT EE LT LU",
    21: "CH HR LI LV",
    22: "BG DE GB IE",
    24: "CZ DZ ES MD RO SE SK TN TR",
    25: "PT",
    26: "PL",
    27: "GR IT SM",
    28: "CY HU MA",
    31: "MT",
}
_ETRANGER = "|".join(
    rf"(?:{'|'.join(pays.split())})\d{{2}}(?=(?:{_S}[A-Z]){{0,4}}+(?:{_S}\d){{8}})(?:{_S}[A-Z0-9]){{{longueur - 4}}}"
    for longueur, pays in _IBAN.items()
)

_PRIVATE = re.compile(
    # A French IBAN: ten digits, eleven digits or letters, two digits.
    rf"(?<![A-Z0-9])(?:FR|MC){_S}\d{_S}\d(?:{_S}\d){{10}}(?:{_S}[A-Z0-9]){{11}}(?:{_S}\d){{2}}(?![A-Z0-9])"
    rf"|(?<![A-Z0-9])(?:{_ETRANGER})(?![A-Z0-9])"
    # One of any country, or with a sign too few, in capitals.
    rf"|(?-i:\b[A-Z]{{2}}\d{{2}}(?:[ -]?[A-Z0-9]{{4}}){{3,7}}(?:[ -]?[A-Z0-9]{{1,3}})?\b)"
    rf"|(?:\(?\+{_S}|(?<!\d)00{_S})(?:33|262|590|594|596)\)?{_S}(?:\({_S}0{_S}\){_S}|0{_S})?[1-9](?:{_S}\d){{8}}(?!\d)"
    rf"|(?P<national>(?<!\d)0[1-9](?:{_S}\d){{8}}(?!\d))"
    # From the beginning of a word, without going back: a text of one long word is read once.
    r"|(?<![\w.+-])[\w.+-]++[ \n]{0,3}+(?:@|[(\[{][ ]?(?:at|arobase)[ ]?[)\]}])[ \n]{0,3}+"
    r"(?:[\w-]++(?:\.|[ ]?[(\[{][ ]?(?:dot|point)[ ]?[)\]}][ ]?))+[^\W\d_]{2,}+",
    re.IGNORECASE,
)
_GROUPE = re.compile(r"\d+")
_DATE = re.compile(r"\d\d([./-])\d\d\1\d\d(?!\1)")


def mask(text):
    """The text, what names a way to reach or to pay somebody replaced by `MASQUE`."""
    folded, places = _fold(text)
    parts, done, at = [], 0, 0
    while found := _PRIVATE.search(folded, at):
        if found["national"] and not _is_telephone(found["national"]):
            date = _DATE.match(found["national"])
            at = found.start() + (date.end() if date else 1)
            continue
        at = found.end()
        parts += [text[done : places[found.start()]], MASQUE]
        done = places[at - 1] + 1
    return "".join([*parts, text[done:]])


def _is_telephone(candidate):
    """Whether ten digits that begin with 0 are grouped as a number is: no date, no postal code before an amount."""
    groups = _GROUPE.findall(candidate)
    between = {sep.strip(" ") for sep in _GROUPE.split(candidate)[1:-1] if "\n" not in sep}
    return not (
        len(groups[0]) % 2
        or any(len(group) == 1 for group in groups)
        or any(len(group) == 4 and group.startswith(("19", "20")) for group in groups)
        or ("/" in between and len(between) > 1)
        or _DATE.match(candidate)
    )


def _fold(text):
    """(the folded view, the place in `text` of each of its signs)."""
    signs = {sign: _fold_sign(sign) for sign in set(text)}
    if "" not in signs.values():
        return "".join(map(signs.__getitem__, text)), range(len(text))
    places = [place for place, sign in enumerate(text) if signs[sign]]
    return "".join(signs[text[place]] for place in places), places


def _fold_sign(sign):
    """One sign, or none when nobody sees it."""
    if sign in "\n\r\u2028\u2029\x0b\x0c\x85":
        return "\n"
    if sign == "\t":
        return " "
    match unicodedata.category(sign):
        case "Zs":
            return " "
        case "Cf":
            return ""
        case "Pd":
            return "-"
        case "Nd":
            return str(unicodedata.digit(sign))
        case "No":
            return sign
    if sign in "\u2212\u2043":
        return "-"
    if sign in "·•∙⋅":
        return "."
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign
