"""One folding for all that is searched: what is found, what is not, and the same in Python and in PostgreSQL."""

import unicodedata

import pytest
from django.db import connection
from django.db.models import GeneratedField, Model, TextField
from django.test.utils import isolate_apps
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from contrats.models import Commune
from label.forms.recherche import SIGNES_SEULS
from label.recherche import MOTS_MAX, REPLI, Searchable, Words, fold, in_words, matches, raw, words
from projects.enums import Statut
from projects.models import Dossier, Structure
from tests.factories.contrats import CommuneFactory, QuartierFactory
from tests.factories.depot import deposited_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PUBLIE_LE, LaureatFactory
from tests.factories.projects import DossierFactory, StructureFactory


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Cœur d'Île", "coeur d ile"),
        ("ŒUVRE et Æther", "oeuvre et aether"),
        ("Şahin, Işık, İzmir", "sahin isik izmir"),
        ("Straße, STRASSE, ẞ", "strasse strasse ss"),
        ("e\u0301te\u0301", "ete"),
        ("eﬀet ﬁnal ﬂou", "effet final flou"),
        ("Łódź, Đà Nẵng, Ørsted, Þór", "lodz da nang orsted thor"),
        ("Ａｔｅｌｉｅｒ ２", "atelier 2"),
        ("n°12 / Nº 12 / № 12", "n 12 no 12 no 12"),
        ("C++ & C#", "c et c"),
        ("Arts & Culture, Arts＆Culture, R&D", "arts et culture arts et culture r et d"),
        ("“mot” «\u00a0mot\u202f» ‹mot› „mot‟", "mot mot mot mot"),
        ("100 % _ \\ @ €", "100"),
        ("می\u200cخواهم", fold("میخواهم")),
        ("مُحَمَّد", "محمد"),
        ("Ελλάς", "ελλασ"),
        ("Йод", "иод"),
        ("নববর্ষ", unicodedata.normalize("NFKD", "নববর্ষ")),
        ("👩🏽\u200d🚒", "👩🏽🚒"),
    ],
)
def test_what_is_read_the_same_is_folded_the_same(text, folded):
    assert fold(text) == folded


def sql_of(texts):
    """These texts as PostgreSQL folds them."""
    sql, params = Commune.objects.order_by().values_list(Searchable("nom")).query.sql_with_params()
    sql = sql.replace('"contrats_commune"."nom"', "t.x").replace(
        'FROM "contrats_commune"', "FROM unnest(%s::text[]) WITH ORDINALITY t(x, n) ORDER BY n"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, texts])
        return [folded for (folded,) in cursor.fetchall()]


# What PostgreSQL stores and this Python knows: a sign newer than one of them is read by the other alone.
CONNUS = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in ("Cs", "Cn", "Co")]


@pytest.mark.django_db
def test_python_and_postgresql_fold_every_sign_alike():
    texts = [f"a{sign}B" for sign in CONNUS]
    assert [pair for pair in zip(texts, map(raw, texts), sql_of(texts), strict=True) if pair[1] != pair[2]] == []


@pytest.mark.django_db
@settings(max_examples=60)
@given(st.lists(st.text(st.sampled_from(CONNUS), max_size=30), min_size=20, max_size=60))
def test_python_and_postgresql_fold_every_text_alike(texts):
    assert sql_of(texts) == [raw(text) for text in texts]


TITRES = {
    "coeur": "Un cœur pour l’Île",
    "sahin": "L’atelier de Mme Şahin",
    "strasse": "Fête de la Straße",
    "nfd": "Un e\u0301te\u0301 au jardin",
    "numero": "Action n°12",
    "cpp": "Club de C++ et d’électronique",
    "mot": "Le “mot” de la semaine",
    "bengali": "নববর্ষ : fête du quartier",
    "saint": "Place St-Georges",
    "arts": "Arts & Culture",
    "arts et": "Arts et Culture",
    "rd": "R&D et quartiers",
    "pour cent": "100 % vélo_cargo",
}


@pytest.fixture
def dossiers(db):
    edition = EditionFactory()
    return {name: DossierFactory(edition=edition, titre=titre, resume="") for name, titre in TITRES.items()}


TROUVES = [
    ("coeur", {"coeur"}),
    ("CŒUR", {"coeur"}),
    ("cœur ile", {"coeur"}),
    ("l'ile", {"coeur"}),
    ("l’île", {"coeur"}),
    ("sahin", {"sahin"}),
    ("ŞAHİN", {"sahin"}),
    ("strasse", {"strasse"}),
    ("Straß", {"strasse"}),
    ("été", {"nfd"}),
    ("e\u0301te\u0301", {"nfd"}),
    ("n°12", {"numero"}),
    ("n° 12", {"numero"}),
    ("n°1", {"numero"}),
    ("n°13", set()),
    ("c++", {"cpp"}),
    ("“mot”", {"mot"}),
    ('"mot"', {"mot"}),
    ("(mot)", {"mot"}),
    ("নববর্ষ", {"bengali"}),
    ("st georges", {"saint"}),
    ("vélo-cargo", {"pour cent"}),
    ("velo_cargo", {"pour cent"}),
    ("100%", {"pour cent"}),
    ("Arts et Culture", {"arts", "arts et"}),
    ("arts & culture", {"arts", "arts et"}),
    ("arts&cult", {"arts", "arts et"}),
    ("R&D", {"rd"}),
    ("R et D", {"rd"}),
    # Another word: letters are not joined.
    ("RD", set()),
    ("&", set()),
    ("＆", set()),
    ("@", set()),
    ("%", set()),
    ("_", set()),
    ("\\", set()),
    ("'", set()),
    ("++ // ??", set()),
    ("😀", set()),
    ("& | ! <-> :*", set()),
    ("coeur:* | sahin", set()),
    ("x" * 5000, set()),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "found"), TROUVES)
def test_a_dossier_is_found_as_it_is_typed(dossiers, typed, found):
    titres = set(Dossier.objects.matching(typed).values_list("titre", flat=True))
    assert titres == {TITRES[name] for name in found}


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "found"), TROUVES)
def test_a_name_is_found_as_it_is_typed(typed, found):
    for titre in TITRES.values():
        StructureFactory(nom=titre)
    rows = Structure.objects.alias(cherche=Searchable("nom")).filter(matches(typed, "cherche"))
    assert set(rows.values_list("nom", flat=True)) == {TITRES[name] for name in found}


@pytest.mark.django_db
def test_a_long_text_without_a_blank_is_kept_and_found():
    long = "é" * 20_000
    dossier = DossierFactory(resume=long, titre="ﷺ" * 130)
    assert list(Dossier.objects.matching("e" * 150)) == [dossier]
    assert list(Dossier.objects.matching("eee")) == [dossier]


@given(st.text(max_size=40))
def test_a_question_is_always_one_postgresql_reads(text):
    asked = in_words(text)
    assert (asked is None) == (words(text) == [])
    assert asked is None or not set("\\") & set(asked.source_expressions[0].value)


@pytest.mark.django_db
@settings(max_examples=50)
@given(st.text(st.sampled_from(CONNUS), max_size=40))
def test_no_question_falls_nor_finds_everything(text):
    if not words(text):
        assert not Dossier.objects.matching(text).exists()
    list(Dossier.objects.matching(text)[:1])
    list(Commune.objects.matching(text)[:1])


@pytest.mark.parametrize("folding", [Searchable, Words])
def test_another_folding_is_another_column_that_makemigrations_sees(folding):
    old, new = folding("nom", repli="ancien"), folding("nom")
    assert (old.deconstruct()[1:], new.deconstruct()[1:]) == (
        (("nom",), {"repli": "ancien"}),
        (("nom",), {"repli": REPLI}),
    )
    columns = [GeneratedField(expression=one, output_field=TextField(), db_persist=True) for one in (old, new)]
    assert columns[0].deconstruct()[3] != columns[1].deconstruct()[3]


@pytest.mark.django_db
def test_another_folding_is_never_applied_as_if_nothing_changed():
    """PostgreSQL would keep what is folded already: Django refuses, and the column is to be made again."""

    def table(repli):
        with isolate_apps("contrats"):

            class Lieu(Model):
                nom = TextField()
                recherche = GeneratedField(
                    expression=Searchable("nom", repli=repli), output_field=TextField(), db_persist=True
                )

                class Meta:
                    app_label = "contrats"

        return Lieu

    before, after = (table(repli)._meta.get_field("recherche") for repli in ("ancien", REPLI))
    with pytest.raises(ValueError, match="must be removed and re-added"), connection.schema_editor() as editor:
        editor.create_model(before.model)
        editor.alter_field(before.model, before, after)


# --- Each place where one searches ---------------------------------------------------------------


@pytest.fixture
def pilote(client):
    """A pilote, who also tends the technical administration, signed in."""
    user = UserFactory(pilote=True, is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def _names(answer):
    rows = answer.context["cl"].result_list if "cl" in answer.context else answer.context["page_obj"]
    return sorted(str(getattr(row, "nom", None) or row["titre"]) for row in rows)


def _structure(nom):
    deposited_dossier(structure=StructureFactory(nom=nom), titre=nom)


PLACES = {
    "la file, par titre": (lambda nom: deposited_dossier(titre=nom), "instruction:instruction_list"),
    "la file, par structure": (_structure, "instruction:instruction_list"),
    "les lauréats": (
        lambda nom: LaureatFactory(nom=nom),
        "laureats:laureat_list",
    ),
    "les quartiers": (lambda nom: QuartierFactory(nom=nom), "contrats:quartier_list"),
    "les personnes, à l’administration": (lambda nom: UserFactory(nom=nom), "admin:label_user_changelist"),
    "les communes, à l’administration": (lambda nom: CommuneFactory(nom=nom), "admin:contrats_commune_changelist"),
    "les lauréats, à l’administration": (lambda nom: LaureatFactory(nom=nom), "admin:laureats_laureat_changelist"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_wherever_one_searches_it_is_found(client, pilote, place):
    make, name = PLACES[place]
    for nom in ("Cœur de Şahin", "Le Relais"):
        make(nom)
    found = {typed: _names(client.get(reverse(name), {"q": typed})) for typed in ("coeur sahin", "@", "“", "c++")}
    assert found == {"coeur sahin": ["Cœur de Şahin"], "@": [], "“": [], "c++": []}


@pytest.mark.django_db
def test_a_dossier_is_found_by_words_of_its_text_and_of_its_structure_together(client):
    chef, agent, edition = UserFactory(), UserFactory(pilote=True), EditionFactory()
    for titre, nom, sigle in (
        ("Un four commun", "Les Voisins de l’Île", "ADVI"),
        ("Un four solaire", "Le Relais", ""),
        ("Un jardin", "Les Voisins de l’Île", "ADVI"),
    ):
        structure = Structure.objects.get_or_create(nom=nom, sigle=sigle)[0]
        DossierFactory(edition=edition, titre=titre, structure=structure, chef=chef, statut=Statut.DEPOSE)
    wanted = {
        "four voisins": ["Un four commun"],
        "VOISINS ile": ["Un four commun", "Un jardin"],
        "advi jardin": ["Un jardin"],
        "four": ["Un four commun", "Un four solaire"],
        "relais jardin": [],
        "@": [],
    }
    found = {}
    for person, name in (
        (chef, "projects:portefeuille_list"),
        (chef, "projects:dossier_list"),
        (agent, "projects:dossier_list"),
        (agent, "instruction:instruction_list"),
    ):
        client.force_login(person)
        for typed in wanted:
            rows = client.get(reverse(name), {"q": typed}).context["page_obj"]
            titres = [row["titre"] if isinstance(row, dict) else str(getattr(row, "dossier", row)) for row in rows]
            found[person, name, typed] = sorted(titres)
    assert found == {(person, name, typed): wanted[typed] for person, name, typed in found}
    assert len(found) == 4 * len(wanted)


@pytest.mark.django_db
def test_what_is_kept_folded_follows_what_it_says(client, pilote):
    user = UserFactory(nom="Şahin", prenom="Élise", email="elise.s@exemple.example")
    page = reverse("admin:label_user_changelist")

    def found(typed):
        return [row.pk for row in client.get(page, {"q": typed}).context["cl"].result_list]

    assert [found(typed) for typed in ("sahin elise", "elise.s@exemple", "martin")] == [[user.pk], [user.pk], []]
    user.nom = "Martin"
    user.save()
    assert [found(typed) for typed in ("sahin", "martin")] == [[], [user.pk]]


@pytest.mark.django_db
def test_a_portfolio_and_a_list_of_dossiers_are_searched_alike(client):
    chef, edition = UserFactory(), EditionFactory()
    for titre in ("Cœur de Şahin", "Le Relais"):
        DossierFactory(edition=edition, titre=titre, chef=chef)
    client.force_login(chef)
    found = {}
    for typed in ("coeur sahin", "@", "relais"):
        shown = client.get(reverse("projects:portefeuille_list"), {"q": typed}).context["page_obj"]
        found[typed] = [ligne.dossier.titre for ligne in shown]
    assert found == {"coeur sahin": ["Cœur de Şahin"], "@": [], "relais": ["Le Relais"]}


@pytest.mark.django_db
def test_a_place_is_found_with_or_without_its_signs(client):
    EditionFactory()
    CommuneFactory(nom="Ivry-sur-Seine")
    CommuneFactory(nom="L’Haÿ-les-Roses")
    for typed, nom in (("Ivry sur Seine", "Ivry-sur-Seine"), ("l'hay", "L’Haÿ-les-Roses"), ("IVRY", "Ivry-sur-Seine")):
        place = client.get(reverse("contrats:recherche"), {"q": typed}).context["answer"].place
        assert str(place) == nom
    assert client.get(reverse("contrats:recherche"), {"q": "@"}).context["answer"].choices == []


def test_signs_alone_say_that_nothing_was_searched(client, db):
    edition = EditionFactory(published_at=PUBLIE_LE)
    LaureatFactory(edition=edition, nom="Les Voisins")
    for typed, count in (("voisins", 1), ("@", 0), ("“”", 0), ("", 1)):
        answer = client.get(reverse("laureats:laureat_list"), {"q": typed})
        assert len(answer.context["page_obj"]) == count, typed
        assert (SIGNES_SEULS in answer.text) == (typed in ("@", "“”"))


@pytest.mark.django_db
def test_the_first_twelve_words_alone_are_looked_for():
    assert MOTS_MAX == 12
    first = [f"mot{rang}" for rang in range(12)]
    typed = " ".join([*first, *["absent"] * 3000])
    structure = StructureFactory(nom=" ".join(first))
    rows = Structure.objects.alias(cherche=Searchable("nom"))
    assert list(rows.filter(matches(typed, "cherche"))) == [structure]
    assert list(rows.filter(matches(" ".join([*first[:11], "absent"]), "cherche"))) == []
    assert str(in_words(typed)) == str(in_words(" ".join(first)))
    assert str(in_words(typed.replace(" ", "."))) == str(in_words(".".join(first) + "."))
