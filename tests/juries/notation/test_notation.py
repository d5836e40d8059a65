"""Ballots: three taps a score, nothing lost, means that follow exactly."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juries.classement import rangs, scoring
from juries.classement.actions import differences
from juries.models import Audition, Bulletin, Mention, Note
from juries.notation.actions import SANS_AVIS, NotationRefusee, correct_bulletin, save_bulletin
from juries.seance.actions import lock_seance, move_audition, record_presences, remind_unfinished
from label.lifecycle import TransitionRefused
from label.models import Courriel
from label.templatetags.label_ui import jour_heure
from tests.factories.depot import received
from tests.factories.juries import (
    audition_of,
    convoked,
    final_ballot,
    free,
    heard,
    jure_of,
    jury_of,
    present,
    seance_of,
)
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db


def scene(membres=2):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jures = [jure_of(jury) for _ in range(membres)]
    for jure in jures:
        free(jure, audition)
    return audition, *jures


def criteria(audition):
    return list(audition.dossier.edition.criteres.order_by("ordre"))


def stored(audition):
    audition.refresh_from_db()
    return audition.moyenne, audition.ecart_type, audition.nombre_notes


def notes_of(bulletin):
    return {n.critere_id: SANS_AVIS if n.sans_avis else n.valeur for n in bulletin.notes.all()}


def test_each_tap_is_kept_and_saying_it_twice_changes_nothing(client):
    audition, jure = scene(1)
    un, deux = criteria(audition)
    client.force_login(jure.user)
    url = reverse("juries:notation", args=[audition.cle])
    for _ in range(2):
        answer = client.post(url, {f"critere_{un.pk}": "4"}, headers={"accept": "application/json"})
        assert answer.status_code == 200
        assert set(answer.json()) == {"enregistre"}
    client.post(url, {f"critere_{deux.pk}": "sans_avis"}, headers={"accept": "application/json"})
    client.post(url, {"commentaire": "Solide, à suivre."}, headers={"accept": "application/json"})
    bulletin = Bulletin.objects.get()
    assert notes_of(bulletin) == {un.pk: 4, deux.pk: SANS_AVIS}
    assert (bulletin.commentaire, bulletin.is_final) == ("Solide, à suivre.", False)
    assert stored(audition) == (None, None, 0)


def test_without_javascript_one_post_keeps_all_and_makes_it_final(client):
    audition, jure = scene(1)
    un, deux = criteria(audition)
    client.force_login(jure.user)
    url = reverse("juries:notation", args=[audition.cle])
    page = client.get(url).content.decode()
    assert "2 · moyen" in page
    with time_machine.travel(audition.debut, tick=False):
        client.force_login(jure.user)
        half = client.post(url, {f"critere_{un.pk}": "5", "commentaire": "Bien", "final": "1"})
        done = client.post(
            url, {f"critere_{un.pk}": "5", f"critere_{deux.pk}": "2", "commentaire": "Bien", "final": "1"}
        )
    assert half.status_code == 422
    assert (
        f"Notez encore, ou indiquez «\u00a0sans avis\u00a0»\u00a0: «\u00a0{deux.nom}\u00a0»." in half.content.decode()
    )
    assert ">Bien</textarea>" in half.content.decode()
    assert done.url == reverse("juries:audition_detail", args=[audition.cle])
    # (2 × 5/5 + 1 × 2/5) / 3, on 20.
    assert stored(audition) == (Decimal("16.00"), None, 1)


def test_a_ballot_is_prepared_before_the_hearing_and_final_once_it_began(client):
    audition, jure = scene(1)
    convoked(audition)
    pilote = UserFactory(pilote=True)
    notes = {f"critere_{critere.pk}": "4" for critere in criteria(audition)}
    url = reverse("juries:notation", args=[audition.cle])
    refus = (
        f"L’audition commence le {jour_heure(audition.debut)}\u00a0: vous pouvez préparer vos notes, "
        "et rendre le bulletin définitif à partir de ce moment."
    )
    with time_machine.travel(audition.debut - timedelta(minutes=1), tick=False):
        client.force_login(jure.user)
        assert refus in client.get(url).content.decode()
        assert client.post(url, notes).status_code == 302
        answer = client.post(url, notes | {"final": "1"})
        assert (answer.status_code, refus in answer.content.decode()) == (422, True)
        bulletin = Bulletin.objects.get()
        assert (bulletin.is_final, set(notes_of(bulletin).values()), stored(audition)) == (False, {4}, (None, None, 0))
    with time_machine.travel(audition.debut, tick=False):
        assert refus not in client.get(url).content.decode()
        assert client.post(url, notes | {"final": "1"}).status_code == 302
        assert stored(audition) == (Decimal("16.00"), None, 1)
        # What was scored was heard: it is no longer put off to another hour.
        with pytest.raises(ValidationError, match="elle ne bouge plus"):
            move_audition(audition, audition.seance, audition.debut + timedelta(hours=2), by=pilote)


def test_the_ballot_and_what_is_read_of_it_say_the_weights_and_no_more_than_is_true(client):
    audition, un, deux = scene()
    final_ballot(audition, deux, 5, 5)
    client.force_login(un.user)
    url, notation = (reverse(f"juries:{name}", args=[audition.cle]) for name in ("audition_detail", "notation"))
    page = " ".join(re.sub("<[^>]+>", " ", client.get(notation).content.decode()).split())
    assert [f"{critere.nom} · coefficient {critere.poids}" in page for critere in criteria(audition)] == [True, True]
    save_bulletin(audition, un, notes={criteria(audition)[0].pk: 3}, by=un.user)
    attente = "Les notes des autres membres s’affichent une fois la vôtre définitive."
    assert attente in client.get(url).content.decode()
    final_ballot(audition, un, 3, 4)
    page = client.get(url).content.decode()
    assert (attente in page, page.count("Innovation (coefficient 2)&nbsp;: ")) == (False, 2)


def test_a_value_off_the_scale_or_another_grid_is_refused(client):
    audition, jure = scene(1)
    un, _ = criteria(audition)
    client.force_login(jure.user)
    url = reverse("juries:notation", args=[audition.cle])
    assert client.post(url, {f"critere_{un.pk}": "6"}, headers={"accept": "application/json"}).status_code == 422
    for notes in ({un.pk: 6}, {un.pk: -1}, {un.pk: True}, {10**9: 1}):
        with pytest.raises(ValidationError):
            save_bulletin(audition, jure, notes=notes, by=jure.user)
    assert (Bulletin.objects.count(), Note.objects.count()) == (0, 0)


def test_a_final_ballot_no_longer_moves_but_the_same_tap_again_is_no_error():
    audition, jure = scene(1)
    un, deux = criteria(audition)
    final_ballot(audition, jure, 3, 3)
    assert save_bulletin(audition, jure, notes={un.pk: 3}, by=jure.user).is_final
    with pytest.raises(NotationRefusee, match="définitif"):
        save_bulletin(audition, jure, notes={un.pk: 4}, by=jure.user)
    assert notes_of(Bulletin.objects.get()) == {un.pk: 3, deux.pk: 3}


def test_the_notes_of_others_stay_hidden_until_ones_own_are_final(client):
    audition, un, deux = scene()
    final_ballot(audition, deux, 5, 5, commentaire="Mot de l’autre membre")
    url = reverse("juries:audition_detail", args=[audition.cle])
    client.force_login(un.user)
    assert "Mot de l’autre membre" not in client.get(url).content.decode()
    assert client.get(reverse("juries:classement", args=[2027])).status_code == 403
    final_ballot(audition, un, 1, 1)
    assert "Mot de l’autre membre" in client.get(url).content.decode()
    assert client.get(reverse("juries:classement", args=[2027])).status_code == 200


def test_sans_avis_is_never_a_zero_and_an_empty_ballot_counts_for_nothing():
    audition, un, deux = scene()
    final_ballot(audition, un, SANS_AVIS, 4)
    assert stored(audition) == (Decimal("16.00"), None, 1)
    final_ballot(audition, deux, SANS_AVIS, SANS_AVIS)
    assert stored(audition) == (Decimal("16.00"), None, 1)


def test_an_absent_member_neither_scores_nor_counts():
    audition, un, deux = scene()
    pilote = UserFactory(pilote=True)
    final_ballot(audition, un, 5, 5)
    final_ballot(audition, deux, 0, 0)
    assert stored(audition) == (Decimal("10.00"), Decimal("10.00"), 2)
    record_presences(audition.seance, {un.pk}, by=pilote)
    assert stored(audition) == (Decimal("20.00"), None, 1)
    with pytest.raises(NotationRefusee, match="absent"):
        save_bulletin(audition, deux, notes={}, by=deux.user)


def test_the_lock_stops_the_members_and_comes_once(client):
    audition, jure = scene(1)
    un, _ = criteria(audition)
    pilote = UserFactory(pilote=True)
    client.force_login(jure.user)
    lock = reverse("juries:seance_lock", args=[audition.seance.cle])
    assert client.post(lock).status_code == 403
    client.force_login(pilote)
    client.post(lock)
    with pytest.raises(TransitionRefused):
        lock_seance(audition.seance, by=pilote)
    client.force_login(jure.user)
    url = reverse("juries:notation", args=[audition.cle])
    refused = client.post(url, {f"critere_{un.pk}": "4"}, headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()) == (422, {"erreur": "Les notes de cette séance sont verrouillées."})
    assert Note.objects.count() == 0


def test_the_president_may_lock(client):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    president = jure_of(jury, is_president=True)
    client.force_login(president.user)
    client.post(reverse("juries:seance_lock", args=[audition.seance.cle]))
    audition.seance.refresh_from_db()
    assert audition.seance.is_locked


def test_a_correction_is_the_pilotes_and_leaves_before_after_and_reason(client):
    audition, jure = scene(1)
    un, deux = criteria(audition)
    bulletin = final_ballot(audition, jure, 5, 5)
    pilote = UserFactory(pilote=True)
    url = reverse("juries:bulletin_correct", args=[bulletin.pk])
    answers = {f"critere_{un.pk}": "0", f"critere_{deux.pk}": "5"}
    client.force_login(jure.user)
    assert client.post(url, answers | {"motif": "Erreur"}).status_code == 403
    client.force_login(pilote)
    assert client.post(url, answers).status_code == 200
    assert stored(audition) == (Decimal("20.00"), None, 1)
    client.post(url, answers | {"motif": "Note saisie pour un autre dossier"})
    assert stored(audition) == (Decimal("6.67"), None, 1)
    mention = Mention.objects.get()
    assert (mention.acte, mention.by, mention.motif) == ("correction", pilote, "Note saisie pour un autre dossier")
    assert mention.detail == {un.nom: [5, 0]}
    with pytest.raises(ValidationError, match="Aucune note n’a changé"):
        correct_bulletin(bulletin, notes={un.pk: 0}, motif="Encore", by=pilote)


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_from_one_member_are_both_kept():
    audition, jure = scene(1)
    un, deux = criteria(audition)
    barrier, errors = Barrier(2), []

    def tap(critere, valeur):
        try:
            barrier.wait()
            save_bulletin(audition, jure, notes={critere.pk: valeur}, by=jure.user)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=tap, args=[un, 4]), Thread(target=tap, args=[deux, 1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert notes_of(Bulletin.objects.get()) == {un.pk: 4, deux.pk: 1}


@pytest.mark.django_db(transaction=True)
def test_ballots_given_at_once_are_all_in_the_mean():
    audition, *jures = scene(4)
    barrier, errors = Barrier(4), []

    def give(jure, valeur):
        try:
            barrier.wait()
            final_ballot(audition, jure, valeur, valeur)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=give, args=[jure, rank + 1]) for rank, jure in enumerate(jures)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stored(audition) == (Decimal("10.00"), Decimal("4.47"), 4)


VALUES = st.one_of(st.integers(0, 5), st.just(SANS_AVIS))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ballots=st.lists(st.tuples(VALUES, VALUES, st.booleans()), min_size=1, max_size=5))
def test_the_stored_means_are_those_of_the_scoring_module(ballots):
    Bulletin.objects.all().delete()
    Audition.objects.all().delete()
    audition, *jures = scene(len(ballots))
    un, deux = criteria(audition)
    for jure, (first, second, final) in zip(jures, ballots, strict=True):
        save_bulletin(
            audition, jure, notes={un.pk: first, deux.pk: second}, final=final, by=jure.user, at=audition.debut
        )
    grille = [scoring.Critere("a", un.poids, 5), scoring.Critere("b", deux.poids, 5)]
    expected = rangs.classement(
        [
            scoring.Bulletin(rank, "d", {"a": None if a == SANS_AVIS else a, "b": None if b == SANS_AVIS else b}, final)
            for rank, (a, b, final) in enumerate(ballots)
        ],
        grille,
    )[0]
    assert stored(audition) == (expected.moyenne, expected.ecart_type, expected.nombre)
    assert differences(audition.seance.jury) == []


def test_the_command_says_and_repairs_a_mean_that_drifted(capsys):
    audition, jure = scene(1)
    final_ballot(audition, jure, 5, 5)
    call_command("recalcule_notes", 2027)
    assert "Toutes les moyennes suivent" in capsys.readouterr().out
    Audition.objects.update(moyenne_exacte=Fraction(3))
    with pytest.raises(CommandError):
        call_command("recalcule_notes", 2027)
    call_command("recalcule_notes", 2027, "--corriger")
    assert stored(audition) == (Decimal("20.00"), None, 1)


def test_a_reminder_goes_once_a_day_to_who_owes_a_ballot():
    audition, un, deux = scene()
    present(audition.seance, un, deux)
    final_ballot(audition, un, 3, 3)
    pilote = UserFactory(pilote=True)
    assert [c.destinataire for c in remind_unfinished(audition.seance, by=pilote)] == [deux.user.email]
    assert remind_unfinished(audition.seance, by=pilote) == []
    assert Courriel.objects.get().sujet.startswith("1\u00a0bulletin à finir")


@pytest.mark.parametrize("nombre", [1, 30])
def test_the_ballot_and_the_ranking_cost_the_same_with_many_ballots(nombre, client):
    audition, *jures = scene(nombre)
    for jure in jures:
        final_ballot(audition, jure, 3, 4)
    for _ in range(nombre - 1):
        heard(audition_of(audition.seance))
    received(audition.dossier)
    found = {}

    def count(name):
        found[name] = 0

        def wrapper(execute, sql, params, many, context):
            found[name] += 1
            return execute(sql, params, many, context)

        return connection.execute_wrapper(wrapper)

    pilote = UserFactory(pilote=True)
    for name, key, user in [
        ("notation", audition.cle, jures[0].user),
        ("audition_detail", audition.cle, pilote),
        ("classement", 2027, pilote),
        ("deliberation_edit", 2027, pilote),
    ]:
        client.force_login(user)
        url = reverse(f"juries:{name}", args=[key])
        client.get(url)
        with count(name):
            assert client.get(url).status_code == 200
    assert found == {"notation": 19, "audition_detail": 16, "classement": 9, "deliberation_edit": 13}
