"""Who may call what: every address × every person × own and other objects, read as a text.

`UPDATE_SNAPSHOT=1` writes `access_matrix.txt` and `transitions_matrix.txt` again: read the difference line by line
as a security reviewer before keeping it.
"""

import os
import traceback
from pathlib import Path

import pytest

from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from tests.walk import MATRIX, addresses, people, people_at_hand, statuses_of_refusals, targets, word
from tests.world import PERSONNES, World

HERE = Path(__file__).parent
# All that may be called without signing in.
PUBLIC = {
    "label:accueil",
    "label:aide",
    "label:aide_role",
    "label:contact",
    "label:donnees_personnelles",
    "label:accessibilite",
    "label:conditions",
    "label:mentions_legales",
    "label:robots",
    "label:demo_comptes",
    "label:demo_login",
    "sante",
    "contrats:recherche",
    "contrats:carte",
    "contrats:contrat_detail",
    "projects:idee_create",
    "projects:structure_check",
    "projects:invitation_accept",
    "projects:partage_accept",
    "instruction:avis_answer",
    "juries:invitation_accept",
    "laureats:laureat_list",
    "laureats:laureat_detail",
    "laureats:laureat_scdl",
}
# All that any signed-in person may call, whoever that is.
# A field says itself who writes it: the lock of the dossier and the permission are one query.
# The way back to a link asks itself whether it was sent to this person.
ANYBODY_SIGNED_IN = {
    "label:tableau",
    "label:recherche",
    "label:lien_reprendre",
    "projects:a_faire_list",
    "projects:champ_save",
    "projects:structure_join",
}


def test_every_view_says_who_may_call_it():
    assert [address.name for address in addresses() if not hasattr(address.view, "access")] == []


def test_the_public_views_are_these():
    assert {address.name for address in addresses() if address.view.access["public"]} == PUBLIC
    without_login = {a.name for a in addresses() if not getattr(a.view, "login_required", True)}
    assert without_login == PUBLIC


def test_a_view_without_permission_nor_object_is_for_anybody_signed_in():
    marks = {address.name: address.view.access for address in addresses()}
    free = {name for name, mark in marks.items() if mark["perm"] is None and mark["load"] is None}
    assert free - PUBLIC == ANYBODY_SIGNED_IN


def test_every_address_has_a_name_of_its_own():
    names = [address.name for address in addresses()]
    assert sorted(names) == sorted(set(names))
    assert [name for name in names if "?" in name] == []


@pytest.fixture
def statuses_only(monkeypatch, caplog, settings):
    """Pages are neither written (`test_langue` reads them) nor logged: an answer is its status here."""
    caplog.set_level("CRITICAL", "django.request")
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    people_at_hand(settings, monkeypatch)
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args: "")
    statuses_of_refusals(monkeypatch)


@pytest.mark.django_db
@pytest.mark.usefixtures("statuses_only")
@pytest.mark.parametrize(
    "floors", [("label", "sante", "contrats", "laureats"), ("projects",), ("instruction", "juries")], ids="+".join
)
def test_who_may_call_what(floors):
    world = World()
    columns, lines, failures = people(world), [], []
    for target in targets(world):
        if floor_of(target.address) not in floors:
            continue
        for method in target.address.methods:
            answers = []
            for name, person in columns.items():
                try:
                    answers.append(word(person.ask(method, target)))
                except Exception:  # every failure of the walk is told at once
                    failures.append(f"{method} {target.url} by {name}\n{traceback.format_exc(limit=-4)}")
                    answers.append("ERREUR")
            lines.append(line(method, target.name, answers))
    assert not failures, "\n".join(failures[:5]) + f"\n{len(failures)} failures"
    assert_lines(MATRIX.name, lines, lambda kept: kept[5:].split()[0].partition(":")[0] in floors)


@pytest.mark.django_db
def test_who_may_move_a_dossier():
    world = World()
    lines = []
    for statut in Statut:
        dossier = world.in_statut(statut)
        moves = {
            name: {move.name for move in LIFECYCLE.available(dossier, user)} if user else set()
            for name, user in world.personnes.items()
        }
        offered = [name for name in LIFECYCLE.transitions if any(name in found for found in moves.values())]
        lines += [
            line("", f"{statut.value} · {move}", ["oui" if move in moves[name] else "-" for name in PERSONNES])
            for move in offered or ["(rien)"]
        ]
    assert_lines("transitions_matrix.txt", lines, lambda kept: True)


def floor_of(address):
    return address.name.partition(":")[0]


def line(start, name, cells):
    """One line of a matrix: columns of the same width whatever the part walked."""
    return (f"{start:<4} {name:<46} " + "".join(f"{cell:<10}" for cell in cells)).rstrip()


def assert_lines(name, lines, is_ours):
    """The matrix kept in `name` holds these lines where it speaks of what was walked."""
    path = HERE / name
    kept = path.read_text().splitlines()[1:] if path.exists() else []
    if os.environ.get("UPDATE_SNAPSHOT"):
        others = [old for old in kept if not is_ours(old)]
        path.write_text("\n".join([line("", "", PERSONNES), *others, *lines]) + "\n")
        kept = path.read_text().splitlines()[1:]
    assert "\n".join(lines) == "\n".join(old for old in kept if is_ours(old))
