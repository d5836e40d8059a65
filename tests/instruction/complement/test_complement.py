"""Complements: asked, answered in time, given more time."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from instruction.attribution.actions import assign_instructeur
from instruction.complement.actions import answer_complement, extend_complement
from instruction.decision.actions import decide
from instruction.models import DemandeComplement
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.echeance import EcheancePassee
from projects.enums import Section, Statut
from projects.models import Depot, Dossier
from projects.redaction import writable_sections
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import PARIS, deposited_dossier
from tests.factories.instruction import APRES, ECHEANCE, ask

pytestmark = pytest.mark.django_db


def detail(dossier):
    return reverse("instruction:instruction_detail", args=[dossier.cle])


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


def reopened(dossier):
    """What the dossier itself says of its reopening."""
    row = Dossier.objects.get(pk=dossier.pk)
    return row.is_rouvert, row.sections_rouvertes, row.rouvert_jusqu_au


def test_the_dossier_knows_what_is_reopened_and_until_when(instructeur, pilote):
    dossier = deposited_dossier()
    assert reopened(dossier) == (False, [], None)
    demande = ask(dossier, instructeur)
    assert reopened(dossier) == (True, ["projet"], ECHEANCE)
    later = ECHEANCE + timedelta(days=7)
    extend_complement(demande, echeance=later, motif="Congés.", by=pilote, at=APRES)
    assert reopened(dossier) == (True, ["projet"], later)
    dossier.refresh_from_db()
    assert writable_sections(dossier, later) == {Section.PROJET}
    assert writable_sections(dossier, later + timedelta(minutes=1)) == set()
    answer_complement(dossier, reponse="Voici.", by=dossier.responsable, at=later)
    assert reopened(dossier) == (False, [], None)


def test_nothing_is_written_of_a_dossier_refused_while_it_was_reopened(instructeur):
    dossier = deposited_dossier()
    ask(dossier, instructeur)
    decide(dossier, "declare_irrecevable", by=instructeur, motif="Hors territoire.", at=APRES)
    assert not Dossier.objects.get().is_rouvert
    assert writable_sections(dossier, APRES) == set()
