"""What is missing: one list, section by section."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from label.enums import SorteQuestion
from label.models import Question
from projects.dossier.completude import missing_for, missing_sentences, prefetch_completude
from projects.enums import Section, Statut, TypeStructure
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.label import PieceDemandeeFactory, UserFactory
from tests.factories.projects import BudgetLigneFactory, DossierFactory, PieceFactory, StructureFactory


def missing(dossier):
    return [(manque.section, manque.champ) for manque in missing_for(Dossier.objects.get(pk=dossier.pk))]


@pytest.mark.django_db
def test_a_complete_dossier_lacks_nothing():
    assert missing_for(DossierFactory(complet=True)) == []


@pytest.mark.django_db
def test_an_empty_draft_lacks_everything_in_the_order_of_the_sections():
    structure = StructureFactory(
        rna="",
        adresse="",
        code_postal="",
        ville="",
        representant_nom="",
        representant_fonction="",
        benevoles=None,
        salaries=None,
        aides_publiques="",
    )
    dossier = DossierFactory(structure=structure, titre="", quartiers=[])
    piece = PieceDemandeeFactory(edition=dossier.edition)
    assert missing(dossier) == [
        *((Section.STRUCTURE, name) for name in ("rna", "adresse", "code_postal", "ville")),
        *((Section.STRUCTURE, name) for name in ("representant_nom", "representant_fonction")),
        *((Section.STRUCTURE, name) for name in ("benevoles", "salaries", "aides_publiques")),
        *((Section.PROJET, name) for name in ("titre", "resume", "besoin", "innovation", "objectifs")),
        *((Section.PROJET, name) for name in ("actions", "partenaires", "participation")),
        *((Section.TERRITOIRE, name) for name in ("quartiers", "lieux", "publics", "beneficiaires", "part_qpv")),
        *((Section.CALENDRIER, name) for name in ("date_debut", "date_fin", "etapes")),
        *((Section.CALENDRIER, name) for name in ("moyens_humains", "moyens_materiels")),
        (Section.BUDGET, "montant_demande"),
        (Section.BUDGET, ""),
        (Section.EVALUATION, "evaluation"),
        (Section.EVALUATION, "indicateurs"),
        (Section.PIECES, f"piece_{piece.pk}"),
    ]


@pytest.mark.django_db
def test_a_row_half_written_is_missing_what_it_lacks(client):
    porteur = UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur)
    rows = dossier.indicateurs
    assert rows.count() == 1
    rows.create(libelle="Vélos réparés", cible=" ", ordre=8)
    rows.create(libelle="", cible="300 vélos", ordre=9)
    BudgetLigneFactory(dossier=dossier, sens="charge", compte="60", libelle="Graines", montant=0)
    found = missing_for(Dossier.objects.get(pk=dossier.pk))
    assert [(manque.section, manque.phrase) for manque in found] == [
        (Section.BUDGET, "Donnez le montant de la ligne «\u00a0Graines\u00a0», ou retirez-la."),
        (Section.EVALUATION, "Donnez la valeur visée par l’indicateur «\u00a0Vélos réparés\u00a0»."),
        (Section.EVALUATION, "Dites ce que vous mesurerez avec la cible «\u00a0300 vélos\u00a0»."),
    ]
    # Each leads to the box that is empty.
    client.force_login(porteur)
    page = client.get(reverse("projects:section_edit", args=[dossier.cle, "evaluation"])).content.decode()
    assert [f'id="{manque.ancre}"' in page for manque in found[1:]] == [True, True]
    assert re.findall(r'class="ligne-rang"[^>]*>([^<]+)<', page) == [f"Indicateur {n}" for n in (1, 2, 3, 4)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("montant", "phrase"),
    [
        (999, "Le montant demandé (999\u00a0€) est inférieur au minimum de l’édition (1\u202f000\u00a0€)."),
        (15_001, "Le montant demandé (15\u202f001\u00a0€) dépasse le maximum de l’édition (15\u202f000\u00a0€)."),
    ],
)
def test_the_bounds_of_the_edition(montant, phrase):
    dossier = DossierFactory(complet=True, montant_demande=montant)
    dossier.budget_lignes.filter(is_ept=True).update(montant=montant)
    assert phrase in missing_sentences(dossier)


@pytest.mark.django_db
@pytest.mark.parametrize("montant", [1_000, 15_000])
def test_the_bounds_themselves_are_allowed(montant):
    dossier = DossierFactory(complet=True, montant_demande=montant)
    dossier.budget_lignes.filter(is_ept=True).update(montant=montant)
    dossier.budget_lignes.filter(sens="charge").update(montant=montant + 2_000)
    assert missing_for(Dossier.objects.get()) == []


@pytest.mark.django_db
def test_an_unbalanced_budget_is_said():
    dossier = DossierFactory(complet=True)
    BudgetLigneFactory(dossier=dossier, compte="62", montant=500)
    assert missing_sentences(dossier) == [
        "Le budget n’est pas équilibré\u00a0: les charges dépassent les produits de 500\u00a0€."
    ]


@pytest.mark.django_db
def test_pieces_are_asked_by_kind_of_structure():
    dossier = DossierFactory(complet=True)
    asked = PieceDemandeeFactory(edition=dossier.edition, types_structure=[TypeStructure.ASSOCIATION])
    PieceDemandeeFactory(edition=dossier.edition, types_structure=[TypeStructure.PUBLIC])
    PieceDemandeeFactory(edition=dossier.edition, is_obligatoire=False)
    assert missing(dossier) == [(Section.PIECES, f"piece_{asked.pk}")]
    piece = PieceFactory(dossier=dossier, demandee=asked)
    assert missing(dossier) == []
    piece.remplacee_at = piece.created_at
    piece.save()
    assert missing(dossier) == [(Section.PIECES, f"piece_{asked.pk}")]


@pytest.mark.django_db
@pytest.mark.django_db
def test_a_quartier_of_the_other_generation_is_refused():
    dossier = DossierFactory(complet=True)
    dossier.quartiers.add(QuartierFactory(generation="2024", contrats=[], nom="Le Plateau"))
    assert missing(dossier) == [(Section.TERRITOIRE, "quartiers")]


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_dossier_and_for_thirty():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            for dossier in prefetch_completude(Dossier.objects.all()):
                missing_for(dossier)
        return len(captured)

    DossierFactory(complet=True)
    assert queries() == 8
    DossierFactory.create_batch(30, complet=True)
    assert queries() == 8


@pytest.mark.django_db
def test_each_point_links_to_the_thing_to_fill(client):
    """An association, a company and quartiers of another generation together lack everything that may be lacking."""
    chef = UserFactory()
    blank = dict.fromkeys(
        ("nom", "rna", "adresse", "code_postal", "ville", "representant_nom", "representant_fonction"), ""
    )
    blank |= {"aides_publiques": "", "benevoles": None, "salaries": None}
    dossier = DossierFactory(chef=chef, structure=StructureFactory(**blank), titre="", quartiers=[])
    company = DossierFactory(
        edition=dossier.edition,
        contrat=dossier.contrat,
        structure=StructureFactory(type=TypeStructure.COOPERATIVE, **blank),
        quartiers=[QuartierFactory(generation="2024", contrats=[])],
    )
    PieceDemandeeFactory.create_batch(2, edition=dossier.edition)
    for ordre, sorte in enumerate(SorteQuestion):
        options = ["Oui", "Non"] if sorte in {"choix", "plusieurs"} else []
        Question.objects.create(
            edition=dossier.edition,
            ordre=ordre,
            sorte=sorte,
            intitule=f"{sorte.label} ?",
            is_obligatoire=True,
            options=options,
        )
    # A subsidy that names nobody, and an amount that the EPT's line does not say.
    BudgetLigneFactory(dossier=company, sens="produit", compte="74", libelle="", montant=100)
    BudgetLigneFactory(dossier=company, sens="produit", compte="74", libelle="EPT", montant=100, is_ept=True)
    Dossier.objects.filter(pk=company.pk).update(montant_demande=2000)
    company.refresh_from_db()
    orphan = DossierFactory(edition=dossier.edition, contrat=None, quartiers=[QuartierFactory(contrats=[])])
    orphan_missing = [manque for manque in missing_for(orphan) if manque.champ == "contrat"]
    assert len(orphan_missing) == 1
    client.force_login(chef)
    lost, seen = [], set()
    for asked in (dossier, company):
        points = missing_for(asked) + orphan_missing
        seen |= {manque.champ.partition(".")[0] for manque in points}
        for section in {manque.section for manque in points}:
            page = client.get(reverse("projects:section_edit", args=[asked.cle, section])).content.decode()
            ids = set(re.findall(r'\bid="([^"]+)"', page))
            lost += [(m.champ, m.ancre) for m in points if m.section == section and m.ancre not in ids]
    assert lost == []
    assert {"ligne", "question", "contrat", "siret", "rna", "montant_demande", ""} <= seen


@pytest.mark.django_db
def test_the_same_list_on_the_dossier_its_sections_and_the_deposit(client):
    chef = UserFactory()
    dossier = DossierFactory(complet=True, chef=chef, besoin="", date_fin=None)
    client.force_login(chef)
    expected = [
        (f"/dossiers/{dossier.cle}/{manque.section}/#{manque.ancre}", manque.phrase) for manque in missing_for(dossier)
    ]
    assert [url.rpartition("#")[2] for url, _ in expected] == ["id_besoin", "id_date_fin"]

    def listed(url):
        page = client.get(url).content.decode()
        lists = re.findall(r'<ul class="manques">(.*?)</ul>', page, re.DOTALL)
        return [re.findall(r'<a href="([^"]+)">([^<]+)</a>', html) for html in lists]

    home = f"/dossiers/{dossier.cle}/"
    assert listed(home) == [expected]
    assert listed(f"{home}deposer/") == [expected]
    assert listed(f"{home}projet/") == [expected[:1], expected[1:]]
    assert listed(f"{home}structure/") == [expected]


@pytest.mark.django_db
@pytest.mark.parametrize("statut", [Statut.SANS_SUITE, Statut.ABANDONNE, Statut.CADUC])
def test_the_ticks_of_what_ended_without_a_deposit_say_what_was_written(client, statut):
    """An idea declined has nothing written but its title and its need: nothing is ticked."""
    porteur = UserFactory()
    bare = {"titre": "La halle", "besoin": "Un besoin.", "actions": "Réparer."}
    idee = DossierFactory(statut=statut, porteur=porteur, structure=StructureFactory(rna=""), **bare)
    ecrit = DossierFactory(statut=statut, porteur=porteur, complet=True)
    client.force_login(porteur)

    def ticked(dossier):
        home = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
        section = client.get(reverse("projects:section_edit", args=[dossier.cle, Section.PROJET]))
        lines = [[line["label"] for line in page.context["sections"] if line["complete"]] for page in (home, section)]
        assert lines[0] == lines[1]
        assert "à compléter" not in home.text
        assert "manque" not in str([line["note"] for line in home.context["sections"]])
        return lines[0]

    assert ticked(idee) == []
    assert ticked(ecrit) == [
        part.label for part in Section if part not in {Section.QUESTIONS, Section.PIECES, Section.ENGAGEMENTS}
    ]
