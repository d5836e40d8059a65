"""Who a dossier is given to."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from instruction.attribution.actions import assign_instructeur
from instruction.models import Instruction
from projects.models import Membre
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


def test_nobody_is_given_a_dossier_of_his_own_structure(instructeur, pilote):
    dossier = deposited_dossier()
    Membre.objects.create(structure=dossier.structure, user=instructeur)
    with pytest.raises(ValidationError, match="appartient à la structure"):
        assign_instructeur([dossier], instructeur=instructeur, by=pilote)
    with pytest.raises(ValidationError, match="n’instruit pas"):
        assign_instructeur([dossier], instructeur=UserFactory(), by=pilote)
