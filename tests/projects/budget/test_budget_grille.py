"""The grid and the sheets people keep it in: pasted text, workbooks out and in, the names an édition prints."""

import gzip
import json
import zipfile
from datetime import datetime
from io import BytesIO
from random import Random
from uuid import UUID

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.models import Retouche
from label.exports import to_xlsx
from projects.budget.actions import name_comptes
from projects.budget.plan import EPT, PLAN, Plan
from projects.budget.releve import Refus, read_text, read_workbook
from projects.budget.tableur import compare, table
from projects.dossier.section import save_section
from projects.enums import Section, Sens
from projects.models import BudgetLigne, LibelleCompte
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.pdf import PDF

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


def short(lecture):
    return [(one["compte"], one["libelle"], one["montant"], one["is_obtenu"]) for one in lecture.lignes]


# --- Pasted text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "lignes"),
    [
        ("60\tAchats\t1 234,00 €", [("60", "", 1234, False)]),
        ("6061\tFournitures\t800", [("60", "Fournitures", 800, False)]),
        ("60 - Bois et vis\t500", [("60", "Bois et vis", 500, False)]),
        ("74\tVille d’Ivry\t2\u202f000 €\tObtenu", [("74", "Ville d’Ivry", 2000, True)]),
        ("74\tCAF\t300\tdemandé", [("74", "CAF", 300, False)]),
        ("7581;Dons;90", [("758", "Dons", 90, False)]),
        ("875\tBénévolat\t700", [("87B", "", 700, False)]),
        ("Charges indirectes : frais financiers\t12", [("IX", "", 12, False)]),
        ("60 Achats\t100\t70 Ventes et prestations de services\t250", [("60", "", 100, False), ("70", "", 250, False)]),
        ("\n  \n61\t\t5\r\n", [("61", "", 5, False)]),
        ("60 Achats\n74 Subventions\t", []),
    ],
)
def test_what_is_pasted_is_understood(texte, lignes):
    lecture = read_text(texte, PLAN)
    assert (short(lecture), lecture.refus) == (lignes, [])


def test_what_is_not_understood_says_its_line_and_why_and_is_given_back():
    texte = (
        "Compte\tLibellé\tMontant\n60\tBois\t12,50\n61\tLoyer\n71\tStock\t4\n86\tBénévoles\t9\n"
        f"62\tPub\t-3\n74\tVille\t5\n74\t{EPT}\t900\n74\tRégion\t7\tpeut-être"
    )
    lecture = read_text(texte, PLAN, 800)
    assert short(lecture) == [("74", "Ville", 5, False)]
    assert lecture.refus == [
        Refus(1, "Compte\tLibellé\tMontant", "Il manque le numéro de compte, au début."),
        Refus(
            2,
            "60\tBois\t12,50",
            "«\u00a012,50\u00a0» a des centimes\u00a0: écrivez un nombre entier d’euros, sans centimes.",
        ),
        Refus(3, "61\tLoyer", "Il manque le montant."),
        Refus(4, "71\tStock\t4", "Le compte 71 n’existe pas dans cette grille."),
        Refus(5, "86\tBénévoles\t9", "Précisez le compte\u00a0: 860, 861, 862 ou 864."),
        Refus(6, "62\tPub\t-3", "Un montant n’est jamais négatif."),
        Refus(
            8,
            f"74\t{EPT}\t900",
            "La ligne de l’EPT suit le montant demandé\u00a0: changez-le dans la page du budget.",
        ),
        Refus(9, "74\tRégion\t7\tpeut-être", "Il manque le numéro de compte, au début."),
    ]
    assert lecture.reste.splitlines() == [*texte.splitlines()[:6], *texte.splitlines()[7:]]


def test_the_numbers_of_the_edition_are_those_people_paste():
    plan = Plan({"87D": ("875", "Dons"), "87B": ("870", "Temps donné"), "60": ("61", "Achats"), "61": ("60", "Loyers")})
    assert [(one["compte"], one["libelle"]) for one in read_text("875\tDons\t1\n870\tX\t2\n60\tY\t3", plan).lignes] == [
        ("87D", ""),
        ("87B", "X"),
        ("61", "Y"),
    ]


# --- Workbooks ----------------------------------------------------------------------------------

CLES = [UUID(int=rank) for rank in range(1, 4)]


def held():
    return [
        BudgetLigne(cle=CLES[0], sens="charge", compte="60", libelle="=1+1", montant=1200),
        BudgetLigne(cle=CLES[1], sens="produit", compte="74", libelle="Ville", montant=200, is_obtenu=True),
        BudgetLigne(cle=CLES[2], sens="produit", compte="74", libelle=EPT, montant=1000, is_ept=True),
    ]


def upload(content, name="budget.xlsx"):
    return SimpleUploadedFile(name, content)


def tenues(lignes):
    names = ("sens", "compte", "libelle", "montant", "is_obtenu")
    return {f"ligne.{one.cle}": {name: getattr(one, name) for name in names} for one in lignes if not one.is_ept}


def test_the_grid_goes_out_whole_and_comes_back_the_same():
    content = to_xlsx(table(held(), PLAN))
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[:2] == [
        ("60", "Achats", "=1+1", 1200, None, str(CLES[0])),
        ("61", "Services extérieurs", None, None, None, None),
    ]
    assert sheet["C2"].data_type == "s"
    assert [row for row in rows if row[0] == "74"] == [
        ("74", "Subventions", "Ville", 200, "oui", str(CLES[1])),
        ("74", "Subventions", EPT, 1000, "non", "EPT"),
    ]
    assert len(rows) == 31
    lecture = read_workbook(upload(content), PLAN, 1000)
    done = compare(tenues(held()), lecture)
    assert (lecture.refus, done.changements, done.absentes) == ([], [], [])


def test_a_workbook_filled_elsewhere_adds_changes_and_leaves_out():
    book = openpyxl.load_workbook(BytesIO(to_xlsx(table(held(), PLAN))))
    sheet = book.active
    places = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    places["IF"][2].value, places["IF"][3].value = "Loyer", 300.0
    places["61"][3].value = "12,5"
    sheet["D2"].value = "1 500 €"
    villes = [row[0].row for row in sheet.iter_rows(min_row=2) if row[2].value == "Ville"]
    sheet.delete_rows(villes[0])
    output = BytesIO()
    book.save(output)
    lecture = read_workbook(upload(output.getvalue()), PLAN, 1000)
    done = compare(tenues(held()), lecture)
    assert [one.apres | {"sens": ""} for one in done.ajouts] == [
        {"sens": "", "compte": "IF", "libelle": "Loyer", "montant": 300, "is_obtenu": False}
    ]
    assert [(one.nom, one.avant["montant"], one.apres["montant"]) for one in done.modifications] == [
        (f"ligne.{CLES[0]}", 1200, 1500)
    ]
    assert [one.avant["libelle"] for one in done.absentes] == ["Ville"]
    assert [(refus.numero, refus.raison) for refus in lecture.refus] == [
        (3, "«\u00a012,5\u00a0» a des centimes\u00a0: écrivez un nombre entier d’euros, sans centimes.")
    ]


def test_a_row_copied_with_its_mark_is_a_new_line():
    row = {"sens": "charge", "compte": "60", "libelle": "", "montant": 5, "is_obtenu": False}
    lecture = read_text("60\t\t5\n60\t\t6", PLAN)
    for ligne in lecture.lignes:
        ligne["cle"] = str(CLES[0])
    done = compare({f"ligne.{CLES[0]}": row}, lecture)
    assert ([one.apres["montant"] for one in done.ajouts], done.modifications, done.absentes) == ([6], [], [])


def test_any_sheet_of_three_columns_is_read():
    book = openpyxl.Workbook()
    for row in (["Budget de l’atelier"], [606, "Bois", 1200], [741, "Ville", 900.0], [None, None, None]):
        book.active.append(row)
    output = BytesIO()
    book.save(output)
    lecture = read_workbook(upload(output.getvalue()), PLAN)
    assert short(lecture) == [("60", "Bois", 1200, False), ("74", "Ville", 900, False)]
    assert lecture.refus == [Refus(1, "Budget de l’atelier", "Il manque le numéro de compte, au début.")]


def _zip(**parts):
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return output.getvalue()


SQUELETTE = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Ce fichier est vide."),
        (PDF, "Choisissez un classeur au format XLSX."),
        (_zip(**SQUELETTE), "Ce classeur n’a pas pu être lu"),
        (_zip(**SQUELETTE | {"xl/workbook.xml": "<oups"}), "Ce classeur n’a pas pu être lu"),
        (_zip(**SQUELETTE | {"xl/sheet.xml": b"0" * 31_000_000}), "données compressées, bien plus que son poids"),
        (_zip(**SQUELETTE | {"xl/sheet.xml": Random(1).randbytes(2_200_000)}), "trop volumineux"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_plain_sentence(content, message):
    with pytest.raises(ValidationError, match=message):
        read_workbook(upload(content), PLAN)


# --- The page of the sheets ----------------------------------------------------------------------


@pytest.fixture
def atelier(client):
    """(dossier, porteur signed in): a draft with one charge, the EPT's line and a funder."""
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    dossier = DossierFactory(porteur=porteur, chef=UserFactory())
    lignes = [
        {"sens": Sens.CHARGE, "compte": "60", "libelle": "Bois", "montant": 1200, "is_obtenu": False},
        {"sens": Sens.PRODUIT, "compte": "74", "libelle": "Ville", "montant": 200, "is_obtenu": True},
    ]
    save_section(dossier, Section.BUDGET, values={"montant_demande": 1000}, lignes=lignes, by=porteur)
    client.force_login(porteur)
    return dossier, porteur


def grid(dossier):
    return sorted(dossier.budget_lignes.values_list("compte", "libelle", "montant", "is_obtenu", "is_ept"))


AVANT = [("60", "Bois", 1200, False, False), ("74", EPT, 1000, False, True), ("74", "Ville", 200, True, False)]


def page(dossier):
    return reverse("projects:budget_tableur", args=[dossier.cle])


@pytest.mark.django_db
def test_pasted_lines_are_shown_then_added_and_the_refused_ones_given_back(client, atelier):
    dossier, porteur = atelier
    dossier.refresh_from_db()
    apercu = client.post(page(dossier), {"texte": "61\tLocation\t300 €\n74\tRégion\tbeaucoup"})
    assert grid(dossier) == AVANT
    assert "1\u00a0ligne à ajouter" in apercu.text
    assert "Ligne 2\u00a0: Il manque le montant." in apercu.text
    sent = {"changements": apercu.context["changements"], "reste": apercu.context["lecture"].reste}
    for _ in range(2):
        after = client.post(page(dossier), sent)
        assert grid(dossier) == sorted([*AVANT, ("61", "Location", 300, False, False)])
    assert after.context["form"]["texte"].value() == "74\tRégion\tbeaucoup"
    story = Retouche.objects.filter(ecrit=dossier.ecrit, apres__compte="61").values_list("by", "avant")
    assert list(story) == [(porteur.pk, None)]


@pytest.mark.django_db
def test_a_workbook_changes_what_is_confirmed_and_removes_only_when_asked(client, atelier):
    dossier, _ = atelier
    response = client.get(reverse("projects:budget_export", args=[dossier.cle]))
    assert response["Content-Disposition"].startswith(f'attachment; filename="budget-{dossier.cle}.xlsx"')
    book = openpyxl.load_workbook(BytesIO(response.content))
    book.active["D2"].value = 1000
    villes = [row[0].row for row in book.active.iter_rows(min_row=2) if row[2].value == "Ville"]
    book.active.delete_rows(villes[0])
    output = BytesIO()
    book.save(output)
    apercu = client.post(page(dossier), {"fichier": upload(output.getvalue())})
    sent = {name: apercu.context[name] for name in ("changements", "retraits")}
    assert client.post(page(dossier), sent).status_code == 302
    assert grid(dossier) == [("60", "Bois", 1000, False, False), *AVANT[1:]]
    client.post(page(dossier), sent | {"retirer": "oui"})
    assert grid(dossier) == [("60", "Bois", 1000, False, False), AVANT[1]]


@pytest.mark.django_db
def test_what_changed_since_the_preview_is_not_overwritten(client, atelier):
    dossier, _ = atelier
    ligne = dossier.budget_lignes.get(compte="60")
    base = {"sens": "charge", "compte": "60", "libelle": "Bois", "montant": 1200, "is_obtenu": False}
    BudgetLigne.objects.filter(pk=ligne.pk).update(libelle="Bois brut")
    client.post(page(dossier), {"changements": json.dumps({f"ligne.{ligne.cle}": [base, base | {"montant": 900}]})})
    assert grid(dossier)[0] == ("60", "Bois brut", 900, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changements",
    [
        "pas du JSON",
        "[]",
        '{"besoin": [null, {}]}',
        '{"ligne.1": [null, null]}',
        '{"ligne.00000000-0000-0000-0000-000000000009": 5}',
        '{"ligne.00000000-0000-0000-0000-000000000009": [null, {"sens": "charge", "compte": "99"}]}',
    ],
)
def test_a_preview_made_up_writes_nothing(client, atelier, changements):
    dossier, _ = atelier
    assert client.post(page(dossier), {"changements": changements}).status_code == 422
    assert grid(dossier) == AVANT


@pytest.mark.django_db
def test_no_page_touches_the_line_of_the_ept(client, atelier):
    dossier, _ = atelier
    cle = dossier.budget_lignes.get(is_ept=True).cle
    client.post(page(dossier), {"changements": json.dumps({f"ligne.{cle}": [None, None]})})
    client.post(page(dossier), {"changements": json.dumps({f"ligne.{cle}": [{}, {"sens": "charge", "compte": "60"}]})})
    assert grid(dossier) == AVANT


@pytest.mark.django_db
def test_nothing_sent_a_bad_file_and_a_closed_dossier_are_told(client, atelier):
    dossier, porteur = atelier
    assert "Collez vos lignes, ou choisissez un classeur." in client.post(page(dossier), {}).text
    refus = client.post(page(dossier), {"fichier": upload(b"GIF89a", "budget.xlsx")})
    assert (refus.status_code, "n’est pas d’un format accepté" in refus.text) == (422, True)
    with time_machine.travel(datetime(2027, 12, 1, tzinfo=PARIS)):
        client.force_login(porteur)
        response = client.get(page(dossier), follow=True)
    assert response.redirect_chain == [(reverse("projects:section_edit", args=[dossier.cle, "budget"]), 302)]


# --- The grid ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_grid_groups_the_lines_by_account_and_tells_the_rules_beside_them(client, atelier):
    dossier, _ = atelier
    dossier.budget_lignes.create(sens="produit", compte="74", libelle="", montant=50, ordre=9)
    charges, produits = (
        client.get(reverse("projects:section_edit", args=[dossier.cle, "budget"])).context["form"].cotes()
    )
    assert [len(cote.groupes) for cote in (charges, produits)] == [13, 10]
    assert [len(cote.contributions) for cote in (charges, produits)] == [4, 3]
    shown = {
        groupe.compte: [(forme["libelle"].value(), forme.messages) for forme in groupe.formes]
        for cote in (charges, produits)
        for groupe in cote.groupes
        if groupe.formes
    }
    assert shown == {
        "60": [("Bois", [])],
        "74": [("Ville", []), ("", ["Nommez le financeur de cette subvention."])],
    }
    assert [groupe.ept for groupe in produits.groupes if groupe.is_subvention] == [1000]
    assert [len(cote.libres) for cote in (charges, produits)] == [2, 2]


@pytest.mark.django_db
def test_sixty_lines_cost_the_queries_of_two_and_a_light_page(client, atelier):
    dossier, _ = atelier
    address = reverse("projects:section_edit", args=[dossier.cle, "budget"])
    client.get(address)
    costs = []
    for more in (0, 57):
        BudgetLigne.objects.bulk_create(
            BudgetLigne(dossier=dossier, sens="charge", compte="62", libelle=f"Ligne {rank}", montant=rank)
            for rank in range(more)
        )
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(gzip.compress(page.content)) < 30_000


@pytest.mark.django_db
def test_without_a_script_lines_are_kept_added_and_removed_by_the_button_of_the_section(client, atelier):
    dossier, _ = atelier
    address = reverse("projects:section_edit", args=[dossier.cle, "budget"])
    form = client.get(address).context["form"]
    cles = dict(dossier.budget_lignes.filter(is_ept=False).values_list("compte", "cle"))
    data = {"montant_demande": "1000", "base": form["base"].value()}
    for formset in (form.charges, form.produits):
        data |= {bound.html_name: bound.value() for bound in formset.management_form}
    data |= {"charges-0-cle": cles["60"], "charges-0-compte": "60", "charges-0-libelle": "", "charges-0-montant": ""}
    data |= {"charges-1-compte": "64", "charges-1-libelle": "Animatrice", "charges-1-montant": "1 200,00 €"}
    data |= {"produits-0-cle": cles["74"], "produits-0-compte": "74", "produits-0-libelle": "Ville"}
    data |= {"produits-0-montant": "200", "produits-0-is_obtenu": "on"}
    assert client.post(address, data).status_code == 302
    assert grid(dossier) == [("64", "Animatrice", 1200, False, False), *AVANT[1:]]
    assert dossier.budget_lignes.get(libelle="Ville").cle == cles["74"]


# --- The names of the accounts -------------------------------------------------------------------


@pytest.mark.django_db
def test_a_pilote_names_the_accounts_of_an_edition(client, atelier):
    dossier, porteur = atelier
    pilote = UserFactory(pilote=True)
    client.force_login(pilote)
    address = reverse("projects:libelle_edit", args=[dossier.edition.annee])
    data = {name: field.initial for name, field in client.get(address).context["form"].fields.items()}
    refus = client.post(address, data | {"numero_60": "61"})
    assert (refus.status_code, "déjà celui d’un autre compte" in refus.text) == (422, True)
    client.post(address, data | {"numero_87D": "875", "numero_87B": "870", "libelle_60": "Achats et matières"})
    assert list(LibelleCompte.objects.values_list("edition", "compte", "numero", "libelle")) == [
        (dossier.edition_id, "60", "60", "Achats et matières"),
        (dossier.edition_id, "87B", "870", "Bénévolat"),
        (dossier.edition_id, "87D", "875", "Dons en nature"),
    ]
    client.force_login(porteur)
    for name in ("section_edit", "dossier_read"):
        args = [dossier.cle, "budget"] if name == "section_edit" else [dossier.cle]
        assert "Achats et matières" in client.get(reverse(f"projects:{name}", args=args)).text
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("projects:budget_export", args=[dossier.cle])).content))
    assert book.active["B2"].value == "Achats et matières"
    client.force_login(pilote)
    client.post(address, data | {"libelle_60": ""})
    assert list(LibelleCompte.objects.all()) == []


@pytest.mark.django_db
def test_only_a_pilote_names_the_accounts():
    with pytest.raises(PermissionDenied):
        name_comptes(EditionFactory(), {"60": ("60", "Autre")}, by=UserFactory(instructeur=True))
    assert not LibelleCompte.objects.exists()


@pytest.mark.parametrize(
    ("montant", "held"),
    [("1 234,00 €", 1234), ("€1,234.00", 1234), ("1'234", 1234), ("１２３４", 1234), ("1.234", 1234)],
)
def test_amounts_pasted_are_read_as_those_typed(montant, held):
    lecture = read_text(f"60\tBois\t{montant}", Plan())
    assert ([ligne["montant"] for ligne in lecture.lignes], lecture.refus) == ([held], [])


@pytest.mark.parametrize("montant", ["1 234,50 €", "12 k€", "environ 30", "1,234", "(1 234)"])
def test_what_is_no_amount_is_refused_with_its_line_and_kept(montant):
    lecture = read_text(f"60\tBois\t{montant}", Plan())
    assert ([refus.texte for refus in lecture.refus], lecture.lignes) == ([f"60\tBois\t{montant}"], [])
