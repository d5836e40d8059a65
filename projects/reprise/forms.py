"""The one question a copy may ask: which contrat follows the project."""

from django import forms

from contrats.models import ContratDeVille
from projects.dossier.forms import contrat_field


class CopieForm(forms.Form):
    """Asks for the lead contrat when the quartiers leave a choice that the former dossier does not settle."""

    contrat = contrat_field()

    def __init__(self, *args, quartiers, edition, contrat, **kwargs):
        super().__init__(*args, **kwargs)
        possible = ContratDeVille.objects.in_generation(edition.generation).for_quartiers(quartiers)
        if len(possible) > 1 and contrat not in possible:
            self.fields["contrat"].queryset = possible
            self.fields["contrat"].required = True
        else:
            del self.fields["contrat"]
