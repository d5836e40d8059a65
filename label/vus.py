"""A save touches only what the person wrote: each page carries the seal of what it showed, field by field.

Three values decide of a field: as the page showed it, as the person sends it, as it stands. Left as shown, it is
nobody's word and what stands stays; written while it still stands as shown, it is saved; written by two people in
different ways, the second is told what the first wrote and keeps what was typed.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from label.templatetags.label_ui import heure, jour, jour_heure, nombre
from label.verrous import hold

GARDEE = "Votre saisie est restée ici\u00a0: enregistrez de nouveau pour la garder."

# Typed, but not what the field takes: another word than any that stands.
_ILLISIBLE = ["illisible"]


def seal(value: Any) -> str:
    """What a page says it has shown: the same for the same values, hours to the minute, ends of lines in one way."""
    plain = json.dumps(value, default=_minute, sort_keys=True).replace("\\r\\n", "\\n")
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _minute(value: date | time) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value.isoformat(timespec="minutes")


def is_crossed(vu: str | None, typed: Any, standing: Any) -> bool:
    """True when what stands is neither what the page showed (`vu`, a seal; None: it did not say) nor what is typed."""
    return vu not in {None, seal(standing)} and seal(typed) != seal(standing)


def entre_temps(words: str) -> str:
    """What is said beside a field that another wrote meanwhile."""
    return f"Entre-temps, quelqu’un d’autre a écrit\u00a0: {words}. {GARDEE}"


def words_of(field: forms.Field, value: Any) -> str:
    """The value of a form's field as a reader is told it."""
    if value is None or value == "":
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return nombre(value)
    if isinstance(value, date):
        return jour_heure(value) or jour(value)
    said = heure(value) or str(dict(getattr(field, "choices", ())).get(value, value))
    return f"«\u202f{said}\u202f»"


@contextmanager
def held(request: HttpRequest, instance: Model) -> Iterator[Model]:
    """The row as it stands, held until the end of the block when the request writes; 404 when it is gone."""
    if request.method != "POST" or instance.pk is None:
        yield instance
        return
    with transaction.atomic():
        rows = hold(type(instance)._default_manager.all())
        yield get_object_or_404(rows, pk=instance.pk)


# What the class it is mixed with is besides.
if TYPE_CHECKING:
    from django.forms import ModelForm as _Form
else:
    _Form = object


class VusMixin(_Form):
    """For a form of one row: only what the person changed is written. Bind it to the row that `held` gives.

    The page sends `vus` back (`components/form.html` does). After a refusal the fields left alone are shown as they
    stand, and the others as typed.
    """

    data: QueryDict

    @property
    def _sealed(self) -> list[str]:
        """The names of the fields a person writes in."""
        return list(self.fields)

    def _standing(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    @property
    def vus(self) -> dict[str, str]:
        """{name as sent: seal of the field as it stands}."""
        return {f"vu-{self.add_prefix(name)}": seal(self._standing(name)) for name in self._sealed}

    def _clean_fields(self) -> None:
        super()._clean_fields()
        if self.instance.pk is None:
            return
        for name in self._sealed:
            field, key = self.fields[name], self.add_prefix(name)
            vu, standing = self.data.get(f"vu-{key}"), self._standing(name)
            typed = self.cleaned_data.get(name, _ILLISIBLE)
            if vu == seal(typed):
                self.cleaned_data[name] = standing
                self.data = self.data.copy()
                self.data[key] = standing
            elif is_crossed(vu, typed, standing):
                self.add_error(name, entre_temps(words_of(field, standing)))
