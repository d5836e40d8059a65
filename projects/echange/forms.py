"""A message about a dossier: to whom, and what."""

from django import forms

from projects.echange.actions import seals
from projects.enums import Cercle
from projects.models import Echange


class EchangeForm(forms.ModelForm):
    """`envoi` is made once by the page, `vus` says whom it named; `de`: the circle of the author, `people`: as
    `people_of` found them. A circle in which nobody but the author would read is not offered.
    """

    vers = forms.MultipleChoiceField(
        label="À qui écrivez-vous ?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez à qui vous écrivez.",
            "invalid_choice": "Une des cases choisies n’est plus proposée : choisissez de nouveau à qui vous écrivez.",
        },
    )
    envoi = forms.UUIDField(widget=forms.HiddenInput)
    vus = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Echange
        fields = ["texte"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 6, "data-max": "5000", "data-max-discret": True})}

    field_order = ["vers", "texte", "envoi", "vus"]

    def __init__(self, *args, de, people, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.people = user, people
        offered = [c for c in Cercle if c != de and set(people[c]) - {user}]
        self.fields["vers"].choices = [(c.value, c.label) for c in offered]
        self.initial |= {"vers": [c.value for c in offered[:1]], "vus": seals(people)}

    @property
    def cercles(self):
        """Each circle offered, with its box and the names of those who will read: list of (box, names)."""
        return [
            (box, ", ".join(one.get_full_name() for one in self.people[box.data["value"]] if one != self.user))
            for box in self["vers"]
        ]

    @property
    def vus_maintenant(self):
        """What the page shown now keeps of the people it names."""
        return seals(self.people)
