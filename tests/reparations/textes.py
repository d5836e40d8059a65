"""Long texts that cost the most to compare, and people who send them."""

import json
import random
from html.parser import HTMLParser

from django.urls import reverse

LIMITE = 30_000
# Common words: each is found everywhere in a text made of them.
_MOTS = """
le la les un une des de du et à en pour que qui dans sur avec par nous vous ils elle il on est sont ont a été sera ce
cette ces son sa ses leur leurs notre nos plus moins très bien tout tous toute comme mais ou où donc car ni si ne pas
"""
SOIXANTE = _MOTS.split()


def texte(signes, graine, mots=SOIXANTE, entre=" "):
    """That many characters of these words, drawn at random, always the same for one seed."""
    draw, parts, length = random.Random(graine), [], 0
    while length < signes:
        parts.append(draw.choice(mots))
        length += len(parts[-1]) + len(entre)
    return entre.join(parts)[:signes].strip().ljust(signes, "x")


def retouche(texte, combien, graine):
    """The same text with that many words replaced here and there by new ones."""
    draw, words = random.Random(graine), texte.split(" ")
    for rank in range(combien):
        words[draw.randrange(len(words))] = f"neuf{graine}x{rank}"
    return " ".join(words)


# Three texts of one field each: what it was, what two people made of it.
PIRES = {
    "soixante mots": [texte(LIMITE, n) for n in (1, 2, 3)],
    "un seul mot": [("a " * 15_000).strip(), ("a b " * 7_500).strip(), ("b a a " * 5_000).strip()],
    "deux mots": [texte(LIMITE, n, ["un", "deux"]) for n in (1, 2, 3)],
    "ponctuation": [texte(LIMITE, n, list(".,;:!?"), "") for n in (1, 2, 3)],
    "lettres et blancs": [texte(LIMITE, n, ["a", " ", "\n"], "") for n in (1, 2, 3)],
    "un mot sur deux": [" ".join(["un", two] * 7_000)[:LIMITE] for two in ("x", "y", "z")],
    "retouches": [texte(29_000, 9), retouche(texte(29_000, 9), 120, 1), retouche(texte(29_000, 9), 120, 2)],
    "moitiés échangées": [
        texte(14_000, 4) + " milieu " + texte(14_000, 5),
        texte(14_000, 5) + " milieu " + texte(14_000, 4),
        texte(14_000, 4) + " centre " + texte(14_000, 6),
    ],
}


def envoie(client, dossier, nom, valeur, *, base="", vu=0, ecran="e1", sequence=1):
    """Save one field as its page does; the answer."""
    data = {"ecran": ecran, "sequence": sequence, "vu": vu, "base": base, "valeur": valeur}
    address = reverse("projects:champ_save", args=[dossier.cle, nom])
    return client.post(address, json.dumps(data), content_type="application/json")


class _Formulaire(HTMLParser):
    def __init__(self, tout_coche):
        super().__init__()
        self.values, self._box, self._select, self._tout_coche = {}, "", "", tout_coche

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        is_ticked = "checked" in attrs or (self._tout_coche and attrs.get("type") == "checkbox")
        if tag == "input" and name and (attrs.get("type") not in {"checkbox", "radio"} or is_ticked):
            self.values[name] = attrs.get("value", "")
        elif tag == "textarea":
            self._box = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in attrs:
            self.values[self._select] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "textarea":
            # A browser drops the line end that follows the tag.
            self.values[self._box] = self.values[self._box].removeprefix("\n")
            self._box = ""

    def handle_data(self, data):
        if self._box:
            self.values[self._box] += data


def formulaire(page, *, tout_coche=False):
    """What the boxes of this page hold, {name: text}, as a browser would send them back unchanged.

    `tout_coche`: with every box ticked.
    """
    found = _Formulaire(tout_coche)
    found.feed(page)
    return found.values
