"""Giving dossiers to somebody."""

from django import forms

from instruction.attribution.queries import instructeurs
from instruction.liste import Liste

# In the address of the queue, after a refusal: the dossiers that stay ticked, the person who was chosen.
COCHES, CONFIER = "coche", "confier"


class AttributionForm(forms.Form):
    """Who follows the dossiers; empty: nobody. The cleaned value is a `User` or None."""

    instructeur = forms.ChoiceField(label="Confier à", required=False, widget=Liste)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.agents = {agent.cle: agent for agent in instructeurs()}
        people = [(cle, agent.get_full_name()) for cle, agent in self.agents.items()]
        self.fields["instructeur"].choices = [("", "Personne"), *people]

    def clean_instructeur(self):
        return self.agents.get(self.cleaned_data["instructeur"])
