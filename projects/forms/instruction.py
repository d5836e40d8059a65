"""Forms of the instruction: filters of the queue, note, complements, opinions."""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.db.models.functions import Length
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from contrats.models import ContratDeVille, Quartier
from contrats.recherche import Searchable, matches
from label.forms.champs import DateHeureField
from label.models import Edition, Habilitation, User
from label.textes import LIMITE, TEXTE_MAX, LongueurMax
from projects.actions.complement import DELAI
from projects.actions.instruction import instructeurs
from projects.enums import Section, SensAvis
from projects.forms.question import answer_filter, field_name
from projects.models import Avis, Dossier
from projects.questionnaire import live_questions, sections_of
from projects.queue import STATUTS, VUES, is_avis_late, is_complement_late

TRIS = {
    # Numbers are given in the order of deposits: no need to read the deposits to sort by date.
    "depot": ("Date de dépôt", ("longueur", "numero")),
    "numero": ("Numéro", ("longueur", "numero")),
    "structure": ("Structure", ("structure__nom", "pk")),
    "contrat": ("Contrat", ("contrat__nom", "pk")),
    "statut": ("Statut", ("statut", "pk")),
    "instructeur": ("Instructeur", ("instruction__instructeur__nom", "pk")),
    "montant": ("Montant demandé", ("montant_demande", "pk")),
}


class Liste(forms.Select):
    """A select written in one go: a list of a hundred options costs no template for each."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) == chosen else "", words) for key, words in self.choices),
        )
        attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name, "class": "form-select"})
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


def _champ(type_):
    return {"class": "form-control", "type": type_}


def past_instructeurs():
    """Everybody who holds or held a role at the EPT: filters must find what they left behind."""
    return User.objects.filter(pk__in=Habilitation.objects.values("user")).order_by("nom", "prenom")


class InstructionFilter(django_filters.FilterSet):
    """The queue as asked by the address; without `annee`, the current édition."""

    vue = django_filters.ChoiceFilter(
        choices=[(vue, words) for vue, (words, _) in VUES.items()], method="filter_vue", widget=forms.HiddenInput
    )
    tri = django_filters.CharFilter(method="filter_tri", widget=forms.HiddenInput)
    q = django_filters.CharFilter(
        label="Numéro, titre, structure", method="filter_text", widget=forms.TextInput(attrs=_champ("search"))
    )
    contrat = django_filters.ChoiceFilter(
        label="Contrat de ville", field_name="contrat__code", empty_label="Tous", widget=Liste
    )
    qpv = django_filters.ChoiceFilter(
        label="Quartier", field_name="quartiers__identifiant", empty_label="Tous", widget=Liste
    )
    statut = django_filters.ChoiceFilter(
        label="Statut",
        choices=[(statut.value, statut.label) for statut in STATUTS],
        empty_label="Tous",
        widget=Liste,
    )
    instructeur = django_filters.ChoiceFilter(
        label="Instructeur", method="filter_instructeur", empty_label="Tous", widget=Liste
    )
    retard = django_filters.ChoiceFilter(
        label="En retard",
        method="filter_retard",
        choices=[("tout", "Tout retard"), ("complement", "Complément en retard"), ("avis", "Avis en retard")],
        empty_label="Sans importance",
        widget=Liste,
    )
    montant_min = django_filters.NumberFilter(
        label="Demandé, au moins (€)",
        field_name="montant_demande",
        lookup_expr="gte",
        widget=forms.NumberInput(attrs=_champ("number")),
    )
    montant_max = django_filters.NumberFilter(
        label="Demandé, au plus (€)",
        field_name="montant_demande",
        lookup_expr="lte",
        widget=forms.NumberInput(attrs=_champ("number")),
    )
    annee = django_filters.ChoiceFilter(
        label="Édition", method="filter_annee", empty_label=None, null_label=None, widget=Liste
    )

    class Meta:
        model = Dossier
        fields = []

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.editions = list(Edition.objects.filter(is_historique=False))
        asked = (data or {}).get("annee", "")
        self.edition = next((e for e in self.editions if str(e.annee) == asked), None) or Edition.objects.current()
        generation = self.edition.generation if self.edition else None
        contrats = ContratDeVille.objects.in_generation(generation).order_by("nom").values_list("code", "nom")
        quartiers = Quartier.objects.in_generation(generation).order_by("nom").values_list("identifiant", "nom")
        self.filters["contrat"].extra["choices"] = list(contrats)
        self.filters["qpv"].extra["choices"] = list(quartiers)
        self.filters["annee"].extra["choices"] = [(str(e.annee), str(e.annee)) for e in self.editions]
        self.filters["annee"].extra["initial"] = str(self.edition.annee) if self.edition else None
        self.filters["instructeur"].extra["choices"] = [
            ("aucun", "Personne"),
            *((agent.cle, agent.get_full_name()) for agent in past_instructeurs()),
        ]

        for question in live_questions(self.edition) if self.edition else []:
            if question.is_a_choix:
                added = answer_filter(question, widget=Liste)
                added.parent, added.model = self, Dossier
                self.filters[field_name(question)] = added

    @property
    def in_edition(self):
        """The queue of the édition before the other filters: what the tabs count."""
        return self.queryset.filter(edition=self.edition)

    def filter_queryset(self, queryset):
        sortable = queryset.filter(edition=self.edition).alias(longueur=Length("numero"))
        found = super().filter_queryset(sortable)
        return found if found.ordered and found.query.order_by else found.order_by(*TRIS["depot"][1])

    def filter_annee(self, queryset, name, value):
        return queryset

    def filter_vue(self, queryset, name, value):
        return queryset.filter(statut__in=VUES[value][1])

    def filter_tri(self, queryset, name, value):
        known = TRIS.get(value.removeprefix("-"))
        if known is None:
            return queryset
        sign = "-" if value.startswith("-") else ""
        return queryset.order_by(*(f"{sign}{field}" for field in known[1]))

    def filter_text(self, queryset, name, value):
        return queryset.alias(structure_cherchee=Searchable("structure__nom")).filter(
            Q(pk__in=Dossier.objects.matching(value).values("pk")) | matches(value, "structure_cherchee")
        )

    def filter_instructeur(self, queryset, name, value):
        if value == "aucun":
            return queryset.filter(instruction__instructeur=None)
        return queryset.filter(instruction__instructeur__cle=value)

    def filter_retard(self, queryset, name, value):
        match value:
            case "complement":
                return queryset.filter(is_complement_late())
            case "avis":
                return queryset.filter(is_avis_late())
        return queryset.filter(is_complement_late() | is_avis_late())


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


class NoteForm(forms.Form):
    note_synthese = forms.CharField(
        label="Note de synthèse pour le jury",
        required=False,
        validators=[LongueurMax(TEXTE_MAX)],
        widget=forms.Textarea(attrs={"rows": 9, **LIMITE}),
        help_text="Lue par le jury. Rien de ce qui relève de la vie privée.",
    )
    montant_propose = forms.IntegerField(
        label="Montant proposé (€)", required=False, min_value=0, help_text="En euros entiers."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CommentaireForm(forms.Form):
    texte = forms.CharField(
        label="Nouvelle remarque",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lue par le chef de projet et l’EPT, jamais par le porteur.",
    )


class ComplementForm(forms.Form):
    message = forms.CharField(
        label="Ce qui est demandé",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Envoyé tel quel au porteur\u00a0: dites ce qui manque et ce que vous attendez.",
    )
    sections = forms.MultipleChoiceField(
        label="Parties à rouvrir",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Elles seules pourront être modifiées. Aucune\u00a0: le porteur répond par écrit seulement.",
    )
    echeance = DateHeureField(label="Réponse attendue avant le", help_text="Heure de Paris.")
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, dossier, **kwargs):
        super().__init__(*args, **kwargs)
        asked = [section for section in sections_of(dossier) if section != Section.ENGAGEMENTS]
        self.fields["sections"].choices = [(section.value, section.label) for section in asked]
        soon = timezone.localtime(timezone.now() + DELAI).replace(hour=23, minute=59, second=0, microsecond=0)
        self.fields["echeance"].initial = soon


class DelaiComplementForm(forms.Form):
    echeance = DateHeureField(label="Nouvelle date limite", help_text="Heure de Paris.")
    motif = forms.CharField(label="Motif", max_length=500, help_text="Le porteur le lit dans le message envoyé.")


class ReponseForm(forms.Form):
    reponse = forms.CharField(
        label="Votre réponse",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Dites en quelques mots ce que vous avez complété. L’EPT voit aussi chaque changement du dossier.",
    )


_LIGNE = re.compile(r"^(?P<nom>[^<]+)<(?P<email>[^>]+)>$")


class AvisForm(forms.Form):
    """Several partners at once, one a line."""

    partenaires = forms.CharField(
        label="Partenaires",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un par ligne\u00a0: nom\u202f; organisme\u202f; adresse électronique. L’organisme est facultatif.",
    )
    question = forms.CharField(
        label="Votre question",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif\u00a0: ce sur quoi l’avis vous serait le plus utile.",
    )
    echeance = forms.DateField(
        label="Avis attendu jusqu’au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["echeance"].initial = timezone.localdate() + Avis.DELAI

    def clean_partenaires(self):
        """A list of (nom, organisme, email)."""
        found, errors, seen = [], [], set()
        for rang, line in enumerate(self.cleaned_data["partenaires"].splitlines(), 1):
            if not line.strip():
                continue
            mailbox = _LIGNE.match(line.strip())
            parts = [mailbox["nom"], mailbox["email"]] if mailbox else re.split(r"[;\t]", line)
            parts = [part.strip() for part in parts if part.strip()]
            try:
                nom, *organisme, email = parts
                validate_email(email)
                if len(organisme) > 1 or len(nom) > 120 or len("".join(organisme)) > 120:
                    raise ValueError
            except (ValueError, ValidationError):
                errors.append(
                    f"Ligne {rang}\u00a0: écrivez «\u202fnom\u202f; organisme\u202f; adresse électronique\u202f»."
                )
                continue
            if email.lower() in seen:
                errors.append(f"Ligne {rang}\u00a0: {email} figure deux fois.")
                continue
            seen.add(email.lower())
            found.append((nom, "".join(organisme), email.lower()))
        if errors:
            raise ValidationError(errors)
        return found


class RenduAvisForm(forms.Form):
    """What a partner answers."""

    sens = forms.ChoiceField(label="Votre avis", choices=SensAvis, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Nécessaire pour un avis réservé ou défavorable. L’EPT et le jury peuvent le lire.",
    )

    def clean(self):
        cleaned = super().clean()
        needs = cleaned.get("sens") in (SensAvis.RESERVE, SensAvis.DEFAVORABLE)
        if needs and not cleaned.get("texte", "").strip():
            self.add_error("texte", "Dites en quelques mots ce qui motive cet avis.")
        return cleaned
