"""The table of moves, read like a text; and the trigger that refuses what goes around it."""

import pytest
import rules
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from label.lifecycle import Lifecycle, Reading, Transition, TransitionRefused
from projects.checks import check_gates, check_permissions
from projects.enums import CONNUS, Statut
from projects.lifecycle import LIFECYCLE, TRANSITIONS
from projects.models import Dossier, Passage
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory

TABLE = """
accept_idee: idee → co_elaboration, projects.accept_idee
decline_idee: idee → sans_suite, projects.accept_idee, motif
give_visa: co_elaboration → pret, projects.give_visa
return_visa: co_elaboration → co_elaboration, projects.give_visa, motif
reopen: pret → co_elaboration, projects.reopen_dossier, motif
abandon: co_elaboration idee pret → abandonne, projects.abandon_dossier
expire: co_elaboration idee pret → caduc, system
revive: caduc → co_elaboration, system
deposit: pret → depose, projects.submit_dossier
deposit_sans_visa: co_elaboration → depose, projects.submit_dossier_sans_visa
withdraw: a_completer admis depose en_instruction (non_admis) → retire, projects.withdraw_dossier, motif
ask_complement: depose en_instruction → a_completer, instruction.instruct_dossier, motif
answer_complement_depose: a_completer → depose, system
answer_complement_instruction: a_completer → en_instruction, system
declare_recevable: depose → en_instruction, instruction.instruct_dossier
declare_irrecevable: a_completer depose → irrecevable, instruction.instruct_dossier, motif
admit: en_instruction → admis, instruction.admit_dossier
refuse_admission: en_instruction → non_admis, instruction.admit_dossier, motif
record_absence: admis → non_retenu, system, motif
hear: admis → auditionne, system
propose: auditionne → propose, system
reserve: auditionne → reserve, system
set_aside: auditionne → non_retenu, system, motif
award: propose reserve → laureat, system
refuse: propose reserve → non_retenu, system, motif
keep_waiting: reserve → reserve, system, motif
undo_irrecevable: irrecevable → depose, projects.undo_move, motif
undo_recevable: en_instruction → depose, projects.undo_move, motif
undo_admission: admis non_admis → en_instruction, projects.undo_move, motif
undo_audition: auditionne → admis, projects.undo_move, motif
undo_deliberation: non_retenu propose reserve → auditionne, projects.undo_move, motif
""".strip()


def test_the_table_of_moves():
    lines = [
        f"{t.name}: {' '.join(sorted(t.sources))}{''.join(f' ({veiled})' for veiled in t.veiled)} → {t.target}, "
        f"{t.perm or 'system'}" + ", motif" * t.motif_requis
        for t in LIFECYCLE.transitions.values()
    ]
    assert "\n".join(lines) == TABLE


# Asked of the staff of the EPT alone, which knows the statuts as they are.
STAFF = {"instruction.instruct_dossier", "instruction.admit_dossier", "projects.undo_move"}


def test_a_move_offered_under_the_known_statut_can_be_made_from_the_secret_one():
    moves = [t for t in LIFECYCLE.transitions.values() if t.perm is not None and t.perm not in STAFF]
    offered = {(t.name, secret) for t in moves for secret, known in CONNUS.items() if known in t.sources}
    assert offered == {("withdraw", Statut.NON_ADMIS)}
    assert offered == {(t.name, secret) for t in moves for secret in CONNUS if secret in (*t.sources, *t.veiled)}


def allowed():
    """What changes the statut: a move that keeps it changes nothing the trigger sees."""
    moves = {(source, t.target) for t in LIFECYCLE.transitions.values() for source in (*t.sources, *t.veiled)}
    return {(source, target) for source, target in moves if source != target}


@pytest.mark.django_db
def test_the_trigger_refuses_every_direct_move_out_of_the_table():
    let_through = set()
    for source in Statut:
        dossier = DossierFactory(statut=source)
        for target in set(Statut) - {source}:
            try:
                with transaction.atomic():
                    Dossier.objects.filter(pk=dossier.pk).update(statut=target, numero=f"N{dossier.pk}")
                    let_through.add((source, target))
                    transaction.set_rollback(True)
            except DatabaseError:
                pass
    assert let_through == allowed()


@pytest.mark.django_db
def test_a_move_is_journaled_and_made_once():
    chef = UserFactory()
    dossier = DossierFactory(statut=Statut.IDEE, chef=chef)
    stale = Dossier.objects.get(pk=dossier.pk)
    at = timezone.now()
    LIFECYCLE.apply(dossier, "accept_idee", by=chef, at=at, expected=Statut.IDEE)
    with pytest.raises(TransitionRefused) as refused:
        LIFECYCLE.apply(stale, "accept_idee", by=chef, at=at, expected=Statut.IDEE)
    assert refused.value.code == "stale"
    assert "Écriture à deux" in refused.value.messages[0]
    assert list(Passage.objects.values_list("transition", "de", "vers", "by", "at")) == [
        ("accept_idee", "idee", "co_elaboration", chef.pk, at)
    ]


@pytest.mark.django_db
def test_a_move_is_refused_without_permission_reason_or_content():
    chef, stranger = UserFactory(), UserFactory()
    idee = DossierFactory(statut=Statut.IDEE, chef=chef)
    with pytest.raises(PermissionDenied):
        LIFECYCLE.apply(idee, "accept_idee", by=stranger, at=timezone.now())
    with pytest.raises(TransitionRefused) as refused:
        LIFECYCLE.apply(idee, "decline_idee", by=chef, at=timezone.now(), motif="  ")
    assert refused.value.code == "motif"
    chef = UserFactory()
    draft = DossierFactory(chef=chef)
    with pytest.raises(TransitionRefused) as refused:
        LIFECYCLE.apply(draft, "give_visa", by=chef, at=timezone.now())
    assert "Écrivez le résumé, en 300 signes." in refused.value.messages
    assert set(Dossier.objects.values_list("statut", flat=True)) == {Statut.IDEE, Statut.CO_ELABORATION}
    assert not Passage.objects.exists()


GATED = ["give_visa", "return_visa", "deposit", "deposit_sans_visa", "declare_recevable"]


def test_every_gate_of_the_table_is_filled_at_start_up():
    assert [t.name for t in TRANSITIONS if t.is_gated] == GATED
    assert (LIFECYCLE.unfilled, check_gates(None)) == ([], [])


@pytest.mark.django_db
def test_a_gate_left_unfilled_refuses_the_move():
    chef = UserFactory()
    draft = DossierFactory(chef=chef, complet=True)
    empty = Lifecycle("statut", Statut, TRANSITIONS, record=None, notify=None)
    assert empty.unfilled == GATED
    with pytest.raises(TransitionRefused) as refused:
        empty.apply(draft, "give_visa", by=chef, at=timezone.now())
    assert refused.value.messages == [
        "Ce qui doit être vérifié avant ce passage ne peut pas l’être aujourd’hui\u00a0: écrivez à l’EPT."
    ]
    assert Dossier.objects.get().statut == Statut.CO_ELABORATION
    LIFECYCLE.apply(draft, "give_visa", by=chef, at=timezone.now())
    assert Dossier.objects.get().statut == Statut.PRET


def test_a_gate_is_declared_by_the_table_and_filled_once():
    lifecycle = Lifecycle("statut", Statut, TRANSITIONS, record=None, notify=None)
    lifecycle.gate("give_visa")(lambda dossier: [])
    assert lifecycle.unfilled == GATED[1:]
    for name in ("give_visa", "reopen"):
        with pytest.raises(ValueError, match=name):
            lifecycle.gate(name)
            lifecycle.gate(name)(lambda dossier: [])


def test_a_life_cycle_with_secrets_says_nothing_before_it_knows_to_whom():
    moves = [Transition("publier", (Statut.IDEE,), Statut.PRET, "Publier")]
    veiled = Lifecycle("statut", Statut, moves, record=None, notify=None, is_veiled=True)
    dossier = Dossier(statut=Statut.IDEE)
    with pytest.raises(RuntimeError):
        veiled.available(dossier, None)
    veiled.read_through(Reading)
    assert veiled.reading.state(dossier, None) == Statut.IDEE
    for life_cycle in (veiled, Lifecycle("statut", Statut, moves, record=None, notify=None)):
        with pytest.raises(ValueError, match="reading"):
            life_cycle.read_through(Reading)


def test_a_move_asks_for_a_permission_that_some_floor_gives():
    assert check_permissions(None) == []
    admit = rules.permissions.permissions["instruction.admit_dossier"]
    rules.remove_perm("instruction.admit_dossier")
    try:
        assert [error.msg for error in check_permissions(None)] == [
            f"Le passage «\u202f{name}\u202f» demande instruction.admit_dossier, qu’aucun rules.py ne donne."
            for name in ("admit", "refuse_admission")
        ]
    finally:
        rules.add_perm("instruction.admit_dossier", admit)
