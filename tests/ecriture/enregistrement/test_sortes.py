"""Each kind of field merges in its own way: whatever people write at the same time, what stands was typed by somebody,
and what does not stand waits beside it for a choice."""

import json
import os
from copy import deepcopy
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import DateField, IntegerField
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.enregistrement.actions import resolve_divergence, restore_version, save_field
from ecriture.enregistrement.queries import read_champ
from ecriture.models import Champ, Divergence, Retouche
from label.enums import SorteQuestion
from label.models.formulaire import A_CHOIX
from projects.dossier.declaration import DOSSIER
from projects.enums import Section
from projects.models import Dossier, Structure
from projects.structure.forms import StructureForm
from tests.factories.contrats import CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import PARIS, QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.projects.pages.test_elaboration import address, shown

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
ESSAIS = int(os.environ.get("ENTRELACEMENTS", "4"))
LIGNE = {"sens": "produit", "compte": "74", "libelle": "", "montant": 0, "is_obtenu": False}


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as traveller:
        yield traveller


@pytest.fixture
def duo():
    """(dossier, [porteur, chef]): a draft whose every field has values to choose from, and the two who write it."""
    people = [UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")]
    dossier = DossierFactory(porteur=people[0], chef=people[1])
    contrat, other = dossier.contrat, ContratFactory(code="C2")
    type(contrat).objects.filter(pk=contrat.pk).update(code="C1")
    dossier.quartiers.set([QuartierFactory(identifiant=f"Q{rank}", contrats=[contrat, other]) for rank in range(3)])
    for insee in ("94081", "94041"):
        CommuneFactory(insee=insee)
    for sorte in SorteQuestion:
        options = ["Oui", "Non", "Peut-être"] if sorte in A_CHOIX else []
        QuestionFactory(edition=dossier.edition, sorte=sorte, options=options)
    return Dossier.objects.get(), people


def question(dossier, sorte):
    return f"question.{dossier.edition.questions.get(sorte=sorte).pk}"


def noms_of(dossier):
    """Every field the dossier declares, one row for each family of rows: {nom: kind}."""
    found = {}
    for nom, kind in DOSSIER.kinds.items():
        if nom == "structure":
            noms = [f"structure.{name}" for name in StructureForm.Meta.fields]
        elif nom == "question":
            noms = [question(dossier, sorte) for sorte in SorteQuestion if sorte != SorteQuestion.FICHIER]
        else:
            noms = [f"{nom}.{uuid4()}"] if kind.is_famille else [nom]
        found |= dict.fromkeys(noms, kind)
    return found


PHRASES = ["", "Un café", "Un café solidaire", "Des vélos", "Des vélos, un café"]
NOMBRES = [None, 1, 12, 80]
DATES = ["", "2027-09-01", "2027-09-15", "2028-01-15"]


def rows(columns):
    return [None, *({**dict(zip(columns, pair, strict=True))} for pair in (("a", "b"), ("a", "c"), ("d", "b")))]


def values_of(dossier, nom):
    """What people may write in this field, its kind allowing it, as JSON the database gives back."""
    famille, _, key = nom.partition(".")
    if famille == "ligne":
        names = ({"montant": 10}, {"montant": 20}, {"libelle": "CAF", "montant": 10}, {"libelle": "Ville"})
        return [None, *(LIGNE | values for values in names), LIGNE | {"compte": "75", "libelle": "CAF"}]
    if famille == "indicateur":
        return rows(("libelle", "cible"))
    if nom in ("quartiers", "communes"):
        places = ["Q0", "Q1", "Q2"] if nom == "quartiers" else ["94041", "94081"]
        return [[], places, places[:1], places[1:]]
    if nom == "contrat":
        return ["C1", "C2"]
    if famille == "question":
        match dossier.edition.questions.get(pk=key).sorte:
            case SorteQuestion.NOMBRE:
                return NOMBRES
            case SorteQuestion.DATE:
                return DATES
            case SorteQuestion.CHOIX:
                return ["", "Oui", "Non"]
            case SorteQuestion.CHOIX_MULTIPLE:
                return [[], ["Oui"], ["Non", "Oui"], ["Peut-être"]]
        return PHRASES
    column = (Structure if key else Dossier)._meta.get_field(key or nom)
    written = {
        "siret": ["", "73282932000074", "35600000000048"],
        "rna": ["", "W941234567", "W943210987"],
        "code_postal": ["", "94200", "94400", "94800"],
        "commune": ["", *map(str, column.related_model.objects.values_list("pk", flat=True))]
        if key == "commune"
        else [],
    }
    if column.name in written:
        return written[column.name]
    if column.choices:
        return [str(value) for value, _ in column.choices][:4]
    if isinstance(column, DateField):
        return [None, *DATES[1:]]
    if isinstance(column, IntegerField):
        return NOMBRES
    return PHRASES if column.blank else PHRASES[1:]


def write(dossier, nom, valeur, *, by, base, ecran="e", sequence=1, vu=0):
    return save_field(dossier, nom, valeur=valeur, base=base, ecran=ecran, sequence=sequence, vu=vu, by=by)


def held(nom):
    return read_champ(Dossier.objects.get(), nom)


def set_to(dossier, nom, valeur, by):
    """The field holds this value, nobody having written it in a page."""
    write(dossier, nom, valeur, base=held(nom), by=by, ecran="")


# --- One after the other ----------------------------------------------------------------------

ENTIERES = {
    "titre": ("Ressourcerie", "Ressourcerie du Lac", "La ressourcerie"),
    "lieux": ("", "Villejuif", "VILLEJUIF"),
    "structure.nom": ("Les Voisins", "Les Voisins du Lac", "Voisins"),
    "structure.ville": ("", "Villejuif", "VILLEJUIF"),
    "structure.siret": ("", "73282932000074", "35600000000048"),
    "structure.rna": ("", "W941234567", "W943210987"),
    "structure.code_postal": ("", "94800", "94400"),
    "structure.type": ("association", "fondation", "cooperative"),
    "structure.benevoles": (None, 10, 12),
    "date_debut": ("2027-09-01", "2027-10-01", "2027-09-15"),
    "beneficiaires": (40, 50, 60),
    "part_qpv": (None, 40, 80),
    "montant_demande": (None, 4000, 5000),
    SorteQuestion.TEXTE_COURT: ("", "Oui", "oui"),
    SorteQuestion.NOMBRE: (3, 4, 5),
    SorteQuestion.DATE: ("2027-09-01", "2027-10-01", "2027-09-15"),
    SorteQuestion.CHOIX: ("", "Oui", "Non"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("sorte", ENTIERES)
def test_what_is_one_value_is_compared_whole_both_stand_and_one_is_chosen(client, duo, sorte):
    dossier, (awa, luc) = duo
    nom = question(dossier, sorte) if sorte in SorteQuestion else sorte
    base, hers, his = ENTIERES[sorte]
    set_to(dossier, nom, base, awa)
    given = {"base": held(nom), "vu": 1}
    assert write(dossier, nom, hers, by=awa, **given).divergence is None
    found = write(dossier, nom, his, by=luc, ecran="e2", **given)
    assert (found.valeur, held(nom)) == (hers, hers)
    divergence = Divergence.objects.get()
    assert (divergence.sien, divergence.mien, divergence.autre, divergence.by) == (hers, his, awa, luc)
    # Two values of which one only can be right are never joined.
    with pytest.raises(ValidationError, match="Choisissez l’un des deux"):
        resolve_divergence(divergence, "deux", by=awa)
    client.force_login(awa)
    page = client.get(address(dossier, DOSSIER.kind(nom).section)).text
    assert ("Prendre l’autre" in page, "Garder les deux" in page) == (True, False)
    assert resolve_divergence(divergence, "mien", by=awa).valeur == his
    assert held(nom) == his


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "base", "hers", "his", "words"),
    [
        (
            "date_debut",
            None,
            "2027-09-01",
            "2027-09-15",
            ("1er\u00a0septembre\u00a02027", "15\u00a0septembre\u00a02027"),
        ),
        ("montant_demande", None, 4000, 12500, ("4\u202f000\u00a0€", "12\u202f500\u00a0€")),
        ("part_qpv", None, 40, 80, ("40\u00a0%", "80\u00a0%")),
        ("beneficiaires", None, 1200, 1300, ("1\u202f200", "1\u202f300")),
        ("structure.type", "association", "fondation", "etablissement_public", None),
    ],
)
def test_the_two_are_shown_in_the_words_of_their_kind(client, duo, nom, base, hers, his, words):
    dossier, (awa, luc) = duo
    set_to(dossier, nom, base, awa)
    if words is None:
        kind = Structure._meta.get_field("type")
        choices = dict(kind.choices)
        his = next(value for value in choices if value not in (base, hers))
        words = (choices[hers], choices[his])
    write(dossier, nom, hers, base=base, vu=1, by=awa)
    write(dossier, nom, his, base=base, vu=1, by=luc, ecran="e2")
    client.force_login(awa)
    (shown_here,) = client.get(address(dossier, DOSSIER.kind(nom).section)).context["divergences"]
    assert (shown_here["sien"], shown_here["mien"], shown_here["quoi"]) == (*words, "valeurs")


@pytest.mark.django_db
def test_a_row_merges_column_by_column_and_each_column_whole(client, duo):
    dossier, (awa, luc) = duo
    nom = f"ligne.{uuid4()}"
    base = LIGNE | {"libelle": "CAF", "montant": 10}
    write(dossier, nom, base, base=None, by=awa)
    write(dossier, nom, base | {"montant": 30}, base=base, vu=1, sequence=2, by=awa)
    kept = write(dossier, nom, base | {"is_obtenu": True}, base=base, vu=1, by=luc, ecran="e2")
    assert (kept.valeur, kept.divergence) == (base | {"montant": 30, "is_obtenu": True}, None)
    # The same column twice: the whole of one stands, the whole of the other waits.
    write(dossier, nom, kept.valeur | {"libelle": "CAF du 94"}, base=kept.valeur, vu=3, sequence=3, by=awa)
    aside = write(
        dossier, nom, kept.valeur | {"libelle": "La CAF"}, base=kept.valeur, vu=3, sequence=2, by=luc, ecran="e2"
    )
    assert (aside.divergence.sien["libelle"], aside.divergence.mien["libelle"]) == ("CAF du 94", "La CAF")
    assert held(nom) == kept.valeur | {"libelle": "CAF du 94"}
    client.force_login(awa)
    (told,) = client.get(address(dossier, Section.BUDGET)).context["divergences"]
    assert told["mien"] == "Subventions · La CAF · 30\u00a0€ · Financement obtenu"


@pytest.mark.django_db
def test_a_merged_row_its_field_cannot_hold_is_never_written(duo):
    """A subsidy obtained, on an account that is no subsidy: nobody typed that."""
    dossier, (awa, luc) = duo
    nom = f"ligne.{uuid4()}"
    base = LIGNE | {"libelle": "CAF", "montant": 10}
    write(dossier, nom, base, base=None, by=awa)
    write(dossier, nom, base | {"compte": "75"}, base=base, vu=1, sequence=2, by=awa)
    kept = write(dossier, nom, base | {"is_obtenu": True}, base=base, vu=1, by=luc, ecran="e2")
    assert kept.valeur == held(nom) == base | {"compte": "75"}


@pytest.mark.django_db
def test_who_types_on_while_the_answer_is_on_its_way_is_asked_one_choice_only(duo):
    dossier, (awa, luc) = duo
    base = held("titre")
    write(dossier, "titre", "Ressourcerie", base=base, by=awa)
    for sequence, titre in enumerate(("Jard", "Jardin", "Jardin partagé"), start=1):
        write(dossier, "titre", titre, base=base, vu=0, sequence=sequence, by=luc, ecran="e2")
    assert list(Divergence.objects.values_list("sien", "mien")) == [("Ressourcerie", "Jardin partagé")]
    assert held("titre") == "Ressourcerie"
    # All that was typed stays in the story.
    assert list(Retouche.objects.filter(sorte="ecartee").values_list("apres", flat=True).order_by("pk")) == [
        "Jard",
        "Jardin",
        "Jardin partagé",
    ]


@pytest.mark.django_db
def test_the_button_of_the_section_without_script_compares_whole_too(client, duo):
    dossier, (awa, luc) = duo
    set_to(dossier, "date_debut", "2027-09-01", awa)
    client.force_login(awa)
    mine = shown(client, dossier, "calendrier") | {"date_debut": "2027-09-15", "etapes": "Les étapes d’Awa"}
    set_to(dossier, "date_debut", "2027-10-01", luc)
    set_to(dossier, "etapes", "Celles de Luc", luc)
    page = client.post(address(dossier, "calendrier"), mine, follow=True)
    saved = Dossier.objects.get()
    assert (saved.date_debut.isoformat(), saved.etapes) == ("2027-10-01", "Celles de Luc Les étapes d’Awa")
    assert "Deux valeurs pour «\u00a0Début de l’action\u00a0»" in page.text
    assert [(row.sien, row.mien) for row in Divergence.objects.all()] == [("2027-10-01", "2027-09-15")]


@pytest.mark.django_db
def test_a_former_value_is_put_back_whole(duo):
    dossier, (awa, luc) = duo
    for nom, (base, hers, his) in {nom: ENTIERES[nom] for nom in ("titre", "date_debut", "part_qpv")}.items():
        set_to(dossier, nom, base, awa)
        write(dossier, nom, hers, base=base, vu=1, by=awa)
        write(dossier, nom, his, base=hers, vu=2, by=luc, ecran="e2")
        last = Retouche.objects.filter(nom=nom).latest("pk")
        assert restore_version(last, "avant", by=awa).valeur == held(nom) == hers
    assert not Divergence.objects.exists()


# --- Numbers, amounts and days as people type them ---------------------------------------------

SAISIES = [
    ("montant_demande", "1\u202f234\u00a0€", 1234, None),
    ("montant_demande", "1.234,00", 1234, None),
    ("montant_demande", "1\u00a0234,50\u00a0€", ..., "a des centimes"),
    ("montant_demande", "environ 3000", ..., "n’est pas un montant"),
    ("montant_demande", "12 k€", ..., "n’est pas un montant"),
    ("montant_demande", "−300", ..., "n’est jamais négatif"),
    ("beneficiaires", "1 200", 1200, None),
    ("beneficiaires", "environ 30", ..., "Un nombre entier, en chiffres."),
    ("beneficiaires", "1,5", ..., "rien n’est arrondi"),
    ("beneficiaires", 1.5, ..., "rien n’est arrondi"),
    ("part_qpv", "85 %", 85, None),
    ("part_qpv", "120 %", ..., "va de 0 à 100"),
    ("structure.benevoles", "１２", 12, None),
    ("structure.benevoles", "une dizaine", ..., "Un nombre entier, en chiffres."),
    ("structure.benevoles", "1.5", ..., "rien n’est arrondi"),
    (SorteQuestion.NOMBRE, "1 200", 1200, None),
    (SorteQuestion.NOMBRE, "environ 30", ..., "Un nombre entier, positif ou nul, en chiffres."),
    ("date_debut", "15/09/2027", "2027-09-15", None),
    ("date_debut", "15 sept. 2027", "2027-09-15", None),
    ("date_debut", "15 ²²² 2027", ..., "Cette date n’existe pas"),
    (SorteQuestion.DATE, "15 ²²² 2027", ..., "Cette date n’existe pas"),
    ("date_debut", "0027-09-15", ..., "Vouliez-vous dire le 15\u00a0septembre\u00a02027\u202f?"),
    ("date_debut", "0001-01-01", ..., "Vouliez-vous dire le 1er\u00a0janvier\u00a02027\u202f?"),
    ("date_fin", "9999-12-31", ..., "Vouliez-vous dire le 31\u00a0décembre\u00a02027\u202f?"),
    (SorteQuestion.DATE, "0027-09-15", ..., "n’est pas possible ici"),
    (SorteQuestion.DATE, "15/09/1954", "1954-09-15", None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("nom", "typed", "kept", "said"), SAISIES)
def test_what_is_typed_is_read_or_refused_and_never_stored_otherwise(client, duo, nom, typed, kept, said):
    dossier, (awa, _) = duo
    nom = question(dossier, nom) if nom in SorteQuestion else nom
    base = held(nom)
    client.force_login(awa)
    sent = {"ecran": "e", "sequence": 1, "vu": 0, "base": base, "valeur": typed}
    url = reverse("projects:champ_save", args=[dossier.cle, nom])
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    if said is None:
        assert (answer.status_code, answer.json()["valeur"], held(nom)) == (200, kept, kept)
    else:
        assert (answer.status_code, said in answer.json()["erreur"], held(nom)) == (422, True, base)


@pytest.mark.django_db
def test_a_base_that_is_no_day_counts_for_nothing_typed_before(client, duo):
    dossier, (awa, _) = duo
    set_to(dossier, "date_debut", "2027-09-01", awa)
    client.force_login(awa)
    sent = {"ecran": "e", "sequence": 9, "vu": 1, "base": "15 ²²² 2027", "valeur": "2027-09-15"}
    url = reverse("projects:champ_save", args=[dossier.cle, "date_debut"])
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    assert (answer.status_code, held("date_debut")) == (200, "2027-09-01")
    assert [(row.sien, row.mien) for row in Divergence.objects.all()] == [("2027-09-01", "2027-09-15")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("section", "box", "typed", "said"),
    [
        ("budget", "montant_demande", "1 234,50 €", "a des centimes"),
        ("budget", "montant_demande", "environ 3000", "n’est pas un montant"),
        ("territoire", "beneficiaires", "environ 30", "Un nombre entier, en chiffres."),
        ("territoire", "beneficiaires", "1,5", "rien n’est arrondi"),
        ("structure", "benevoles", "une dizaine", "Un nombre entier, en chiffres."),
        ("calendrier", "date_debut", "15/09/0027", "Vouliez-vous dire le 15\u00a0septembre\u00a02027"),
        ("calendrier", "date_fin", "hier", "Cette date n’existe pas"),
    ],
)
def test_without_script_it_is_said_beside_the_box_that_keeps_it(client, duo, section, box, typed, said):
    dossier, (awa, _) = duo
    client.force_login(awa)
    mine = shown(client, dossier, section) | {box: typed}
    page = client.post(address(dossier, section), mine)
    assert page.status_code == 422
    field = page.context["form"][box]
    assert ([said in error for error in field.errors].count(True), field.value()) == (1, typed)
    assert f'value="{typed}"' in page.text and 'type="number"' not in page.text


# --- At the same time, in any order -----------------------------------------------------------

ACTES = ["type", "type", "save", "save", "lost answer", "lost", "twice", "late"]
etapes = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ACTES), st.integers(0, 7)), min_size=3, max_size=14)


class Page:
    """A page open on one field by one of three, as the script of the section behaves."""

    def __init__(self, rank, base):
        self.rank, self.valeur, self.base = rank, base, base
        self.vu = self.sequence = 0
        self.sent = []

    def message(self):
        self.sequence += 1
        message = {"valeur": deepcopy(self.valeur), "base": self.base, "vu": self.vu, "sequence": self.sequence}
        self.sent.append(message)
        return message


def wanted(base, courante, valeur):
    """(what stands, what waits beside it or ...) when `valeur` typed over `base` meets `courante`, by the letter."""
    if valeur in (base, courante):
        return courante, ...
    if courante == base:
        return valeur, ...
    if isinstance(valeur, list):
        return sorted((set(courante) | set(valeur) - set(base)) - (set(base) - set(valeur))), ...
    if isinstance(base, dict) or isinstance(courante, dict) or isinstance(valeur, dict):
        if courante is None or valeur is None:
            return courante or valeur, ...
        parts = {name: wanted((base or {}).get(name), courante[name], valeur[name]) for name in valeur}
        stands = {name: part[0] for name, part in parts.items()}
        if all(part[1] is ... for part in parts.values()):
            return stands, ...
        return stands, stands | {name: part[1] for name, part in parts.items() if part[1] is not ...}
    return courante, valeur


def play(dossier, people, nom, steps):
    """Play the steps on the real action and database; each save is held against `wanted`."""
    values, first, seen = values_of(dossier, nom), held(nom), {}
    version = 0
    pages = [Page(rank, first) for rank in range(3)]

    def save(page, message):
        nonlocal version
        before = held(nom)
        answer = write(
            dossier,
            nom,
            message["valeur"],
            by=people[page.rank % 2],
            ecran=f"e{page.rank}",
            **{key: message[key] for key in ("base", "vu", "sequence")},
        )
        now, last = held(nom), seen.get(page.rank)
        assert answer.valeur == now
        if last and message["sequence"] <= last[0]:
            assert (now, answer.version) == (before, version)
            return answer
        base = last[2] if last and message["vu"] < last[1] else message["base"]
        stands, aside = wanted(base, before, message["valeur"])
        assert now == stands, (base, before, message["valeur"])
        found = answer.divergence and (answer.divergence.sien, answer.divergence.mien)
        assert found == (None if aside is ... else (stands, aside))
        if found:
            waiting = Divergence.objects.filter(nom=nom, resolved_at=None)
            assert found in [(row.sien, row.mien) for row in waiting]
        version = answer.version
        seen[page.rank] = (message["sequence"], version, message["valeur"])
        return answer

    for who, act, which in steps:
        page = pages[who]
        if act == "type":
            page.valeur = values[which % len(values)]
        elif act == "late":
            if page.sent:
                save(page, page.sent[0])
        elif act == "lost":
            page.message()
        else:
            message = page.message()
            answer = save(page, message)
            if act == "twice":
                answer = save(page, message)
            if act != "lost answer":
                page.valeur = page.base = answer.valeur
                page.vu = answer.version


GROUPES = {
    "lignes": lambda nom, kind: nom in ("titre", "lieux") or nom.startswith("structure."),
    "nombres, dates et choix": lambda nom, kind: nom in ("beneficiaires", "part_qpv", "date_debut", "date_fin"),
    "montant": lambda nom, kind: nom == "montant_demande",
    "listes": lambda nom, kind: nom in ("quartiers", "communes"),
    "contrat": lambda nom, kind: nom == "contrat",
    "rangées": lambda nom, kind: nom.startswith(("ligne.", "indicateur.")),
    "questions": lambda nom, kind: nom.startswith("question."),
}


def test_every_field_but_long_texts_is_in_a_group():
    noms = [nom for nom, kind in DOSSIER.kinds.items() if not kind.is_famille and not kind.is_prose(None, nom)]
    assert [nom for nom in noms if not any(has(nom, None) for has in GROUPES.values())] == []


@pytest.mark.django_db
@pytest.mark.parametrize("groupe", GROUPES)
@settings(max_examples=ESSAIS, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=etapes, data=st.data())
def test_whatever_the_order_what_stands_was_typed_and_the_other_waits(duo, groupe, steps, data):
    dossier, people = duo
    noms = noms_of(dossier)
    mine = [n for n, kind in noms.items() if GROUPES[groupe](n, kind) and not kind.is_prose(dossier, n)]
    nom = data.draw(st.sampled_from(mine))
    if nom == "contrat":
        # Once given to another contrat, the dossier is no longer its chef's.
        people = people[:1] * 2
    values = values_of(dossier, nom)
    # Neither date hinders the other.
    Dossier.objects.update(date_debut=None, date_fin=None)
    # A field that already holds something, or nothing; nobody knows of it.
    if "." not in nom or nom.startswith(("structure.", "question.")):
        set_to(dossier, nom, data.draw(st.sampled_from(values)), people[0])
    Divergence.objects.all().delete()
    Champ.objects.all().delete()
    play(dossier, people, nom, steps)


# --- Whatever a page sends --------------------------------------------------------------------

signes = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalaires = (
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
)
json_values = st.recursive(
    scalaires | signes | st.sampled_from(["2027-09-15", "0001-01-01", "1 234,50 €", "environ 30", "Q1", "94041"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(signes, inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.django_db
@settings(max_examples=8 * ESSAIS, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), valeur=json_values, base=json_values)
def test_nothing_a_page_sends_breaks_the_server(client, duo, data, valeur, base):
    dossier, (awa, _) = duo
    client.force_login(awa)
    nom = data.draw(st.sampled_from(sorted(noms_of(dossier))))
    before = held(nom)
    sent = {"ecran": "e", "sequence": Retouche.objects.count() + 1, "vu": 0, "base": base, "valeur": valeur}
    url = reverse("projects:champ_save", args=[dossier.cle, nom])
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    assert answer.status_code in {200, 400, 422}, answer.content.decode()
    if answer.status_code != 200:
        assert answer.json()["erreur"]
        assert held(nom) == before
    else:
        assert held(nom) == answer.json()["valeur"]
