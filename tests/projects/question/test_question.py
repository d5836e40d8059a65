"""The questions of an édition: written by the pilote, answered in drafts, frozen at the first deposit."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from openpyxl import load_workbook

from ecriture.enregistrement.queries import read_champ
from label.enums import SorteQuestion
from label.lifecycle import TransitionRefused
from label.models import Edition, Question
from projects.dossier.completude import missing_for, missing_sentences
from projects.dossier.contenu import current_content, fingerprint
from projects.dossier.lisible import readable
from projects.enums import Section
from projects.models import Dossier, Reponse
from projects.question.actions import (
    FormulaireFige,
    add_question,
    change_question,
    clean_reponse,
    move_question,
    retire_question,
    write_reponse,
)
from tests.factories.depot import EN_TEMPS, complete_dossier, deposit, deposited_dossier
from tests.factories.label import EditionFactory, QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory, MembreFactory
from tests.pdf import PDF, pdf

pytestmark = pytest.mark.django_db

OUI_NON = ["Oui", "Non", "Peut-être"]


def read_reponse(dossier, question):
    """What the base holds now, as the screen reads it."""
    return read_champ(Dossier.objects.get(pk=dossier.pk), f"question.{question.pk}")


def of(sorte, **values):
    options = OUI_NON if sorte in (SorteQuestion.CHOIX, SorteQuestion.CHOIX_MULTIPLE) else []
    return QuestionFactory(sorte=sorte, **{"options": options} | values)


@pytest.fixture
def porteur():
    return UserFactory()


@pytest.fixture
def dossier(porteur):
    """A draft with nothing else missing, while the édition is open."""
    now = timezone.now()
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=10),
        cloture=now + timedelta(days=10),
        fin_instruction=now.date() + timedelta(days=30),
        jury_debut=now.date() + timedelta(days=40),
        jury_fin=now.date() + timedelta(days=41),
        publication_prevue=now.date() + timedelta(days=60),
    )
    return DossierFactory(edition=edition, complet=True, porteur=porteur)


def again(dossier):
    return Dossier.objects.get(pk=dossier.pk)


# --- An answer: read, cleaned, written ----------------------------------------------------------


@pytest.mark.parametrize(
    ("sorte", "typed", "column", "held", "valeur"),
    [
        ("texte_long", "Un\r\nDeux ", "texte", "Un\nDeux ", "Un\nDeux "),
        ("texte_court", "Un\nDeux", "texte", "Un Deux", "Un Deux"),
        ("texte_long", None, "texte", "", ""),
        ("nombre", 12, "nombre", 12, 12),
        ("nombre", "12\u202f500", "nombre", 12500, 12500),
        ("nombre", "", "nombre", None, None),
        ("date", "2027-03-01", "date", date(2027, 3, 1), "2027-03-01"),
        ("date", "", "date", None, ""),
        ("choix", "Non", "choix", ["Non"], "Non"),
        ("choix", "", "choix", [], ""),
        ("plusieurs", ["Peut-être", "Oui"], "choix", ["Oui", "Peut-être"], ["Oui", "Peut-être"]),
        ("plusieurs", [], "choix", [], []),
    ],
)
def test_each_kind_of_answer_has_its_own_column(dossier, porteur, sorte, typed, column, held, valeur):
    question = of(sorte, edition=dossier.edition)
    empty = {"texte": "", "nombre": None, "date": None, "choix": [], "piece": None}
    assert clean_reponse(question, typed) == empty | {column: held}
    write_reponse(dossier, question, typed, porteur, timezone.now())
    row = Reponse.objects.values("texte", "nombre", "date", "choix", "piece").get()
    assert row == empty | {column: held}
    assert read_reponse(dossier, question) == valeur


@pytest.mark.parametrize(
    ("sorte", "typed", "phrase"),
    [
        ("nombre", "douze", "Un nombre entier, positif ou nul, en chiffres."),
        ("nombre", -1, "Un nombre entier, positif ou nul, en chiffres."),
        ("nombre", 1.5, "Un nombre entier, positif ou nul, en chiffres."),
        ("nombre", True, "Un nombre entier, positif ou nul, en chiffres."),
        ("nombre", 3_000_000_000, "Un nombre entier, positif ou nul, en chiffres."),
        ("date", "2027-02-30", "Cette date n’existe pas\u00a0: jour, mois et année."),
        ("choix", "Jamais", "Ce choix n’est plus proposé\u00a0: choisissez dans la liste."),
        ("plusieurs", ["Oui", "Jamais"], "Ce choix n’est plus proposé\u00a0: choisissez dans la liste."),
        ("plusieurs", "Oui", "Ce choix n’a pas pu être lu."),
        ("texte_long", ["Oui"], "Ce texte n’a pas pu être lu."),
        ("fichier", "x", "Un fichier se joint avec le bouton de la question."),
    ],
)
def test_what_cannot_be_an_answer_is_refused_in_french(sorte, typed, phrase):
    with pytest.raises(ValidationError) as refused:
        clean_reponse(of(sorte), typed)
    assert refused.value.messages == [phrase]


def test_an_answer_is_written_over_the_one_before(dossier, porteur):
    question = QuestionFactory(edition=dossier.edition)
    chef, later = UserFactory(), timezone.now()
    write_reponse(dossier, question, "Avant", auteur=porteur, at=later - timedelta(days=1))
    write_reponse(dossier, question, "Après", auteur=chef, at=later)
    assert list(Reponse.objects.values_list("texte", "by", "at")) == [("Après", chef.pk, later)]
    assert read_reponse(dossier, QuestionFactory(edition=dossier.edition)) == ""


def test_a_question_of_another_edition_or_retired_takes_no_answer(dossier, porteur):
    foreign = QuestionFactory(edition=EditionFactory(annee=2040))
    retired = QuestionFactory(edition=dossier.edition, retiree_at=timezone.now())
    for question in (foreign, retired):
        with pytest.raises(ValidationError, match="Cette question n’est plus posée"):
            write_reponse(dossier, question, "Texte", auteur=porteur, at=timezone.now())
    with pytest.raises(ProgrammingError, match="pas de l’édition du dossier"), transaction.atomic():
        Reponse.objects.create(dossier=dossier, question=foreign, texte="Texte", by=porteur)
    with pytest.raises(IntegrityError, match="reponse_une_seule_sorte"), transaction.atomic():
        Reponse.objects.create(
            dossier=dossier, question=QuestionFactory(edition=dossier.edition), texte="Un", nombre=1, by=porteur
        )


# --- What is missing ----------------------------------------------------------------------------


def test_a_question_added_after_the_drafts_is_missing_in_them(dossier, porteur):
    assert missing_for(again(dossier)) == []
    question = QuestionFactory(edition=dossier.edition, intitule="Et après ?")
    optional = of("nombre", edition=dossier.edition, is_obligatoire=False)
    manques = missing_for(again(dossier))
    assert [(m.section, m.champ, m.phrase) for m in manques] == [
        (
            Section.QUESTIONS,
            f"question.{question.pk}",
            "Répondez à la question «\u00a0Et après ?\u00a0».",
        )
    ]
    write_reponse(dossier, question, "   ", auteur=porteur, at=timezone.now())
    assert len(missing_for(again(dossier))) == 1
    write_reponse(dossier, question, "Le centre social continue.", auteur=porteur, at=timezone.now())
    write_reponse(dossier, optional, 0, auteur=porteur, at=timezone.now())
    assert missing_for(again(dossier)) == []


def test_a_text_too_long_is_kept_whole_and_bars_the_deposit(dossier, porteur):
    question = QuestionFactory(edition=dossier.edition, intitule="Et après ?", mots_max=3, caracteres_max=20)
    texte = "un deux\u00a0trois quatre cinq"
    write_reponse(dossier, question, texte, auteur=porteur, at=timezone.now())
    assert read_reponse(dossier, question) == texte
    assert missing_sentences(again(dossier)) == [
        "Votre réponse à «\u00a0Et après ?\u00a0» compte 2\u00a0mots de trop (3 au plus).",
        "Votre réponse à «\u00a0Et après ?\u00a0» compte 5\u00a0caractères de trop (20 au plus).",
    ]
    write_reponse(dossier, question, "un deux trois", auteur=porteur, at=timezone.now())
    assert missing_for(again(dossier)) == []


def test_a_summary_too_long_says_by_how_much(dossier):
    Dossier.objects.update(resume="é" * 312)
    assert missing_sentences(again(dossier)) == ["Le résumé compte 12\u00a0signes de trop (300 au plus)."]


# --- The pilote ---------------------------------------------------------------------------------


def test_only_the_pilote_writes_the_questions():
    question = QuestionFactory()
    instructeur = UserFactory(instructeur=True)
    for act in (
        lambda: add_question(question.edition, values={"intitule": "Une"}, by=instructeur),
        lambda: change_question(question, values={"intitule": "Une"}, by=instructeur),
        lambda: move_question(question, up=True, by=instructeur),
        lambda: retire_question(question, by=instructeur),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_questions_are_asked_after_the_others_then_moved_by_one():
    pilote, edition = UserFactory(pilote=True), EditionFactory()
    un, deux, trois = (add_question(edition, values={"intitule": nom}, by=pilote) for nom in ("un", "deux", "trois"))
    assert move_question(un, up=True, by=pilote) is False
    assert move_question(trois, up=False, by=pilote) is False
    assert move_question(trois, up=True, by=pilote) is True
    assert list(edition.questions.values_list("intitule", flat=True)) == ["un", "trois", "deux"]
    retire_question(trois, by=pilote)
    assert move_question(deux, up=True, by=pilote) is True
    assert list(edition.questions.filter(retiree_at=None).values_list("intitule", flat=True)) == ["deux", "un"]


def test_the_kind_stays_once_a_draft_answered(dossier, porteur):
    pilote = UserFactory(pilote=True)
    question = QuestionFactory(edition=dossier.edition)
    change_question(question, values={"sorte": "texte_court"}, by=pilote)
    write_reponse(dossier, question, "Texte", auteur=porteur, at=timezone.now())
    with pytest.raises(ValidationError, match="le type de réponse ne change plus"):
        change_question(question, values={"sorte": "nombre"}, by=pilote)
    change_question(question, values={"intitule": "Plus clair", "mots_max": 50}, by=pilote)
    assert Question.objects.values_list("intitule", "sorte", "mots_max").get() == ("Plus clair", "texte_court", 50)


def test_the_first_deposit_freezes_the_questions_for_all():
    edition, pilote = EditionFactory(), UserFactory(pilote=True)
    question = QuestionFactory(edition=edition, intitule="Et après ?")
    un = complete_dossier(edition=edition)
    with pytest.raises(TransitionRefused, match="Et après"):
        deposit(un, by=un.responsable, at=EN_TEMPS)
    assert Edition.objects.get().formulaire_fige_at is None
    write_reponse(un, question, "Le centre social.", auteur=un.responsable, at=EN_TEMPS)
    deposit(un, by=un.responsable, at=EN_TEMPS)
    assert Edition.objects.get().formulaire_fige_at == EN_TEMPS
    for act in (
        lambda: add_question(edition, values={"intitule": "Une"}, by=pilote),
        lambda: change_question(question, values={"intitule": "Une"}, by=pilote),
        lambda: move_question(question, up=True, by=pilote),
        lambda: retire_question(question, by=pilote),
    ):
        with pytest.raises(FormulaireFige) as refused:
            act()
    assert refused.value.messages == [
        "Les questions sont figées depuis le premier dépôt\u00a0: les mêmes pour tous les dossiers de l’édition. "
        "Aucune ne peut plus être ajoutée, modifiée, déplacée ni retirée."
    ]
    deux = complete_dossier(edition=edition)
    write_reponse(deux, question, "Rien.", auteur=deux.responsable, at=EN_TEMPS)
    deposit(deux, by=deux.responsable, at=EN_TEMPS + timedelta(hours=1))
    assert Edition.objects.get().formulaire_fige_at == EN_TEMPS


def test_pilote_writes_orders_previews_and_retires_on_his_pages(client):
    edition = EditionFactory()
    client.force_login(UserFactory(pilote=True))
    base = "/editions/2027/questions/"
    body = {"intitule": "Est-ce nouveau ?", "aide": "Ici ou ailleurs.", "sorte": "choix", "mots_max": "12"}
    assert "Proposez au moins deux choix." in client.post(f"{base}ajouter/", body | {"options": "Oui"}).text
    created = client.post(f"{base}ajouter/", body | {"options": "Oui\r\n\r\n Non \r\nOui", "is_obligatoire": "on"})
    assert created.headers["Location"] == base
    client.post(f"{base}ajouter/", {"intitule": "Et après ?", "sorte": "texte_long", "mots_max": "150"})
    nouveau, suite = edition.questions.all()
    names = ("intitule", "aide", "sorte", "options", "mots_max", "is_obligatoire")
    assert list(edition.questions.values_list(*names)) == [
        ("Est-ce nouveau ?", "Ici ou ailleurs.", "choix", ["Oui", "Non"], None, True),
        ("Et après ?", "", "texte_long", [], 150, False),
    ]
    client.post(f"{base}{suite.pk}/deplacer/", {"sens": "haut"})
    assert list(edition.questions.values_list("intitule", flat=True)) == ["Et après ?", "Est-ce nouveau ?"]
    shown = client.get(f"{base}apercu/").text
    assert 'data-max-mots="150"' in shown
    assert '<option value="Non">Non</option>' in shown
    assert "data-champ" not in shown
    client.post(f"{base}{nouveau.pk}/", body | {"intitule": "Est-ce neuf ?", "options": "Oui\nNon"})
    assert edition.questions.get(pk=nouveau.pk).intitule == "Est-ce neuf ?"
    assert "Personne n’y a encore répondu." in client.get(f"{base}{nouveau.pk}/retirer/").text
    client.post(f"{base}{nouveau.pk}/retirer/")
    assert list(edition.questions.filter(retiree_at=None)) == [suite]
    assert client.get(f"{base}{nouveau.pk}/").status_code == 404


def test_the_frozen_page_says_why_and_offers_nothing(client):
    edition = deposited_dossier(edition=QuestionFactory(is_obligatoire=False).edition).edition
    client.force_login(UserFactory(pilote=True))
    page = client.get("/editions/2027/questions/").text
    assert "figées depuis le premier dépôt, le 20\u00a0mai\u00a02027 à 14\u00a0h\u00a032" in page
    assert "Ajouter une question" not in page
    assert "Modifier" not in page
    refused = client.post("/editions/2027/questions/ajouter/", {"intitule": "Une", "sorte": "nombre"})
    assert "Les questions sont figées" in refused.text or "figées depuis" in refused.text
    assert edition.questions.count() == 1


# --- The porteur --------------------------------------------------------------------------------


def test_the_section_exists_only_where_questions_are_asked(client, dossier, porteur):
    client.force_login(porteur)
    url, home = f"/dossiers/{dossier.cle}/questions/", f"/dossiers/{dossier.cle}/"
    assert client.get(url).status_code == 404
    assert "Questions de l’édition" not in client.get(home).text
    question = QuestionFactory(edition=dossier.edition, mots_max=150, caracteres_max=900)
    page = client.get(url)
    assert page.status_code == 200
    assert f'data-champ="question.{question.pk}"' in page.text
    assert 'data-max-mots="150"' in page.text
    assert 'data-max="900"' in page.text
    assert f'href="{url}"' in client.get(home).text
    Question.objects.update(retiree_at=timezone.now())
    assert client.get(url).status_code == 404


def test_the_button_of_the_section_saves_every_kind_of_answer(client, dossier, porteur):
    client.force_login(porteur)
    asked = {sorte: of(sorte, edition=dossier.edition) for sorte in SorteQuestion if sorte != SorteQuestion.FICHIER}
    typed = {
        "texte_court": "Court",
        "texte_long": "Un\r\nDeux",
        "choix": "Non",
        "plusieurs": ["Peut-être", "Oui"],
        "nombre": "12",
        "date": "2027-03-01",
    }
    url = f"/dossiers/{dossier.cle}/questions/"
    assert client.post(url, {f"question_{asked[s].pk}": v for s, v in typed.items()}).headers["Location"] == url
    assert {sorte: read_reponse(dossier, question) for sorte, question in asked.items()} == {
        "texte_court": "Court",
        "texte_long": "Un\nDeux",
        "choix": "Non",
        "plusieurs": ["Oui", "Peut-être"],
        "nombre": 12,
        "date": "2027-03-01",
    }
    shown = client.get(url).text
    assert 'value="12"' in shown
    assert 'value="2027-03-01"' in shown
    following = client.post(
        url, {f"question_{asked[s].pk}": v for s, v in typed.items()} | {"suivante": "oui"}
    ).headers["Location"]
    assert following == f"/dossiers/{dossier.cle}/pieces/"


def test_a_file_answers_and_is_replaced_without_being_lost(client, dossier, porteur):
    client.force_login(porteur)
    question = of("fichier", edition=dossier.edition, intitule="Un plan")
    url = f"/dossiers/{dossier.cle}/questions/{question.pk}/fichier/"
    name = f"question_{question.pk}"
    assert [m.champ for m in missing_for(again(dossier))] == [f"question.{question.pk}"]
    for nom in ("plan.pdf", "plan2.pdf"):
        fichier = SimpleUploadedFile(nom, pdf(nom.encode()), "application/pdf")
        assert client.post(url, {name: fichier}).status_code == 302
    assert [(piece.nom, piece.remplacee_at is None) for piece in dossier.pieces.order_by("pk")] == [
        ("plan.pdf", False),
        ("plan2.pdf", True),
    ]
    assert Reponse.objects.get().piece.nom == "plan2.pdf"
    assert missing_for(again(dossier)) == []
    refused = client.post(url, {name: SimpleUploadedFile("plan.pdf", b"MZ", "application/pdf")}, follow=True)
    assert "Le fichier n’a pas été joint." in refused.text
    sections = current_content(again(dossier))
    assert sections["questions"]["reponses"][0]["valeur"] == "plan2.pdf"
    assert [f["demandee"] for f in sections["pieces"]["fichiers"]] == ["Un plan"]
    stranger = UserFactory()
    client.force_login(stranger)
    assert client.post(url, {name: SimpleUploadedFile("a.pdf", PDF)}).status_code == 404


def test_answers_close_with_the_dossier(client):
    edition = QuestionFactory(is_obligatoire=False).edition
    question = of("fichier", edition=edition, is_obligatoire=False)
    dossier = deposited_dossier(edition=edition)
    client.force_login(dossier.responsable)
    page = client.get(f"/dossiers/{dossier.cle}/questions/").text
    assert "data-champ" not in page
    client.post(
        f"/dossiers/{dossier.cle}/questions/{question.pk}/fichier/",
        {f"question_{question.pk}": SimpleUploadedFile("a.pdf", PDF)},
    )
    assert Reponse.objects.count() == 0


# --- Read afterwards ----------------------------------------------------------------------------


def test_answers_are_read_printed_and_frozen_with_the_rest():
    edition = EditionFactory()
    suite = QuestionFactory(edition=edition, intitule="Et après ?")
    neuf = of("choix", edition=edition, intitule="Est-ce nouveau ?")
    qui = of("plusieurs", edition=edition, intitule="Pour qui ?", is_obligatoire=False)
    combien = of("nombre", edition=edition, intitule="Combien ?", is_obligatoire=False)
    quand = of("date", edition=edition, intitule="Quand ?", is_obligatoire=False)
    ready = complete_dossier(edition=edition)
    for question, valeur in (
        (suite, "Le centre social."),
        (neuf, "Non"),
        (qui, ["Peut-être", "Oui"]),
        (combien, 1200),
        (quand, "2027-03-01"),
    ):
        write_reponse(ready, question, valeur, auteur=ready.responsable, at=EN_TEMPS)
    depot = deposit(ready, by=ready.responsable, at=EN_TEMPS)
    frozen = depot.contenu["sections"]["questions"]["reponses"]
    assert [(item["intitule"], item["valeur"]) for item in frozen] == [
        ("Et après ?", "Le centre social."),
        ("Est-ce nouveau ?", "Non"),
        ("Pour qui ?", ["Oui", "Peut-être"]),
        ("Combien ?", 1200),
        ("Quand ?", "2027-03-01"),
    ]
    assert depot.sha256 == fingerprint(depot.contenu)
    parties = readable(depot.contenu["sections"])
    codes = [partie.code for partie in parties]
    assert codes.index("questions") == codes.index("evaluation") + 1 == codes.index("pieces") - 1
    assert [(champ.valeur, champ.long) for champ in parties[codes.index("questions")].champs] == [
        ("Le centre social.", True),
        ("Non", False),
        (["Oui", "Peut-être"], False),
        ("1\u202f200", False),
        ("1er\u00a0mars\u00a02027", False),
    ]


def test_a_dossier_without_questions_has_no_such_part():
    assert "questions" not in [partie.code for partie in readable(current_content(DossierFactory(complet=True)))]


def test_the_export_has_one_typed_column_for_each_question(client, dossier, porteur):
    edition = dossier.edition
    QuestionFactory(edition=edition, intitule="Et après ?")
    combien = of("nombre", edition=edition, intitule="Combien ?")
    quand = of("date", edition=edition, intitule="Quand ?")
    qui = of("plusieurs", edition=edition, intitule="Pour qui ?")
    for question, valeur in ((combien, 12), (quand, "2027-03-01"), (qui, ["Oui", "Non"])):
        write_reponse(dossier, question, valeur, auteur=porteur, at=timezone.now())
    client.force_login(UserFactory(pilote=True))
    content = client.get(f"/exports/{edition.annee}/dossiers/?format=xlsx").getvalue()
    rows = [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]
    head = next(row for row in rows if "Combien ?" in row)
    line = next(row for row in rows if dossier.titre in row)
    cells = dict(zip(head, line, strict=True))
    assert cells["Combien ?"] == 12
    assert cells["Quand ?"].date() == date(2027, 3, 1)
    assert cells["Pour qui ?"] == "Oui ; Non"
    assert not cells["Et après ?"]


@pytest.mark.parametrize("asks", [False, True])
def test_a_complement_reopens_the_questions_only_where_there_are_some(client, asks):
    edition = EditionFactory()
    if asks:
        QuestionFactory(edition=edition, is_obligatoire=False)
    dossier = deposited_dossier(edition=edition)
    client.force_login(UserFactory(instructeur=True))
    page = client.get(f"/instruction/{dossier.cle}/complement/")
    assert page.status_code == 200
    assert ('value="questions"' in page.text) is asks


def test_the_queue_is_filtered_by_the_option_chosen(client):
    edition = EditionFactory()
    un_choix = of("choix", edition=edition, is_obligatoire=False)
    plusieurs = of("plusieurs", edition=edition, is_obligatoire=False)
    ready = [complete_dossier(edition=edition) for _ in range(3)]
    for dossier, valeurs in zip(ready, (("Oui", ["Oui", "Non"]), ("Non", ["Non"]), ("", [])), strict=True):
        for question, valeur in zip((un_choix, plusieurs), valeurs, strict=True):
            write_reponse(dossier, question, valeur, auteur=dossier.responsable, at=EN_TEMPS)
        deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    client.force_login(UserFactory(instructeur=True))

    def found(**asked):
        query = {f"question_{question}": option for question, option in asked.items()} | {"annee": edition.annee}
        page = client.get("/instruction/", query)
        return [row["titre"] for row in page.context["page_obj"].object_list]

    titres = [dossier.titre for dossier in ready]
    assert found() == titres
    assert found(**{str(un_choix.pk): "Non"}) == titres[1:2]
    assert found(**{str(plusieurs.pk): "Non"}) == titres[:2]
    assert found(**{str(un_choix.pk): "Non", str(plusieurs.pk): "Oui"}) == []


def test_members_of_the_structure_write_others_read(client, dossier):
    question = QuestionFactory(edition=dossier.edition)
    membre = UserFactory()
    MembreFactory(structure=dossier.structure, user=membre)
    agent = UserFactory(instructeur=True)
    url, body = f"/dossiers/{dossier.cle}/questions/", {f"question_{question.pk}": "Écrit par un membre."}
    client.force_login(agent)
    client.post(url, body)
    assert read_reponse(dossier, question) == ""
    client.force_login(membre)
    client.post(url, body)
    assert read_reponse(dossier, question) == "Écrit par un membre."
