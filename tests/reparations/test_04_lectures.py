"""Reading a long text for what it hides, or a cell for an amount, costs the length of the text and no more."""

import time

import pytest
import time_machine
from django.urls import reverse

from instruction.avis.actions import ask_avis
from projects.models import Dossier
from tests.factories.depot import EN_TEMPS, complete_dossier, deposit
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db
LIMITE = 30_000
# One such text took 6 s of a processor, a cell of it 3 s for 20,000 signs.
SECONDES = 1.5


def processor_seconds(call):
    start = time.process_time()
    response = call()
    return response, time.process_time() - start


def test_04_a_partner_reads_a_dossier_of_long_words_at_once(client):
    """Contacts are masked in every text that a partner reads."""
    dossier = complete_dossier()
    end = " Écrire à awa.diarra+label@mail.example, merci."
    word = "a" * (LIMITE - len(end))
    texts = dict.fromkeys(("besoin", "innovation", "objectifs"), word + end)
    Dossier.objects.filter(pk=dossier.pk).update(**texts)
    deposit(dossier, by=dossier.responsable, at=EN_TEMPS)
    instructeur = UserFactory(instructeur=True)
    dossier = Dossier.objects.get(pk=dossier.pk)
    (avis,) = ask_avis(dossier, partenaires=[("Paul", "Valophis", "p@bailleur.example")], by=instructeur)
    page, cost = processor_seconds(lambda: client.get(reverse("instruction:avis_answer", args=[avis.jeton])))
    assert page.content.decode().count("Écrire à [coordonnées masquées], merci.") == len(texts)
    assert word in page.content.decode()
    assert cost < SECONDES


def test_04_a_cell_of_blanks_is_read_at_once(client):
    dossier = complete_dossier(statut="co_elaboration")
    pasted = "Achats\t1" + " " * (LIMITE - 20) + "x"
    with time_machine.travel(EN_TEMPS):
        client.force_login(dossier.responsable)
        url = reverse("projects:budget_tableur", args=[dossier.cle])
        page, cost = processor_seconds(lambda: client.post(url, {"texte": pasted, "acte": "lire"}))
    assert page.status_code in {200, 422}
    assert cost < SECONDES
