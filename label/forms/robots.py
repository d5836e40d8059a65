"""A public form that tells people from machines without asking them anything: the time taken, a trap.

Nobody is turned away: each refusal shows the page again with all that was typed, and says what to do.
"""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone

# A page left open longer than this is shown again, with a new start.
OUVERTE_MAX = timedelta(days=7)
_SEL = "projects.robots"


def start():
    """A signed mark of the moment the form is shown, in whole milliseconds: always as long, so that HEAD is as GET."""
    return signing.dumps(round(timezone.now().timestamp() * 1000), salt=_SEL)


def age_of(mark):
    """How long ago this mark was made (timedelta), or None when it is not ours."""
    try:
        millis = timezone.now().timestamp() * 1000 - signing.loads(mark, salt=_SEL)
    except signing.BadSignature:
        return None
    return timedelta(milliseconds=millis)


class AntiRobotMixin(forms.Form):
    """Two fields nobody sees: when the page was shown, and a box that people leave empty."""

    # Somebody signed in: he may send again, in a second, what was just refused.
    is_known = False

    depart = forms.CharField(widget=forms.HiddenInput, required=False, initial=start)
    site_web = forms.CharField(
        label="Ne remplissez pas cette case",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean(self):
        cleaned = super().clean()
        age = age_of(cleaned.pop("depart", ""))
        if cleaned.pop("site_web", ""):
            self._again("site_web", "", "Une case qui devait rester vide était remplie, sans doute par le navigateur.")
        elif age is None or age > OUVERTE_MAX:
            self._again("depart", start(), "Cette page était ouverte depuis trop longtemps.")
        elif age < timedelta(seconds=settings.IDEE_SECONDES_MIN) and not self.is_known:
            self.add_error(None, "L’envoi est parti plus vite qu’on ne peut écrire. Relisez, puis envoyez de nouveau.")
        return cleaned

    def _again(self, name, value, reason):
        """Refuse once: the page comes back with everything typed, and one more click sends it."""
        self.add_error(None, f"{reason} Rien n’est perdu\u00a0: relisez, puis envoyez de nouveau.")
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value
