"""What the instruction asks of each agent: own dossiers one by one, those nobody has in one line that counts them."""

import pytest
import time_machine
from django.urls import reverse

from instruction.models import Instruction
from label.models import User
from projects.enums import Statut
from projects.fil.registre import ce_qui_attend
from projects.models import Dossier
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


def to_do(user):
    return [(one.texte, one.objet, one.avant) for one in ce_qui_attend(User.objects.get(pk=user.pk), EN_TEMPS)]


@time_machine.travel(EN_TEMPS, tick=False)
def test_the_dossiers_nobody_has_are_one_line_that_leads_to_as_many(client):
    first = deposited_dossier()
    edition, rejet = first.edition, Dossier.objects.get(pk=first.pk).versions.get().rejet_implicite_le
    pilote, instructeur = UserFactory(pilote=True), UserFactory(instructeur=True)
    # Received on paper, say: nothing was deposited here, and no silence can be counted.
    apart = DossierFactory(edition=edition, statut=Statut.EN_INSTRUCTION, numero="LAI-2027-901")
    held = DossierFactory(edition=edition, statut=Statut.EN_INSTRUCTION, numero="LAI-2027-902")
    Instruction.objects.create(dossier=held, instructeur=instructeur)
    assert to_do(instructeur) == [("Instruire le dossier", f"{held.numero} {held.titre}", None)]
    assert to_do(pilote) == [("Confier 2\u00a0dossiers à un instructeur", "que personne ne suit", rejet)]
    [line] = ce_qui_attend(User.objects.get(pk=pilote.pk), EN_TEMPS)
    client.force_login(pilote)
    listed = client.get(line.adresse).context["page_obj"]
    assert {row["cle"] for row in listed} == {first.cle, apart.cle}
    assert line.adresse == reverse("instruction:instruction_list") + "?vue=a_faire&instructeur=aucun"
