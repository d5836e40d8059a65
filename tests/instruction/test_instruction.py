"""The instruction: queue, checklist, note, decisions, complements, exports."""

from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from instruction.alertes import find_alertes
from instruction.attribution.actions import assign_instructeur
from instruction.complement.actions import answer_complement, ask_complement, extend_complement
from instruction.decision.actions import decide
from instruction.models import Constat, DemandeComplement, Instruction
from instruction.note.actions import NoteStale, save_note
from instruction.recevabilite.actions import record_constats
from instruction.recevabilite.queries import missing_for_recevabilite
from label.exports import get_export
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.actions.echeance import EcheancePassee
from projects.connu import token_of
from projects.enums import Section, Statut
from projects.models import BudgetLigne, Depot, Dossier, Membre
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.depot import EN_TEMPS, PARIS, complete_dossier, deposited_dossier
from tests.factories.label import EditionFactory, PieceDemandeeFactory, PointRecevabiliteFactory, UserFactory

APRES = EN_TEMPS + timedelta(days=20)
ECHEANCE = datetime(2027, 6, 25, 23, 59, tzinfo=PARIS)

QUEUE_QUERIES = 16
DETAIL_QUERIES = 28

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructeur():
    return UserFactory(prenom="Inès", nom="Morvan", instructeur=True)


@pytest.fixture
def pilote():
    return UserFactory(prenom="Nadia", nom="Kessler", pilote=True)


@pytest.fixture
def sign_in(client):
    """Sign somebody in on the day the instruction runs."""
    with time_machine.travel(APRES):

        def enter(user):
            client.force_login(user)
            return client

        yield enter


def detail(dossier):
    return reverse("instruction:instruction_detail", args=[dossier.cle])


# --- Recevabilité and decisions ---------------------------------------------------------------


def test_unanswered_and_non_conform_points_stand_in_the_way(instructeur):
    dossier = deposited_dossier()
    quartier = PointRecevabiliteFactory(edition=dossier.edition, ordre=1, libelle="Quartier prioritaire")
    pieces = PointRecevabiliteFactory(edition=dossier.edition, ordre=2, libelle="Pièces complètes")
    budget = PointRecevabiliteFactory(edition=dossier.edition, ordre=3, libelle="Budget équilibré")
    record_constats(dossier, {quartier: (False, "Hors liste"), pieces: (True, "")}, by=instructeur)
    said = [
        "Point non conforme\u00a0: Quartier prioritaire (Hors liste).",
        "Point à vérifier\u00a0: Budget équilibré.",
    ]
    assert missing_for_recevabilite(dossier) == said
    with pytest.raises(TransitionRefused) as refused:
        decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    assert refused.value.messages == said
    record_constats(dossier, {quartier: (True, "oublié"), budget: (True, "")}, by=instructeur)
    decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    assert Dossier.objects.get().statut == Statut.EN_INSTRUCTION
    assert set(Constat.objects.values_list("is_conforme", "motif")) == {(True, "")}
    letter = Courriel.objects.get(cle_notification="recevable")
    assert (letter.destinataire, letter.sujet) == (
        dossier.responsable.email,
        "Votre dossier LAI-2027-001 est recevable",
    )


def test_a_point_not_conform_says_why_and_an_answer_can_be_taken_away(instructeur):
    dossier = deposited_dossier()
    point = PointRecevabiliteFactory(edition=dossier.edition, libelle="Budget équilibré")
    with pytest.raises(ValidationError, match="dites pourquoi"):
        record_constats(dossier, {point: (False, " ")}, by=instructeur)
    assert record_constats(dossier, {point: (True, "")}, by=instructeur) == 1
    assert record_constats(dossier, {point: (True, "")}, by=instructeur) == 0
    assert record_constats(dossier, {point: (None, "")}, by=instructeur) == 1
    assert not Constat.objects.exists()


def test_irrecevable_tells_the_reason_the_remedies_and_the_court(instructeur, pilote, settings):
    dossier = deposited_dossier()
    with pytest.raises(TransitionRefused, match="motif"):
        decide(dossier, "declare_irrecevable", by=instructeur, at=APRES)
    decide(dossier, "declare_irrecevable", by=instructeur, motif="Le projet est hors du territoire.", at=APRES)
    letter = Courriel.objects.get(cle_notification="irrecevable")
    words = ["Le projet est hors du territoire.", "deux mois", "recours gracieux", settings.LABEL_TRIBUNAL]
    assert [word for word in words if word not in letter.texte] == []
    with pytest.raises(PermissionDenied):
        decide(dossier, "undo_irrecevable", by=instructeur, motif="Erreur", at=APRES)
    decide(dossier, "undo_irrecevable", by=pilote, motif="Erreur de lecture", at=APRES)
    assert Dossier.objects.get().statut == Statut.DEPOSE
    assert "Erreur de lecture" in Courriel.objects.get(cle_notification="reprise").texte


def test_admission_is_the_pilote_s_and_can_be_taken_back_until_publication(instructeur, pilote):
    dossier = deposited_dossier()
    decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    with pytest.raises(PermissionDenied):
        decide(dossier, "admit", by=instructeur, at=APRES)
    decide(dossier, "admit", by=pilote, at=APRES, token=token_of(dossier, pilote))
    assert Courriel.objects.filter(cle_notification="admis").count() == 1
    decide(dossier, "undo_admission", by=pilote, motif="Doublon", at=APRES)
    decide(dossier, "refuse_admission", by=pilote, motif="Hors sujet", at=APRES)
    assert Courriel.objects.filter(cle_notification__startswith="non").count() == 0
    dossier.edition.published_at = APRES
    dossier.edition.save()
    with pytest.raises(TransitionRefused, match="publiés"):
        decide(dossier, "undo_admission", by=pilote, motif="Trop tard", at=APRES)


def test_an_agent_never_instructs_a_dossier_of_his_own_structure(sign_in, instructeur):
    dossier = deposited_dossier()
    Membre.objects.create(structure=dossier.structure, user=instructeur)
    with pytest.raises(PermissionDenied):
        save_note(dossier, note_synthese="Très bien", montant_propose=None, version=0, by=instructeur)
    client = sign_in(instructeur)
    assert client.get(detail(dossier)).status_code == 403
    assert dossier.numero not in client.get(reverse("instruction:instruction_list")).content.decode()


# --- Note and assignment ----------------------------------------------------------------------


def test_a_stale_note_is_refused_with_what_the_other_wrote(sign_in, instructeur, pilote):
    dossier = deposited_dossier()
    save_note(dossier, note_synthese="Projet solide.", montant_propose=5_000, version=0, by=pilote, at=APRES)
    with pytest.raises(NoteStale) as refused:
        save_note(dossier, note_synthese="Fragile.", montant_propose=None, version=0, by=instructeur)
    assert refused.value.instruction.note_synthese == "Projet solide."
    answer = sign_in(instructeur).post(
        reverse("instruction:note_edit", args=[dossier.cle]), {"note_synthese": "Fragile.", "version": 0}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [words in page for words in ("Nadia Kessler", "Projet solide.", "Fragile.", 'value="1"')] == [True] * 4
    row = Instruction.objects.get()
    assert (row.note_synthese, row.montant_propose, row.version, row.updated_by) == ("Projet solide.", 5000, 1, pilote)


@pytest.mark.parametrize(("montant", "message"), [(8_001, "demande 8"), (15_001, "demande 8")])
def test_the_proposed_amount_stays_under_what_is_asked(instructeur, montant, message):
    dossier = deposited_dossier()
    with pytest.raises(ValidationError, match=message):
        save_note(dossier, note_synthese="", montant_propose=montant, version=0, by=instructeur)


def test_dossiers_are_given_in_one_go_from_the_queue(sign_in, instructeur, pilote):
    one, two, three = (deposited_dossier() for _ in range(3))
    client = sign_in(pilote)
    url = reverse("instruction:instruction_assign_many") + "?vue=a_examiner"
    answer = client.post(url, {"dossier": [one.cle, three.cle], "instructeur": instructeur.cle})
    assert answer.headers["Location"] == reverse("instruction:instruction_list") + "?vue=a_examiner"
    given = Instruction.objects.filter(instructeur=instructeur).values_list("dossier__numero", flat=True)
    assert set(given) == {one.numero, three.numero}
    assert assign_instructeur([one, two], instructeur=instructeur, by=pilote) == 1
    assert assign_instructeur([one, two, three], instructeur=None, by=pilote) == 3


def test_nobody_is_given_a_dossier_of_his_own_structure(instructeur, pilote):
    dossier = deposited_dossier()
    Membre.objects.create(structure=dossier.structure, user=instructeur)
    with pytest.raises(ValidationError, match="appartient à la structure"):
        assign_instructeur([dossier], instructeur=instructeur, by=pilote)
    with pytest.raises(ValidationError, match="n’instruit pas"):
        assign_instructeur([dossier], instructeur=UserFactory(), by=pilote)


# --- What the machine notices -----------------------------------------------------------------


def test_findings_of_a_dossier_that_has_everything_wrong():
    edition = EditionFactory()
    contrat, other = ContratFactory(), ContratFactory(nom="Val de Bièvre")
    outside = QuartierFactory(nom="Les Lozaits", contrats=[other])
    dossier = deposited_dossier(edition=edition, contrat=contrat, quartiers=[outside])
    twin = deposited_dossier(edition=edition, structure=dossier.structure, titre="Un autre projet")
    PieceDemandeeFactory(edition=edition, nom="Budget signé")
    edition.montant_max = 5_000
    edition.save()
    BudgetLigne.objects.filter(dossier=dossier, compte="64").update(montant=1_000)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert [(alerte.code, alerte.url_cle) for alerte in find_alertes(dossier, UserFactory(pilote=True))] == [
        ("plafond", ""),
        ("budget", ""),
        ("hors_contrat", ""),
        ("piece", ""),
        ("autre_dossier", twin.cle),
    ]


def test_a_sound_dossier_raises_nothing():
    assert find_alertes(Dossier.objects.get(pk=deposited_dossier().pk), UserFactory(pilote=True)) == []


# --- Complements ------------------------------------------------------------------------------


def ask(dossier, by, **kwargs):
    values = {"message": "Précisez les partenaires.", "sections": ["projet"], "echeance": ECHEANCE, "at": APRES}
    return ask_complement(dossier, by=by, **values | kwargs)


@pytest.mark.parametrize("statut", [Statut.DEPOSE, Statut.EN_INSTRUCTION])
def test_a_complement_goes_and_comes_back_where_it_was(instructeur, statut):
    dossier = deposited_dossier()
    if statut == Statut.EN_INSTRUCTION:
        decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    demande = ask(dossier, instructeur)
    dossier.refresh_from_db()
    assert (dossier.statut, demande.statut_origine) == (Statut.A_COMPLETER, statut)
    assert [section for section in Section if dossier.rouvre(section)] == [Section.PROJET]
    letter = Courriel.objects.get(cle_notification="complement_demande")
    assert letter.destinataire == dossier.responsable.email
    assert "Précisez les partenaires." in letter.texte
    assert "25\u00a0juin\u00a02027 à 23\u00a0h\u00a059" in letter.texte
    answer_complement(dossier, reponse="C’est fait.", by=dossier.responsable, at=ECHEANCE)
    dossier.refresh_from_db()
    demande.refresh_from_db()
    assert (dossier.statut, demande.reponse, demande.answered_by) == (statut, "C’est fait.", dossier.responsable)
    news = Courriel.objects.get(cle_notification="complement_recu")
    assert (news.destinataire, "C’est fait." in news.texte) == (instructeur.email, True)


def test_the_instructeur_of_the_dossier_gets_the_answer(instructeur, pilote):
    dossier = deposited_dossier()
    assign_instructeur([dossier], instructeur=instructeur, by=pilote)
    ask(dossier, pilote)
    answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=APRES)
    assert Courriel.objects.get(cle_notification="complement_recu").destinataire == instructeur.email


def test_too_late_to_the_second_then_more_time(instructeur, pilote):
    dossier = deposited_dossier()
    demande = ask(dossier, instructeur)
    midnight = datetime(2027, 6, 26, 0, 0, tzinfo=PARIS)
    with pytest.raises(EcheancePassee, match="25\\\\xa0juin\\\\xa02027"):
        answer_complement(dossier, reponse="Trop tard", by=dossier.responsable, at=midnight)
    with pytest.raises(PermissionDenied):
        extend_complement(demande, echeance=ECHEANCE + timedelta(days=5), motif="Congés", by=instructeur, at=midnight)
    extend_complement(demande, echeance=ECHEANCE + timedelta(days=5), motif="Congés", by=pilote, at=midnight)
    answer_complement(dossier, reponse="À temps", by=dossier.responsable, at=midnight)
    assert Dossier.objects.get().statut == Statut.DEPOSE
    assert Courriel.objects.filter(cle_notification="complement_demande").count() == 2


def test_only_the_structure_answers_and_once(instructeur):
    dossier = deposited_dossier()
    chef = AffectationFactory(contrat=dossier.contrat).user
    ask(dossier, instructeur)
    for person in (chef, instructeur):
        with pytest.raises(PermissionDenied):
            answer_complement(dossier, reponse="Moi", by=person, at=APRES)
    answer_complement(dossier, reponse="Nous", by=dossier.responsable, at=APRES)
    with pytest.raises(TransitionRefused, match="Aucune réponse"):
        answer_complement(dossier, reponse="Encore", by=dossier.responsable, at=APRES)


def test_a_second_request_does_not_stumble_on_one_left_open(instructeur, pilote):
    dossier = deposited_dossier()
    ask(dossier, instructeur)
    decide(dossier, "declare_irrecevable", by=instructeur, motif="Sans réponse", at=APRES)
    decide(dossier, "undo_irrecevable", by=pilote, motif="Reçu par la poste", at=APRES)
    ask(dossier, instructeur, message="Encore un point.")
    assert [d.message for d in DemandeComplement.objects.filter(answered_at=None)] == ["Encore un point."]


def test_the_deposit_stays_frozen_and_the_change_is_shown(sign_in, instructeur):
    dossier = deposited_dossier()
    before = Depot.objects.get().contenu
    ask(dossier, instructeur)
    Dossier.objects.filter(pk=dossier.pk).update(partenaires="La régie de quartier.")
    assert Depot.objects.get().contenu == before
    page = sign_in(instructeur).get(detail(dossier)).content.decode()
    assert "1\u00a0champ modifié depuis le dépôt" in page
    start = page.index('class="changements"')
    shown = page[start : page.index("</ul>", start)]
    assert [words in shown for words in ("Le projet · Partenaires", "Le bailleur.", "La régie de quartier.")] == [
        True
    ] * 3


def test_the_porteur_answers_on_the_page(sign_in, instructeur):
    dossier = deposited_dossier()
    ask(dossier, instructeur)
    url = reverse("instruction:complement_answer", args=[dossier.cle])
    client = sign_in(dossier.responsable)
    assert "Précisez les partenaires." in client.get(url).content.decode()
    empty = client.post(url, {"reponse": ""})
    assert "Ce champ est obligatoire." in empty.content.decode()
    client.post(url, {"reponse": "Voici les partenaires."})
    assert Dossier.objects.get().statut == Statut.DEPOSE


def test_a_complement_with_a_past_date_is_refused_and_what_was_typed_is_kept(sign_in, instructeur):
    dossier = deposited_dossier()
    url = reverse("instruction:complement_create", args=[dossier.cle])
    typed = {
        "message": "Il manque le budget",
        "sections": ["budget"],
        "echeance": "2027-01-01T10:00",
        "expected": "depose",
    }
    page = sign_in(instructeur).post(url, typed).content.decode()
    assert [words in page for words in ("La date limite de réponse doit être à venir.", "Il manque le budget")] == [
        True
    ] * 2
    assert Dossier.objects.get().statut == Statut.DEPOSE


# --- The queue --------------------------------------------------------------------------------


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


def test_the_tabs_count_what_they_hold(sign_in, instructeur):
    deposited_dossier()
    decide(deposited_dossier(), "declare_recevable", by=instructeur, at=APRES)
    page = sign_in(instructeur).get(reverse("instruction:instruction_list") + "?vue=admis")
    assert {tab["label"]: tab["nombre"] for tab in page.context["onglets"]} == {
        "Tous": 2,
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


@pytest.mark.parametrize("many", [1, 30])
def test_the_work_page_costs_the_same_queries_whatever_it_holds(sign_in, instructeur, django_assert_num_queries, many):
    dossier = deposited_dossier()
    for rank in range(many):
        PointRecevabiliteFactory(edition=dossier.edition, ordre=rank)
        dossier.indicateurs.create(libelle=f"Indicateur {rank}", cible="1")
        dossier.quartiers.add(QuartierFactory(contrats=[dossier.contrat]))
    client = sign_in(instructeur)
    client.get(detail(dossier))
    with django_assert_num_queries(DETAIL_QUERIES):
        client.get(detail(dossier))


def test_a_draft_has_no_page_of_instruction(sign_in, instructeur):
    assert sign_in(instructeur).get(detail(complete_dossier())).status_code == 404


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
