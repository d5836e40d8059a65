"""The work page of one dossier."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from instruction.note.actions import save_note
from projects.models import Membre
from tests.factories.contrats import QuartierFactory
from tests.factories.depot import complete_dossier, deposited_dossier
from tests.factories.label import PointRecevabiliteFactory

DETAIL_QUERIES = 30

pytestmark = pytest.mark.django_db


def detail(dossier):
    return reverse("instruction:instruction_detail", args=[dossier.cle])


def test_an_agent_never_instructs_a_dossier_of_his_own_structure(sign_in, instructeur):
    dossier = deposited_dossier()
    Membre.objects.create(structure=dossier.structure, user=instructeur)
    with pytest.raises(PermissionDenied):
        save_note(dossier, note_synthese="Très bien", montant_propose=None, version=0, by=instructeur)
    client = sign_in(instructeur)
    assert client.get(detail(dossier)).status_code == 403
    assert dossier.numero not in client.get(reverse("instruction:instruction_list")).content.decode()


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


def test_the_first_act_is_offered_as_such_once_nothing_stands_in_its_way(sign_in, instructeur):
    """Until then it is one among others; the way to the work and to the structure stands beside it."""
    dossier = deposited_dossier()
    point = PointRecevabiliteFactory(edition=dossier.edition)
    client = sign_in(instructeur)
    decide = reverse("instruction:instruction_decide", args=[dossier.cle, "declare_recevable"])
    before = client.get(detail(dossier)).text
    dossier.constats.create(point=point, is_conforme=True, by=instructeur)
    after = client.get(detail(dossier)).text
    assert [f'btn-primary" href="{decide}"' in page for page in (before, after)] == [False, True]
    assert f'href="{reverse("projects:echange_list", args=[dossier.cle])}">Écrire à la structure' in after
    assert re.findall(r'travail-liens">.*?</p>', after)[0].count('href="#') == 3
