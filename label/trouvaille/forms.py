"""What one searches: a few words, or a number."""

from label.forms.recherche import FiltresForm, Recherche
from label.recherche import fold

# Longer is a text pasted by mistake: its first words would be looked for, and the rest forgotten in silence.
SIGNES_MAX = 200


class RechercheForm(FiltresForm):
    q = Recherche(
        label="Numéro, titre, structure ou personne",
        required=False,
        max_length=SIGNES_MAX,
        error_messages={
            "max_length": "C’est trop long pour une recherche\u00a0: %(show_value)d signes, quand %(limit_value)d "
            "suffisent. Gardez les mots utiles."
        },
    ).field

    def clean_q(self):
        typed = self.cleaned_data["q"]
        folded = fold(typed)
        if len(folded) == 1 and not folded.isdigit():
            self.add_error("q", "Une lettre seule trouverait presque tout\u00a0: écrivez-en au moins deux.")
        return typed
