"""The jury and after: no audition enters a closed séance, no amount goes without its reason, no letter lies."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from juries.deliberation.actions import close_deliberation, open_deliberation, save_propositions
from juries.deliberation.proces_verbal import minutes
from juries.models import Audition, Proposition, Seance
from juries.seance.actions import SeanceFermee, lock_seance, move_audition, place_audition
from laureats.models import Decision, Vote
from laureats.publication.actions import publish_results
from laureats.vote.actions import Choix, VoteRefuse
from laureats.vote.motifs import motif_de_reserve
from projects.models import Dossier, Passage
from tests.factories.juries import (
    audition_of,
    dossier_of,
    free,
    heard,
    jure_of,
    jury_of,
    present,
    seance_of,
)
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.laureats import PUBLIE_LE, propose, reserve, vote

pytestmark = pytest.mark.django_db

PLAFOND = "Le plafond de l’édition est de 15\u202f000\u00a0€ par projet."


@pytest.fixture
def pilote(client):
    pilote = UserFactory(pilote=True)
    client.force_login(pilote)
    return pilote


def at(hour, minute=0, day=20):
    return datetime(2027, 9, day, hour, minute, tzinfo=PARIS)


def closed_seances(pilote):
    """{why: a séance of the same jury that takes nothing more, half past nine on the 21st}; and an audition to come."""
    jury = jury_of()
    audition = audition_of(seance_of(jury, debut=at(9, day=22)))
    passee, verrouillee = seance_of(jury), seance_of(jury, debut=at(9, day=23))
    lock_seance(verrouillee, by=pilote)
    return audition, {"passée": passee, "verrouillées": verrouillee}


@time_machine.travel(at(9, 30, day=21), tick=False)
@pytest.mark.parametrize("why", ["passée", "verrouillées"])
def test_an_audition_is_not_moved_into_a_locked_or_past_seance(why, client, pilote):
    client.force_login(pilote)
    audition, seances = closed_seances(pilote)
    page = reverse("juries:audition_move", args=[audition.cle])
    assert seances[why].cle not in client.get(page).text

    with pytest.raises(SeanceFermee, match=why):
        move_audition(audition, seances[why], seances[why].debut, by=pilote)
    # Shut while the page was open: what was typed is still there, the sentence beside the séance.
    Seance.objects.filter(pk=seances[why].pk).update(locked_at=None, fin=at(23, day=23))
    shown = client.get(page).text
    assert seances[why].cle in shown
    Seance.objects.filter(pk=seances[why].pk).update(fin=seances[why].fin, locked_at=seances[why].locked_at)
    refused = client.post(page, {"seance": seances[why].cle, "heure": "11:10"})
    assert "11:10" in refused.text
    assert set(refused.context["form"].errors) == {"seance"}
    audition.refresh_from_db()
    assert (audition.seance.debut, audition.debut) == (at(9, day=22), at(9, day=22))


@time_machine.travel(at(9, 30, day=21), tick=False)
@pytest.mark.parametrize("why", ["passée", "verrouillées"])
def test_no_dossier_is_placed_in_a_locked_or_past_seance(why, client, pilote):
    client.force_login(pilote)
    _, seances = closed_seances(pilote)
    dossier = dossier_of(seances[why].jury)
    page = client.get(reverse("juries:seance_detail", args=[seances[why].cle])).text
    assert why in page
    assert dossier.titre not in page

    fields = {"dossier": dossier.cle, "heure": "09:00"}
    refused = client.post(reverse("juries:audition_create", args=[seances[why].cle]), fields)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["heure"]
    assert why in refused.context["form"].errors["heure"][0]
    assert why in refused.text
    assert 'value="09:00"' in refused.text
    assert not Audition.objects.filter(dossier=dossier).exists()


@time_machine.travel(at(11), tick=False)
def test_the_order_of_the_day_is_written_as_it_went(pilote):
    seance = seance_of(jury_of())
    assert place_audition(seance, dossier_of(seance.jury), at(10), by=pilote).debut == at(10)


def test_the_database_lets_nothing_into_a_locked_seance(pilote):
    jury = jury_of()
    audition, locked = audition_of(seance_of(jury)), seance_of(jury)
    inside = audition_of(locked)
    lock_seance(locked, by=pilote)
    for change in (
        lambda: Audition.objects.filter(pk=audition.pk).update(seance=locked),
        lambda: Audition.objects.filter(pk=inside.pk).update(debut=inside.debut + timedelta(minutes=1)),
        lambda: audition_of(locked),
    ):
        with pytest.raises(IntegrityError, match="verrouillées"), transaction.atomic():
            change()
    # What the jury says of an audition heard there is still written.
    assert Audition.objects.filter(pk=inside.pk).update(nombre_notes=3) == 1


def deliberation_scene(montant_demande=10_000):
    jury = jury_of(quorum=1)
    seance = seance_of(jury)
    audition = audition_of(seance, montant_demande=montant_demande)
    president = jure_of(jury, is_president=True)
    free(president, audition)
    present(seance, president)
    return jury, heard(audition).dossier


def proposal(montant, motif_interne=""):
    return {"sens": "laureat", "montant": montant, "rang": None, "motif_interne": motif_interne}


@pytest.mark.parametrize(
    ("montant", "field", "sentence"),
    [
        ("200 000", "montant", PLAFOND),
        (
            "12 000",
            "motif_interne",
            "La structure demande 10\u202f000\u00a0€\u00a0: dites pourquoi lui accorder davantage.",
        ),
    ],
)
def test_the_jury_gives_more_than_is_asked_with_a_reason_and_never_more_than_the_ceiling(
    client, pilote, montant, field, sentence
):
    _, dossier = deliberation_scene()
    url = reverse("juries:deliberation_edit", args=[2027])
    typed = {f"{dossier.cle}-sens": "laureat", f"{dossier.cle}-montant": montant}

    refused = client.post(url, typed)

    assert refused.status_code == 422
    (line,) = refused.context["lignes"]
    assert {name: list(errors) for name, errors in line.errors.items()} == {field: [sentence]}
    assert f'value="{montant}"' in refused.text
    assert Proposition.objects.count() == 0


def test_the_action_refuses_what_the_form_would(pilote):
    jury, dossier = deliberation_scene()
    deliberation = open_deliberation(jury)
    for line, words in ((proposal(200_000, "Parce que."), "plafond"), (proposal(12_000), "dites pourquoi")):
        with pytest.raises(ValidationError, match=words):
            save_propositions(deliberation, {dossier.pk: line}, by=pilote)
    assert Proposition.objects.count() == 0


def test_the_reason_of_a_larger_amount_is_kept_journaled_and_in_the_minutes(client, pilote):
    jury, dossier = deliberation_scene()
    deliberation = open_deliberation(jury)
    motif = "Le chantier sert deux quartiers."
    save_propositions(deliberation, {dossier.pk: proposal(12_000, motif)}, by=pilote)

    (line,) = minutes(close_deliberation(deliberation, by=pilote))["dossiers"]

    assert (line["montant_demande"], line["montant"], line["motif_interne"], line["motif"]) == (
        10_000,
        12_000,
        motif,
        "",
    )
    assert motif in client.get(reverse("juries:deliberation_edit", args=[2027])).text
    passage = Passage.objects.get(dossier=dossier, transition="propose")
    assert (passage.by, passage.motif, passage.motif_interne) == (pilote, "", motif)


def test_the_database_keeps_the_rule_of_amounts(pilote):
    jury, dossier = deliberation_scene()
    deliberation = open_deliberation(jury)
    for fields, constraint in (
        ({"montant": 15_001, "motif_interne": "Parce que."}, "plafond"),
        ({"montant": 10_001, "motif": "Dit à la structure.", "motif_interne": " "}, "sans motif interne"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Proposition.objects.create(deliberation=deliberation, dossier=dossier, sens="laureat", **fields)
    Proposition.objects.create(
        deliberation=deliberation, dossier=dossier, sens="laureat", montant=10_001, motif_interne="Parce que."
    )


@pytest.fixture
def votee():
    return EditionFactory(enveloppe=30_000)


def vote_fields(*lignes):
    """What the form of the vote sends; `lignes`: (dossier, sens, montant, motif_interne)."""
    fields = {"organe": "conseil", "date": "2026-11-20", "numero": "2026-118", "url": "", "version": "0"}
    for dossier, sens, montant, motif in lignes:
        fields |= {f"{dossier.cle}-sens": sens, f"{dossier.cle}-montant": montant}
        fields |= {f"{dossier.cle}-motif_interne": motif, f"{dossier.cle}-motif": ""}
    return fields


@pytest.mark.parametrize(
    ("montant", "motif", "errors"),
    [
        ("200000", "Voté ainsi.", {"montant": [PLAFOND]}),
        (
            "9000",
            "",
            {"motif_interne": ["Le jury propose 8\u202f000\u00a0€\u00a0: dites pourquoi ce n’est pas ce montant."]},
        ),
    ],
)
def test_the_vote_departs_from_the_jury_with_a_reason_only(client, pilote, votee, montant, motif, errors):
    dossier = propose(votee, 8_000)

    refused = client.post(
        reverse("laureats:vote_edit", args=[votee.annee]), vote_fields((dossier, "accorde", montant, motif))
    )

    assert refused.status_code == 422
    (line,) = refused.context["form"].lignes
    assert {name: list(found) for name, found in line.errors.items()} == errors
    assert f'value="{montant}"' in refused.text
    with pytest.raises(VoteRefuse):
        vote(votee, by=pilote, decisions=[Choix(dossier.pk, "accorde", int(montant), motif_interne=motif)])
    assert Vote.objects.count() == 0


def test_the_reason_of_another_amount_is_kept_shown_before_publishing_and_journaled_for_the_ept(client, pilote, votee):
    dossier = propose(votee, 8_000)
    motif = "Le conseil soutient aussi l’atelier."
    vote(votee, by=pilote, decisions=[Choix(dossier.pk, "accorde", 9_000, motif_interne=f" {motif} ")])
    decision = Decision.objects.get()
    assert (decision.montant, decision.motif, decision.motif_interne) == (9_000, "", motif)
    assert motif in client.get(reverse("laureats:publication_preview", args=[votee.annee])).text

    publish_results(votee, by=pilote, at=PUBLIE_LE)

    passage = Passage.objects.get(dossier=dossier, transition="award")
    assert (passage.motif, passage.motif_interne) == ("", motif)


def test_the_database_keeps_the_rule_of_the_vote(pilote, votee):
    dossier, garde = propose(votee, 8_000), reserve(votee, montant=0)
    recorded = Vote.objects.create(edition=votee, date="2027-10-05", numero="1", by=pilote)
    for qui, montant, motif, words in (
        (dossier, 15_001, "Parce que.", "plafond"),
        (dossier, 8_001, " ", "sans motif"),
        (dossier, 7_999, "", "sans motif"),
        (garde, 10_001, "", "sans motif"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            Decision.objects.create(
                vote=recorded, dossier=qui, sens="accorde", montant=montant, motif="Dit.", motif_interne=motif
            )
    with pytest.raises(IntegrityError, match="liste d’attente"), transaction.atomic():
        Decision.objects.create(vote=recorded, dossier=dossier, sens="attente", motif="Dit.")
    for sens in ("attente", "refuse"):
        with pytest.raises(IntegrityError, match="decision_motivee"), transaction.atomic():
            Decision.objects.create(vote=recorded, dossier=garde, sens=sens, motif_interne="Pour nous.")
        with pytest.raises(IntegrityError, match="decision_montant_si_accorde"), transaction.atomic():
            Decision.objects.create(vote=recorded, dossier=garde, sens=sens, montant=1, motif="Dit.")
    Decision.objects.create(vote=recorded, dossier=dossier, sens="accorde", montant=8_000)
    Decision.objects.create(vote=recorded, dossier=garde, sens="accorde", montant=10_000)


@pytest.mark.parametrize(
    ("accorde", "demande", "text"),
    [
        (
            124_000,
            10_000,
            "Le jury avait placé le projet sur la liste d’attente. Les projets lauréats reçoivent "
            "124\u202f000\u00a0€ sur une enveloppe de 150\u202f000\u00a0€\u00a0: il reste 26\u202f000\u00a0€. Le "
            "projet demandait 10\u202f000\u00a0€. Le vote ne l’a ni retenu parmi les lauréats ni "
            "gardé sur cette liste.",
        ),
        (
            150_000,
            None,
            "Le jury avait placé le projet sur la liste d’attente. Les projets lauréats reçoivent "
            "150\u202f000\u00a0€ sur une enveloppe de 150\u202f000\u00a0€\u00a0: il ne reste rien. Le vote ne l’a ni "
            "retenu parmi les lauréats ni gardé sur cette liste.",
        ),
    ],
)
def test_the_words_of_a_reserve_refused_are_true(accorde, demande, text):
    assert motif_de_reserve(jury=" ", demande=demande, accorde=accorde, enveloppe=150_000) == text
    said = motif_de_reserve(jury="Déjà soutenu. ", demande=demande, accorde=accorde, enveloppe=150_000)
    assert said == f"Déjà soutenu.\n\n{text}"


def test_a_reserve_refused_is_told_what_remains_and_follows_the_vote_as_it_is_corrected(client, pilote, votee):
    un, deux = propose(votee, 4_000), reserve(votee, montant=5_000)
    url = reverse("laureats:vote_edit", args=[votee.annee])
    refuse = Choix(deux.pk, "refuse")
    vote(votee, by=pilote, decisions=[Choix(un.pk, "accorde", 4_000), refuse])
    said = "reçoivent 4\u202f000\u00a0€ sur une enveloppe de 30\u202f000\u00a0€\u00a0: il reste 26\u202f000\u00a0€."
    assert said in Decision.objects.get(dossier=deux).motif
    # Nobody wrote it: it is not given back as if somebody had.
    lignes = {ligne.dossier: ligne for ligne in client.get(url).context["form"].lignes}
    assert lignes[deux]["motif"].value() == ""

    vote(votee, by=pilote, decisions=[Choix(un.pk, "accorde", 6_000, motif_interne="Voté ainsi."), refuse])

    assert "il reste 24\u202f000" in Decision.objects.get(dossier=deux).motif
    publish_results(votee, by=pilote, at=PUBLIE_LE)
    assert "il reste 24\u202f000" in Passage.objects.get(dossier=deux, transition="refuse").motif
    assert not Dossier.objects.filter(passages__motif__contains="entièrement attribuée").exists()


def test_a_project_proposed_and_refused_still_needs_a_reason(client, pilote, votee):
    un = propose(votee, 4_000)
    with pytest.raises(VoteRefuse, match="Dites pourquoi"):
        vote(votee, by=pilote, decisions=[Choix(un.pk, "refuse", motif_interne="Pour l’EPT seul.")])
