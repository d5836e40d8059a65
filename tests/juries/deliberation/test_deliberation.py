"""The deliberation: against the envelope, closed once, written down."""

import csv
import hashlib
import io
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from juries.deliberation.actions import (
    close_deliberation,
    obstacles,
    open_deliberation,
    save_propositions,
    undo_deliberation,
)
from juries.models import Deliberation, Mention, Proposition
from juries.notation.actions import SANS_AVIS
from label.lifecycle import TransitionRefused
from label.models import Edition
from projects.enums import Statut
from projects.models import Dossier, Passage
from tests.factories.juries import (
    audition_of,
    final_ballot,
    free,
    heard,
    jure_of,
    jury_of,
    present,
    recuse,
    seance_of,
)
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db


def scene(nombre=3):
    """Three dossiers heard and scored by a president and a member, the latter recused of the last."""
    jury = jury_of(quorum=1)
    seance = seance_of(jury)
    auditions = [audition_of(seance) for _ in range(nombre)]
    president = jure_of(jury, is_president=True, college="elus", qualite="Maire adjointe")
    membre = jure_of(jury)
    free(president, *auditions)
    free(membre, *auditions[:-1])
    recuse(membre, auditions[-1], "Je siège à son bureau")
    present(seance, president, membre)
    for rank, audition in enumerate(auditions):
        heard(audition)
        final_ballot(audition, president, 5 - rank, 4)
    final_ballot(auditions[0], membre, 3, 3)
    return jury, auditions, UserFactory(pilote=True)


def lines_of(auditions, *montants):
    """Laureates with these amounts, then one in reserve, then one refused."""
    wanted = [{"sens": "laureat", "montant": m, "rang": None, "motif": ""} for m in montants]
    wanted += [
        {"sens": "reserve", "montant": 4_000, "rang": 1, "motif": "L’enveloppe ne suffit pas."},
        {"sens": "refus", "montant": 0, "rang": None, "motif": "Le besoin est déjà couvert."},
    ]
    return {audition.dossier_id: line for audition, line in zip(auditions, wanted, strict=True)}


def proposed(jury, auditions, pilote, *montants):
    deliberation = open_deliberation(jury)
    save_propositions(deliberation, lines_of(auditions, *montants), by=pilote, synthese="Débat nourri.")
    deliberation.refresh_from_db()
    return deliberation


def statuts():
    return dict(Dossier.objects.values_list("pk", "statut"))


def test_closing_moves_each_dossier_and_freezes_the_minutes():
    jury, auditions, pilote = scene()
    deliberation = proposed(jury, auditions, pilote, 6_000)
    close_deliberation(deliberation, by=pilote)
    deliberation.refresh_from_db()
    assert [statuts()[a.dossier_id] for a in auditions] == [Statut.PROPOSE, Statut.RESERVE, Statut.NON_RETENU]
    assert deliberation.closed_by == pilote
    with deliberation.proces_verbal.open("rb") as file:
        pdf = file.read()
    assert deliberation.proces_verbal_sha256 == hashlib.sha256(pdf).hexdigest()
    text = " ".join("".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())
    for words in [
        "Procès-verbal",
        "Maire adjointe",
        "Élus",
        "présent",
        "Débat nourri.",
        "Le besoin est déjà couvert.",
        "6 000 €",
        "150 000 €",
        auditions[0].dossier.titre,
        auditions[2].dossier.numero,
        "est atteint",
    ]:
        assert words in text.replace("\u202f", " ").replace("\u00a0", " "), words
    assert "Je siège à son bureau" not in text
    audition = auditions[0]
    audition.seance.refresh_from_db()
    assert audition.seance.is_locked


def test_closing_twice_is_refused(client):
    jury, auditions, pilote = scene()
    deliberation = proposed(jury, auditions, pilote, 6_000)
    client.force_login(pilote)
    url = reverse("juries:deliberation_close", args=[2027])
    assert client.post(url).status_code == 302
    before = Deliberation.objects.get()
    answer = client.post(url, follow=True)
    assert "La délibération est déjà close" in answer.content.decode()
    after = Deliberation.objects.get()
    assert (after.closed_at, after.proces_verbal_sha256) == (before.closed_at, before.proces_verbal_sha256)
    with pytest.raises(TransitionRefused):
        save_propositions(deliberation, {}, by=pilote)


def test_above_the_envelope_it_may_be_written_but_not_closed():
    jury, auditions, pilote = scene()
    Edition.objects.update(enveloppe=7_000)
    jury.edition.refresh_from_db()
    deliberation = proposed(jury, auditions, pilote, 7_001)
    assert obstacles(deliberation) == ["Les propositions dépassent l’enveloppe de 1\u00a0€."]
    with pytest.raises(TransitionRefused, match="dépassent l’enveloppe"):
        close_deliberation(deliberation, by=pilote)
    assert set(statuts().values()) == {Statut.AUDITIONNE}
    assert Deliberation.objects.get().closed_at is None
    save_propositions(deliberation, lines_of(auditions, 7_000), by=pilote)
    close_deliberation(deliberation, by=pilote)


def test_every_dossier_is_decided_and_the_quorum_met_before_closing():
    jury, auditions, _ = scene()
    waiting = audition_of(auditions[0].seance)
    deliberation = open_deliberation(jury)
    jury.quorum = 2
    jury.save()
    numeros = ", ".join(audition.dossier.numero for audition in auditions)
    assert obstacles(Deliberation.objects.get(pk=deliberation.pk)) == [
        "Dossiers admis dont l’audition n’est ni faite ni notée en absence\u00a0: 1.",
        f"Dossiers auditionnés sans proposition\u00a0: {numeros}.",
        f"Quorum non atteint pour {auditions[2].dossier.numero}\u00a0: 1 membre sur 2 requis.",
    ]
    assert waiting.dossier.statut == Statut.ADMIS


def test_it_is_reopened_with_a_reason_and_the_register_keeps_the_former_minutes():
    jury, auditions, pilote = scene()
    deliberation = proposed(jury, auditions, pilote, 6_000)
    closed = close_deliberation(deliberation, by=pilote)
    with pytest.raises(TransitionRefused, match="motif"):
        undo_deliberation(deliberation, motif="", by=pilote)
    undo_deliberation(deliberation, motif="Erreur de montant", by=pilote)
    assert set(statuts().values()) == {Statut.AUDITIONNE}
    assert Mention.objects.get().detail["sha256"] == closed.proces_verbal_sha256
    close_deliberation(Deliberation.objects.get(), by=pilote)
    assert Proposition.objects.count() == 3


def test_on_screen_errors_stand_beside_what_was_typed(client):
    _, auditions, pilote = scene()
    client.force_login(pilote)
    url = reverse("juries:deliberation_edit", args=[2027])
    keys = [a.dossier.cle for a in auditions]
    data = {
        "lieu": "Orly",
        "synthese": "Un long débat",
        "tenue_le": "2027-09-20T17:00",
        f"{keys[0]}-sens": "laureat",
        f"{keys[0]}-montant": "",
        f"{keys[1]}-sens": "reserve",
        f"{keys[1]}-rang": "1",
        f"{keys[2]}-sens": "reserve",
        f"{keys[2]}-rang": "1",
    }
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "Un projet proposé lauréat reçoit un montant." in wrong.content.decode()
    assert "Un long débat" in wrong.content.decode()
    doubles = client.post(url, data | {f"{keys[0]}-montant": "7000"})
    # Each beside its field, and at the head of the page.
    assert doubles.content.decode().count("Deux projets ne peuvent pas porter le même rang.") == 4
    assert Proposition.objects.count() == 0
    client.post(url, data | {f"{keys[0]}-montant": "7000", f"{keys[2]}-rang": "2"})
    assert list(Proposition.objects.order_by("dossier_id").values_list("sens", "montant", "rang")) == [
        ("laureat", 7_000, None),
        ("reserve", 0, 1),
        ("reserve", 0, 2),
    ]
    page = client.get(url)
    assert (page.context["total"], page.context["reste"]) == (7_000, 143_000)


def test_ties_are_said_and_share_a_rank(client):
    jury = jury_of()
    seance = seance_of(jury)
    auditions = [audition_of(seance) for _ in range(4)]
    jure = jure_of(jury)
    free(jure, *auditions)
    for audition, valeur in zip(auditions, (5, 3, 3, 1), strict=True):
        final_ballot(audition, jure, valeur, valeur)
    client.force_login(UserFactory(pilote=True))
    url = reverse("juries:classement", args=[2027])
    page = client.get(url)
    assert [(a.pk, a.rang, a.nombre_ex_aequo) for a in page.context["page_obj"]] == [
        (auditions[0].pk, 1, 1),
        (auditions[1].pk, 2, 2),
        (auditions[2].pk, 2, 2),
        (auditions[3].pk, 4, 1),
    ]
    assert page.content.decode().count("ex æquo") == 2
    book = load_workbook(io.BytesIO(client.get(f"{url}?format=xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:3] == ("Rang", "Ex æquo", "Numéro")
    assert [row[0] for row in rows[1:]] == [1, 2, 2, 4]
    assert client.get(f"{url}?format=exe").status_code == 404


def test_the_export_of_notes_has_one_line_per_criterion(client):
    jury, auditions, pilote = scene()
    client.force_login(pilote)
    url = reverse("juries:export_download", args=[2027, "notes"])
    text = b"".join(client.get(f"{url}?format=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][0] == "Numéro"
    assert [(row[4], row[6]) for row in rows[1:]][:2] == [("Innovation", "5"), ("Ancrage dans le quartier", "4")]
    plan = reverse("juries:export_download", args=[2027, "plan_auditions"])
    text = b"".join(client.get(f"{plan}?format=csv").streaming_content).decode("utf-8-sig")
    assert auditions[0].dossier.titre in text
    client.force_login(jury.jures.first().user)
    assert client.get(url).status_code == 403
    assert SANS_AVIS not in text


# --- Five things apart --------------------------------------------------------------------------

CINQ = {
    "sens": "reserve",
    "montant": 4_000,
    "rang": 1,
    "points_forts": "Une équipe du quartier.",
    "motif_interne": "Le bailleur paie déjà l’atelier.",
    "motif": "L’enveloppe ne suffit pas.",
}


def test_a_proposal_holds_five_things_apart(client):
    jury, auditions, pilote = scene()
    lines = lines_of(auditions, 6_000) | {auditions[1].dossier_id: CINQ}
    deliberation = open_deliberation(jury)
    save_propositions(deliberation, lines, by=pilote, synthese="Débat nourri.")
    assert Proposition.objects.filter(dossier=auditions[1].dossier).values(*CINQ).get() == CINQ
    # Left out, a text is empty.
    assert Proposition.objects.filter(dossier=auditions[0].dossier).values("points_forts", "motif_interne").get() == {
        "points_forts": "",
        "motif_interne": "",
    }
    closed = close_deliberation(deliberation, by=pilote)
    passage = Passage.objects.get(dossier=auditions[1].dossier, transition="reserve")
    assert (passage.motif, passage.motif_interne) == (CINQ["motif"], CINQ["motif_interne"])
    with closed.proces_verbal.open("rb") as file:
        minutes = " ".join(" ".join(p.extract_text() for p in PdfReader(file).pages).split())
    for words in (
        f"Points forts : {CINQ['points_forts']}",
        f"Motif communiqué : {CINQ['motif']}",
        f"Motif interne, pour l’EPT et le jury seulement : {CINQ['motif_interne']}",
    ):
        assert words in minutes
    client.force_login(pilote)
    page = client.get(reverse("juries:deliberation_edit", args=[2027])).text
    assert [CINQ[name] in page for name in ("points_forts", "motif_interne", "motif")] == [True] * 3


def test_nobody_is_refused_or_kept_waiting_without_a_reason_told(client):
    jury, auditions, pilote = scene()
    silent = {
        pk: line if line["sens"] == "laureat" else line | {"motif": " \n", "motif_interne": "Pour nous."}
        for pk, line in lines_of(auditions, 6_000).items()
    }
    deliberation = open_deliberation(jury)
    save_propositions(deliberation, silent, by=pilote)
    deliberation.refresh_from_db()
    numeros = ", ".join(audition.dossier.numero for audition in auditions[1:])
    said = f"Projets non retenus ou en liste d’attente sans motif communiqué\u00a0: {numeros}."
    assert obstacles(deliberation) == [said]
    client.force_login(pilote)
    # Each number leads to its project.
    assert said in re.sub("<[^>]+>", "", client.get(reverse("juries:deliberation_edit", args=[2027])).text)
    with pytest.raises(TransitionRefused, match="sans motif communiqué"):
        close_deliberation(deliberation, by=pilote)
    assert set(statuts().values()) == {Statut.AUDITIONNE}
    with pytest.raises(IntegrityError, match="sans motif communiqué"), transaction.atomic():
        Deliberation.objects.update(closed_at=deliberation.tenue_le, closed_by=pilote)
    with pytest.raises(IntegrityError, match="proposition_refus_sans_montant"), transaction.atomic():
        Proposition.objects.filter(sens="refus").update(montant=1)
    save_propositions(deliberation, lines_of(auditions, 6_000), by=pilote)
    close_deliberation(deliberation, by=pilote)


def test_the_comments_of_the_jury_help_to_write_to_the_structure(client):
    _, auditions, pilote = scene()
    membre = auditions[0].bulletins.order_by("-pk").first().jure
    final_ballot(auditions[1], membre, 5, 4, commentaire="Une belle énergie.")
    client.force_login(pilote)
    page = client.get(reverse("juries:deliberation_edit", args=[2027]))
    lignes = {ligne.dossier: ligne for ligne in page.context["lignes"]}
    assert [bulletin.commentaire for bulletin in lignes[auditions[1].dossier].audition.commentaires] == [
        "Une belle énergie."
    ]
    assert lignes[auditions[0].dossier].audition.commentaires == []
    assert "1\u00a0commentaire du jury" in page.text
