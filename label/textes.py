"""Long texts: how long they may be, and how a longer one is refused. Nothing typed is ever cut."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.deconstruct import deconstructible

from label.templatetags.label_ui import pluriel

# Characters of one text: ten pages. Whatever is compared with another text (a merge, a story) is sized for it.
TEXTE_MAX = 30_000
# Items of one list: more than there are places to tick.
LISTE_MAX = 1_000
# What the box of such a text carries: the limit counted under it, once somebody comes near.
LIMITE = {"data-max": str(TEXTE_MAX), "data-max-discret": True}


def longueur(texte):
    """Characters of a text as it will be kept: a browser ends the lines of a form with two."""
    return len(texte) - texte.count("\r\n")


def excedent(texte, limite=TEXTE_MAX):
    """What is said of a text too long, in French, or ''."""
    trop = longueur(texte) - limite
    return f"{pluriel(limite, 'caractère,caractères')} au plus\u00a0: {trop} de trop." if trop > 0 else ""


def excedent_de(valeur):
    """What is said of a JSON value too long for any field, texts of rows and lists included, in French, or ''."""
    if isinstance(valeur, str):
        return excedent(valeur)
    if not isinstance(valeur, dict | list):
        return ""
    if len(valeur) > LISTE_MAX:
        return "Cette liste est trop longue."
    parts = valeur.values() if isinstance(valeur, dict) else valeur
    return next((said for part in parts if (said := excedent_de(part))), "")


@deconstructible
class LongueurMax(MaxLengthValidator):
    """Says by how much a text is too long."""

    def __call__(self, value):
        if said := excedent(value, self.limit_value):
            raise ValidationError(said, code=self.code)


class Texte(models.TextField):
    """A text of TEXTE_MAX characters at most; for migrations, a TextField.

    `signes`: what is asked in fewer characters; a draft keeps more, and is told by how much.
    Its box has no `maxlength`, with which a browser cuts what is pasted: what is too long comes whole, and is said.
    """

    default_validators = (LongueurMax(TEXTE_MAX),)

    def __init__(self, *args, signes=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.signes = signes

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def formfield(self, **kwargs):
        field = super().formfield(**kwargs)
        if "data-max" not in field.widget.attrs:
            field.widget.attrs |= {"data-max": str(self.signes)} if self.signes else LIMITE
        return field
