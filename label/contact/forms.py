"""What one writes to us: about what, and the message; who one is, when nobody is signed in."""

import uuid

from django import forms
from django.urls import Resolver404, resolve
from django.utils.html import format_html

from label.adresses import AdresseField
from label.contact.registre import offers
from label.forms.robots import AntiRobotMixin
from label.journaux import masked
from label.models import Demande
from label.textes import LongueurMax

TEXTE_MAX = 5_000


def page_from(path):
    """The path of a page of ours that may be told to others, or "": the address of a link holds its key."""
    if not path.startswith("/") or len(path) > 200:
        return ""
    try:
        return "" if masked(path) != path or hasattr(resolve(path).func, "lien") else path
    except Resolver404:
        return ""


class ContactForm(AntiRobotMixin, forms.Form):
    """`offres`: what this person may write about, each with who receives it."""

    a = forms.ChoiceField(
        label="De quoi s’agit-il\u202f?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Dites de quoi il s’agit\u00a0: votre message ira à la bonne personne.",
            "invalid_choice": "Ce choix n’est plus dans la liste\u00a0: choisissez de nouveau.",
        },
    )
    texte = forms.CharField(
        label="Votre message",
        help_text="Dites ce que vous cherchiez à faire et ce qui vous arrête.",
        validators=[LongueurMax(TEXTE_MAX)],
        widget=forms.Textarea(attrs={"rows": 8, "data-max": str(TEXTE_MAX)}),
        error_messages={"required": "Écrivez votre message."},
    )
    nom = forms.CharField(
        label="Votre nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Donnez votre nom\u00a0: nous saurons à qui nous répondons."},
    )
    email = AdresseField(
        label="Votre adresse électronique",
        help_text="La réponse y arrivera. Relisez-la bien\u00a0: rien d’autre ne permet de vous répondre.",
        autocomplete="email",
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.offres = user, offers(user)
        self.is_known = user.is_authenticated
        self.fields["a"].choices = [
            (value, format_html("{} <small>{}</small>", offre.libelle, offre.vers))
            for value, offre in self.offres.items()
        ]
        if user.is_authenticated:
            del self.fields["nom"], self.fields["email"]

    def clean_page(self):
        return page_from(self.cleaned_data["page"])

    def for_action(self):
        """The arguments of `send_demande`, once the form is valid."""
        data = self.cleaned_data
        # Who has no name is called by an address, which may be longer than a name.
        nom_max = Demande._meta.get_field("nom").max_length
        who = {}
        if self.user.is_authenticated:
            who = {"nom": self.user.get_full_name()[:nom_max], "email": self.user.email}
        return {name: data.get(name) for name in ("a", "texte", "nom", "email", "page", "envoi")} | who
