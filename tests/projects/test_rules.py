"""Who may do what on a dossier, statut by statut."""

import pytest

from label.models import User
from projects.enums import Statut
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, MembreFactory

# What the matrix calls it: the permission asked.
PERMS = {
    "abandon": "projects.abandon_dossier",
    "accept_idee": "projects.accept_idee",
    "admit": "instruction.admit_dossier",
    "answer_complement": "instruction.answer_complement",
    "ask_visa": "projects.ask_visa",
    "change": "projects.change_dossier",
    "comment": "projects.comment_dossier",
    "extend": "projects.extend_dossier",
    "give_visa": "projects.give_visa",
    "instruct": "instruction.instruct_dossier",
    "read_comment_agents": "projects.read_comment_agents",
    "reopen": "projects.reopen_dossier",
    "submit": "projects.submit_dossier",
    "submit_sans_visa": "projects.submit_dossier_sans_visa",
    "undo": "projects.undo_move",
    "view": "projects.view_dossier",
    "withdraw": "projects.withdraw_dossier",
}

MATRIX = """
responsable idee: abandon comment reopen submit view withdraw
responsable co_elaboration: abandon ask_visa change comment reopen submit view withdraw
responsable pret: abandon ask_visa change comment reopen submit view withdraw
responsable a_completer: abandon answer_complement change comment reopen submit view withdraw
responsable depose: abandon comment reopen submit view withdraw
membre co_elaboration: ask_visa change comment reopen view
membre a_completer: answer_complement change comment reopen view
chef co_elaboration: accept_idee change comment give_visa read_comment_agents reopen view
chef a_completer: accept_idee change comment give_visa read_comment_agents reopen view
chef depose: accept_idee comment give_visa read_comment_agents reopen view
chef_membre co_elaboration: ask_visa change comment read_comment_agents reopen view
ancien_membre co_elaboration:
autre_chef co_elaboration:
instructeur depose: comment instruct read_comment_agents view
pilote depose: admit comment extend instruct read_comment_agents undo view
pilote_membre depose: comment extend reopen undo view
inconnu co_elaboration:
""".strip()


def _people(dossier):
    people = {
        "responsable": UserFactory(),
        "membre": UserFactory(),
        "chef": UserFactory(),
        "chef_membre": UserFactory(),
        "ancien_membre": UserFactory(),
        "autre_chef": UserFactory(),
        "instructeur": UserFactory(instructeur=True),
        "pilote": UserFactory(pilote=True),
        "pilote_membre": UserFactory(pilote=True),
        "inconnu": UserFactory(),
    }
    MembreFactory(structure=dossier.structure, user=people["responsable"], is_responsable=True)
    for name in ("membre", "chef_membre", "pilote_membre"):
        MembreFactory(structure=dossier.structure, user=people[name])
    MembreFactory(structure=dossier.structure, user=people["ancien_membre"], is_responsable=True, au="2021-01-01")
    for name in ("chef", "chef_membre"):
        AffectationFactory(user=people[name], contrat=dossier.contrat)
    AffectationFactory(user=people["autre_chef"])
    return people


def _held(user, dossier):
    user = User.objects.get(pk=user.pk)
    return [name for name, perm in PERMS.items() if user.has_perm(perm, dossier)]


@pytest.mark.django_db
def test_the_matrix_of_roles_and_statuts():
    lines = []
    dossiers = {}
    for line in MATRIX.splitlines():
        role, statut = line.partition(":")[0].split()
        if statut not in dossiers:
            dossier = DossierFactory(statut=Statut(statut))
            dossiers[statut] = dossier, _people(dossier)
        dossier, people = dossiers[statut]
        lines.append(f"{role} {statut}: {' '.join(_held(people[role], dossier))}".rstrip())
    assert "\n".join(lines) == MATRIX


@pytest.mark.django_db
def test_without_visa_the_responsable_deposits_from_the_draft():
    porteur = UserFactory()
    dossier = DossierFactory(edition__visa_requis=False, porteur=porteur)
    assert "submit_sans_visa" in _held(porteur, dossier)


@pytest.mark.django_db
def test_the_chef_of_another_contrat_served_reads_and_comments_only():
    lead, other = ContratFactory(), ContratFactory()
    dossier = DossierFactory(contrat=lead, quartiers=[QuartierFactory(contrats=[lead, other])])
    chef = AffectationFactory(contrat=other).user
    assert _held(chef, dossier) == ["comment", "view"]
