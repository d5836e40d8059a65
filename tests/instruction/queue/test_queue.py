"""The queue: its tabs, filters, orders, exports, and what the dashboard says of it."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from instruction.attribution.actions import assign_instructeur
from instruction.avis.actions import ask_avis
from instruction.complement.actions import ensure_complement_in_time
from instruction.decision.actions import decide
from instruction.models import Instruction
from label.exports import get_export
from tests.factories.contrats import ContratFactory, QuartierFactory
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.instruction import APRES, ask

QUEUE_QUERIES = 16

pytestmark = pytest.mark.django_db


def numbers(client, query=""):
    page = client.get(reverse("instruction:instruction_list") + query)
    return [line["numero"] for line in page.context["page_obj"].object_list]


def test_tabs_filters_search_and_order(sign_in, instructeur, pilote):
    ivry, thiais = ContratFactory(code="IVRY"), ContratFactory(code="THIAIS")
    quartier = QuartierFactory(identifiant="ivry-port", contrats=[ivry])
    one = deposited_dossier(contrat=ivry, quartiers=[quartier], titre="L’été à Ivry", montant_demande=3_000)
    two = deposited_dossier(contrat=thiais, montant_demande=9_000, at=EN_TEMPS + timedelta(hours=1))
    three = deposited_dossier(contrat=thiais, montant_demande=12_000, at=EN_TEMPS + timedelta(hours=2))
    assign_instructeur([two], instructeur=instructeur, by=pilote)
    decide(three, "declare_recevable", by=instructeur, at=APRES)
    ask(two, instructeur, echeance=APRES + timedelta(minutes=1), at=APRES - timedelta(days=1))
    client = sign_in(instructeur)
    assert numbers(client) == [one.numero, two.numero, three.numero]
    assert numbers(client, "?vue=a_examiner") == [one.numero]
    assert numbers(client, "?vue=complements") == [two.numero]
    assert numbers(client, "?vue=en_instruction") == [three.numero]
    assert numbers(client, "?q=ete+ivry") == [one.numero]
    assert numbers(client, f"?q={three.numero}") == [three.numero]
    assert numbers(client, f"?q={two.structure.nom.split()[-1]}") != []
    assert numbers(client, "?contrat=THIAIS") == [two.numero, three.numero]
    assert numbers(client, "?qpv=ivry-port") == [one.numero]
    assert numbers(client, "?instructeur=aucun") == [one.numero, three.numero]
    assert numbers(client, f"?instructeur={instructeur.cle}") == [two.numero]
    assert numbers(client, "?montant_min=4000&montant_max=10000") == [two.numero]
    assert numbers(client, "?tri=-montant") == [three.numero, two.numero, one.numero]
    assert numbers(client, "?retard=complement") == []
    with time_machine.travel(APRES + timedelta(minutes=2)):
        assert numbers(client, "?retard=complement") == [two.numero]
        assert numbers(client, "?retard=tout") == [two.numero]


def test_the_minute_of_a_deadline_is_in_time_for_the_queue_as_for_the_answer(sign_in, instructeur):
    asked = deposited_dossier()
    due = APRES.replace(hour=23, minute=59, second=0)
    demande = ask(asked, instructeur, echeance=due, at=APRES - timedelta(days=1))
    client = sign_in(instructeur)
    with time_machine.travel(due + timedelta(seconds=59), tick=False):
        ensure_complement_in_time(demande, timezone.now())
        assert numbers(client, "?retard=complement") == []
    with time_machine.travel(due + timedelta(seconds=60), tick=False):
        assert numbers(client, "?retard=complement") == [asked.numero]


def test_the_list_the_filter_the_export_and_the_page_agree_on_what_is_late(sign_in, instructeur, pilote):
    """An opinion nobody gave is late while the EPT works on the dossier; once decided, it is awaited no more."""
    asked, begun = APRES - timedelta(minutes=1), APRES - timedelta(days=16)
    reply, opinion, decided, decided_in_time = (
        deposited_dossier(at=EN_TEMPS + timedelta(minutes=rank)) for rank in range(4)
    )
    ask(reply, instructeur, echeance=asked, at=begun)
    partner = ("Paul Roux", "", "p.roux@bailleur.example")
    for dossier, at in ((opinion, begun), (decided, begun), (decided_in_time, APRES)):
        ask_avis(dossier, partenaires=[partner], question="", by=instructeur, at=at)
    for dossier in (decided, decided_in_time):
        decide(dossier, "declare_recevable", by=instructeur, at=APRES)
        assign_instructeur([dossier], instructeur=instructeur, by=pilote)
        Instruction.objects.filter(dossier=dossier).update(note_synthese="Bien.", montant_propose=3_000)
        decide(dossier, "admit", by=pilote, at=APRES)
    client = sign_in(instructeur)
    lines = client.get(reverse("instruction:instruction_list")).context["page_obj"].object_list
    said = ("complement_retard", "avis_attendu", "avis_retard", "retard")
    assert {line["numero"]: tuple(line[key] for key in said) for line in lines} == {
        reply.numero: (True, False, False, True),
        opinion.numero: (False, True, True, True),
        decided.numero: (False, False, False, False),
        decided_in_time.numero: (False, True, False, False),
    }
    late = {key: numbers(client, f"?retard={key}") for key in ("complement", "avis", "tout")}
    assert late == {
        "complement": [reply.numero],
        "avis": [opinion.numero],
        "tout": [reply.numero, opinion.numero],
    }
    table = get_export("instruction").build(reply.edition, instructeur)
    getters, records = table.records()
    assert [tuple(get(row) for get in getters)[-2:] for row in records] == [
        (False, False), (True, True), (False, False), (True, False)
    ]  # fmt: skip
    words = ("Réponse en retard", "En retard", "Sans réponse", "Attendu le")
    pages = {
        dossier: client.get(reverse("instruction:instruction_detail", args=[dossier.cle])).text
        for dossier in (reply, opinion, decided, decided_in_time)
    }
    assert [[word for word in words if word in page] for page in pages.values()] == [
        ["Réponse en retard"], ["En retard"], ["Sans réponse"], ["Attendu le"]
    ]  # fmt: skip


def test_the_tabs_count_what_they_hold(sign_in, instructeur):
    deposited_dossier()
    decide(deposited_dossier(), "declare_recevable", by=instructeur, at=APRES)
    page = sign_in(instructeur).get(reverse("instruction:instruction_list") + "?vue=admis")
    assert {tab["label"]: tab["nombre"] for tab in page.context["onglets"]} == {
        "Tous": 2,
        "À traiter": 2,
        "À examiner": 1,
        "Compléments en attente": 0,
        "En instruction": 1,
        "Admis": 0,
    }


def test_the_export_holds_the_rows_and_columns_of_the_page(sign_in, instructeur):
    deposited_dossier(montant_demande=3_000)
    kept = deposited_dossier(titre="=2+2", montant_demande=9_000)
    answer = sign_in(instructeur).get(reverse("instruction:instruction_list") + "?montant_min=5000&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    heading, *lines = sheet.iter_rows(values_only=True)
    assert heading[:4] == ("Numéro", "Projet", "Structure", "Contrat de ville")
    assert [line[:4] for line in lines] == [(kept.numero, "=2+2", kept.structure.nom, kept.contrat.nom)]
    assert lines[0][8] == 9000
    assert sign_in(instructeur).get(reverse("instruction:instruction_list") + "?format=doc").status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_the_queue_costs_the_same_queries_whatever_its_length(sign_in, instructeur, django_assert_num_queries, many):
    for _ in range(many):
        deposited_dossier()
    client = sign_in(instructeur)
    client.get(reverse("instruction:instruction_list"))
    with django_assert_num_queries(QUEUE_QUERIES):
        page = client.get(reverse("instruction:instruction_list"))
    assert len(page.context["page_obj"].object_list) == many


def test_named_exports(instructeur):
    dossier = deposited_dossier()
    found = {}
    for key in ("dossiers", "instruction", "contacts"):
        table = get_export(key).build(dossier.edition, instructeur)
        getters, records = table.records()
        found[key] = [[get(row) for get in getters][:2] for row in records]
    assert found == {
        "dossiers": [[dossier.numero, dossier.titre]],
        "instruction": [[dossier.numero, dossier.titre]],
        "contacts": [[dossier.structure.nom, "Awa"]],
    }


def test_the_dashboard_says_what_waits(sign_in, instructeur, pilote):
    one, two = deposited_dossier(), deposited_dossier()
    assign_instructeur([one], instructeur=instructeur, by=pilote)
    ask(two, instructeur, echeance=APRES - timedelta(hours=1), at=APRES - timedelta(days=3))
    page = sign_in(instructeur).get(reverse("label:tableau"))
    panel = next(p for p in page.context["panels"] if p["template"] == "instruction/queue/panel.html")
    wanted = ("a_examiner", "a_moi", "sans_instructeur", "en_attente", "complements_retard", "avis_retard")
    assert {key: panel[key] for key in wanted} == {
        "a_examiner": 1,
        "a_moi": 1,
        "sans_instructeur": 1,
        "en_attente": 1,
        "complements_retard": 1,
        "avis_retard": 0,
    }
    assert timezone.localdate() == APRES.date()
