"""Forms of the questions of an édition: the pilote asks them, the porteur answers them in a section of the dossier."""

from dataclasses import dataclass

import django_filters
from django import forms

from label.enums import SorteQuestion
from label.fichiers.formats import ATTRIBUT_ACCEPT
from label.forms.champs import EntierField, JourField
from label.forms.section import SectionMixin
from label.models import Question
from label.models.formulaire import A_CHOIX, SORTES_TEXTE
from label.templatetags.label_ui import pluriel
from label.textes import LIMITE, TEXTE_MAX, LongueurMax
from projects.models import Piece, Reponse
from projects.question.actions import NOMBRE_MAX, clean_reponse
from projects.question.questionnaire import live_questions, nom_of, piece_of, reponses_of, valeur_of

OPTIONS_MAX = 30


class QuestionForm(forms.ModelForm):
    """One question, as the pilote writes it. What its kind has no use for is dropped."""

    options = forms.CharField(
        label="Choix proposés",
        required=False,
        max_length=TEXTE_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Un choix par ligne, dans l’ordre où ils seront lus. Seulement pour un ou plusieurs choix.",
    )
    field_order = ["intitule", "aide", "sorte", "options", "mots_max", "caracteres_max", "is_obligatoire"]

    class Meta:
        model = Question
        fields = ["intitule", "aide", "sorte", "mots_max", "caracteres_max", "is_obligatoire"]
        help_texts = {
            "mots_max": "Seulement pour un texte. Un texte trop long est gardé\u00a0; il ne peut pas être déposé.",
            "caracteres_max": "Seulement pour un texte, espaces compris.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["options"].initial = "\n".join(self.instance.options)
        for name in ("mots_max", "caracteres_max"):
            self.fields[name].min_value = 1

    def clean_options(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        options = list(dict.fromkeys(line for line in lines if line))
        longest = Question._meta.get_field("options").base_field.max_length
        if any(len(option) > longest for option in options):
            raise forms.ValidationError(f"Un choix compte {longest} caractères au plus.")
        if len(options) > OPTIONS_MAX:
            raise forms.ValidationError(f"{OPTIONS_MAX} choix au plus.")
        return options

    def clean(self):
        cleaned = super().clean()
        sorte = cleaned.get("sorte")
        if sorte not in A_CHOIX:
            cleaned["options"] = []
        elif len(cleaned.get("options") or []) < 2 and "options" not in self.errors:
            self.add_error("options", "Proposez au moins deux choix.")
        if sorte not in SORTES_TEXTE:
            cleaned["mots_max"] = cleaned["caracteres_max"] = None
        return cleaned

    def _post_clean(self):
        """The action checks the whole row, with its édition."""


@dataclass(frozen=True)
class Entree:
    """One question on the page. `champ`: its bound field; `piece`: the file given, for a question that asks one.

    `refus`: why the file just sent was not joined, as sentences.
    """

    question: Question
    nom: str
    champ: forms.BoundField
    piece: Piece | None
    refus: list[str]


def field_name(question):
    """The name of the control of this question."""
    return nom_of(question).replace(".", "_")


def _limits(question):
    found = []
    if question.mots_max:
        found.append(pluriel(question.mots_max, "mot,mots"))
    if question.caracteres_max:
        found.append(pluriel(question.caracteres_max, "caractère,caractères"))
    return f"{' et '.join(found)} au plus." if found else ""


def _field(question, *, is_asked):
    aide = " ".join(filter(None, (question.aide, _limits(question))))
    common = {"label": question.intitule, "help_text": aide, "required": False}
    if not question.is_obligatoire:
        common["label"] += " (facultatif)"
    attrs = {}
    if question.mots_max:
        attrs["data-max-mots"] = str(question.mots_max)
    if question.sorte in SORTES_TEXTE:
        # Longer than the question asks waits for the deposit; longer than any text is refused.
        attrs |= {"data-max": str(question.caracteres_max)} if question.caracteres_max else LIMITE
        common["validators"] = [LongueurMax(TEXTE_MAX)]
    choices = [(option, option) for option in question.options]
    match question.sorte:
        case SorteQuestion.TEXTE_LONG:
            return forms.CharField(strip=False, widget=forms.Textarea(attrs={"rows": 6, **attrs}), **common)
        case SorteQuestion.NOMBRE:
            return EntierField(min_value=0, max_value=NOMBRE_MAX, **common)
        case SorteQuestion.DATE:
            return JourField(**common)
        case SorteQuestion.CHOIX:
            return forms.ChoiceField(choices=[("", "Choisir"), *choices], **common)
        case SorteQuestion.CHOIX_MULTIPLE:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case SorteQuestion.FICHIER:
            # A form of its own: the file leaves with its own button. In the preview there is none.
            form = {"form": f"fichier-{question.pk}"} if is_asked else {}
            widget = forms.FileInput(attrs={"accept": ATTRIBUT_ACCEPT, **form})
            return forms.FileField(allow_empty_file=True, widget=widget, **common)
    return forms.CharField(strip=False, widget=forms.TextInput(attrs=attrs), **common)


def answer_filter(question, widget):
    """The filter of the dossiers that chose one option of this question."""

    def answered(queryset, name, value):
        said = Reponse.objects.filter(question=question, choix__contains=[value])
        return queryset.filter(pk__in=said.values("dossier"))

    return django_filters.ChoiceFilter(
        label=question.intitule,
        method=answered,
        choices=[(option, option) for option in question.options],
        empty_label="Toutes les réponses",
        widget=widget,
    )


class QuestionsForm(SectionMixin, forms.Form):
    """The answers of one dossier (`instance`), or the bare questions of an `edition`."""

    def __init__(self, data=None, *, instance=None, edition=None):
        super().__init__(data)
        self.instance = instance
        self.questions = live_questions(instance.edition if instance else edition)
        self.reponses = reponses_of(instance) if instance else {}
        self.refus = {}
        for question in self.questions:
            field = _field(question, is_asked=instance is not None)
            if question.sorte != SorteQuestion.FICHIER:
                field.initial = self._held(question)
            self.fields[field_name(question)] = field

    def _held(self, question):
        return valeur_of(question, self.reponses.get(question.pk))

    def refuse_file(self, question, phrases):
        """Say beside a question why its file was not joined, as a list of sentences."""
        self.refus[question.pk] = phrases
        name = field_name(question)
        self.fields[name].widget.attrs |= {
            "aria-invalid": "true",
            "aria-describedby": f"erreur-{name} id_{name}_helptext",
            "class": "is-invalid",
        }

    @property
    def ecrites(self):
        """The questions answered by typing: all but those that ask a file."""
        return [question for question in self.questions if question.sorte != SorteQuestion.FICHIER]

    @property
    def contenu(self):
        return [field_name(question) for question in self.ecrites]

    @property
    def entrees(self):
        """The questions in order, as a list of Entree."""
        return [
            Entree(
                question,
                nom_of(question),
                self[field_name(question)],
                piece_of(self.reponses.get(question.pk)),
                self.refus.get(question.pk, []),
            )
            for question in self.questions
        ]

    def add_base(self):
        super().add_base()
        for question in self.ecrites:
            self.fields[field_name(question)].widget.attrs["data-champ"] = nom_of(question)

    def stored(self):
        return {nom_of(question): self._held(question) for question in self.ecrites}

    def typed(self):
        found = {}
        for question in self.ecrites:
            value = self.cleaned_data[field_name(question)]
            # As it would be written: line ends, order of the options.
            value = value.isoformat() if hasattr(value, "isoformat") else value
            found[nom_of(question)] = valeur_of(question, Reponse(**clean_reponse(question, value)))
        return found
