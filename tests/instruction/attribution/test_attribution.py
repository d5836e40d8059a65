"""Who a dossier is given to."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from instruction.attribution.actions import assign_instructeur
from instruction.models import Instruction
from projects.enums import Statut
from projects.models import Dossier, Membre
from tests.factories.depot import deposited_dossier
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db


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


def test_a_dossier_closed_meanwhile_is_named_and_the_others_stay_ticked(sign_in, instructeur, pilote):
    """The queue was read a moment ago: what happened since is told, and one click ends the work."""
    one, two, three = (deposited_dossier() for _ in range(3))
    Dossier.objects.filter(pk=two.pk).update(statut=Statut.RETIRE)
    client = sign_in(pilote)
    url = reverse("instruction:instruction_assign_many") + "?vue=a_examiner&coche=vieux&confier=autre"
    sent = {"dossier": [one.cle, two.cle, three.cle], "instructeur": instructeur.cle}
    page = client.post(url, sent, follow=True)
    assert (
        f"Entre-temps, la situation a changé\u00a0: l’instruction est close pour {two.numero} («\u202fRetiré\u202f»). "
        "Les autres restent cochés." in page.text
    )
    assert not Instruction.objects.exclude(instructeur=None).exists()
    boxes = re.findall(r'name="dossier" form="choisis" value="(\w+)"( checked)?', page.text)
    assert dict(boxes) == {one.cle: " checked", three.cle: " checked"}
    assert re.search(rf'<option value="{instructeur.cle}"\s+selected', page.text)
    again = page.redirect_chain[-1][0].replace("/instruction/?", "/instruction/attribuer/?")
    page = client.post(again, sent | {"dossier": [one.cle, three.cle]}, follow=True)
    assert f"2\u00a0dossiers confiés à {instructeur}." in page.text
    assert page.redirect_chain[-1][0] == reverse("instruction:instruction_list") + "?vue=a_examiner"
    given = Instruction.objects.filter(instructeur=instructeur).values_list("dossier", flat=True)
    assert set(given) == {one.pk, three.pk}


def test_nobody_is_given_a_dossier_of_his_own_structure(instructeur, pilote):
    dossier = deposited_dossier()
    Membre.objects.create(structure=dossier.structure, user=instructeur)
    with pytest.raises(ValidationError, match="appartient à la structure"):
        assign_instructeur([dossier], instructeur=instructeur, by=pilote)
    with pytest.raises(ValidationError, match="n’instruit pas"):
        assign_instructeur([dossier], instructeur=UserFactory(), by=pilote)
