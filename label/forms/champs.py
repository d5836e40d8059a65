"""Days and hours, typed with the browser's own picker; numbers and amounts, read as people write them."""

from datetime import datetime

from django import forms
from django.utils import timezone

from label.dates import ordinaires, parse_jour, parse_moment
from label.nombres import POURCENT, parse_entier, parse_montant, parse_nombre


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class _Bornee:
    """A field whose day stands within `bornes`, a `label.dates.Bornes`; any plausible day where nobody said."""

    bornes = None

    def __init__(self, *, bornes=None, **kwargs):
        super().__init__(**kwargs)
        self.bornes = bornes

    def validate(self, value):
        super().validate(value)
        if value is not None:
            (self.bornes or ordinaires()).ensure(timezone.localdate(value) if isinstance(value, datetime) else value)


class JourField(_Bornee, forms.DateField):
    """A day, with the browser's own picker or as people write it («15 sept. 2027»)."""

    widget = DateInput

    def to_python(self, value):
        return parse_jour(value) if isinstance(value, str) else super().to_python(value)


class DateHeureField(_Bornee, forms.DateTimeField):
    """A day and an hour of Paris, with the browser's own picker or as people write them; the cleaned value is aware."""

    widget = DateTimeInput

    def to_python(self, value):
        return super().to_python(parse_moment(value) if isinstance(value, str) else value)


class NombreInput(forms.TextInput):
    """The box of a number: a text, with the keyboard of figures. A box of numbers forgets what it cannot read."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off"} | (attrs or {}))


class EntierField(forms.IntegerField):
    """A whole number, with blanks or not. `unite`: a regular expression of what may be written beside it."""

    widget = NombreInput

    def __init__(self, *, unite="", **kwargs):
        super().__init__(**kwargs)
        self.unite = unite

    def to_python(self, value):
        return parse_entier(value, self.unite)


class PourcentField(EntierField):
    """A whole percentage: «85», «85 %»."""

    def __init__(self, **kwargs):
        super().__init__(**{"unite": POURCENT, **kwargs})


class ReelField(forms.FloatField):
    """A number with decimals, after a comma or a point."""

    def __init__(self, **kwargs):
        super().__init__(**{"widget": NombreInput({"inputmode": "text"}), **kwargs})

    def to_python(self, value):
        number = parse_nombre(value, milliers=False)
        return None if number is None else float(number)


class MontantField(EntierField):
    """Whole euros: «1 234 €»."""

    def to_python(self, value):
        return parse_montant(value)
