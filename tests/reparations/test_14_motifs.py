"""What an agent is told of a reason is true: kept inside, or communicated, and read there and nowhere else."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from instruction.models import Instruction
from juries.deliberation.actions import close_deliberation
from label.models import Courriel
from laureats.models import Vote
from projects.enums import Statut
from projects.models import Dossier, Passage
from tests.factories.depot import deposited_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.juries.deliberation.test_deliberation import proposed
from tests.juries.deliberation.test_deliberation import scene as jury_scene
from tests.world import World

pytestmark = pytest.mark.django_db
INTERNE, DIT = "Le bureau du conseil y tient peu", "Le besoin est déjà couvert dans ce quartier"


def words(text):
    return re.sub(r"[\s\u202f\u00a0]+", " ", re.sub(r"</?span[^>]*>", "", unescape(text)))


def text_of(response):
    content = response.getvalue()
    if content.startswith(b"%PDF"):
        return words("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    return words(content.decode())


def decide(client, dossier, name, **data):
    """Open the page of the decision, then send it. Returns what the page said."""
    url = reverse("instruction:instruction_decide", args=[dossier.cle, name])
    page = client.get(url).content.decode()
    expected = re.search(r'name="expected" value="([^"]*)"', page)[1]
    assert client.post(url, {"expected": expected, **data}).status_code == 302
    return words(page)


def received(world, edition, days):
    """A dossier of the structure of the world, in instruction in this édition, received so many days ago."""
    dossier = deposited_dossier(
        at=world.now - timedelta(days=days), edition=edition, structure=world.structure, contrat=world.contrat
    )
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.EN_INSTRUCTION)
    Instruction.objects.create(dossier=dossier, instructeur=world.personnes["instruct"])
    return dossier


def read_by(client, world, dossier, qui):
    client.force_login(world.personnes[qui])
    return text_of(client.get(reverse("projects:dossier_detail", args=[dossier.cle])))


def test_14_a_refusal_has_two_boxes_and_the_letter_prints_one(client):
    world = World()
    dossier = received(world, world.votee, 501)
    client.force_login(world.personnes["pilote"])
    page = decide(client, dossier, "refuse_admission", motif=DIT, motif_interne=INTERNE)
    assert "Motif communiqué à la structure" in page
    assert "Écrit dans la lettre que la structure reçoit à la publication" in page
    assert "Motif interne" in page
    assert "seuls les agents de l’EPT le lisent" in page
    assert "Gardé au journal, à l’EPT" not in page
    letter = text_of(client.get(reverse("laureats:publication_lettre", args=[world.votee.annee, dossier.cle])))
    assert (DIT in letter, INTERNE in letter) == (True, False)
    instruction = text_of(client.get(reverse("instruction:instruction_detail", args=[dossier.cle])))
    assert (DIT in instruction, INTERNE in instruction) == (True, True)
    for qui in ("responsable", "membre", "chef"):
        assert INTERNE not in read_by(client, world, dossier, qui)


@pytest.mark.parametrize("name", ["undo_recevable", "admit"])
def test_14_a_reason_kept_at_the_ept_is_read_by_no_one_else(client, name):
    world = World()
    dossier = world.instruit
    client.force_login(world.personnes["pilote"])
    page = decide(client, dossier, name, motif=INTERNE)
    assert "seuls les agents de l’EPT le lisent" in page
    instruction = text_of(client.get(reverse("instruction:instruction_detail", args=[dossier.cle])))
    assert f"À l’EPT seulement : {INTERNE}" in instruction
    for qui in ("responsable", "membre", "chef", "inv_lit"):
        assert INTERNE not in read_by(client, world, dossier, qui), qui


def test_14_irrecevable_tells_one_reason_and_keeps_the_other(client):
    world = World()
    client.force_login(world.personnes["pilote"])
    decide(client, world.depose, "declare_irrecevable", motif=DIT, motif_interne=INTERNE)
    mails = Courriel.objects.filter(cle_notification="irrecevable", object_id=world.depose.pk)
    said = {(DIT in words(mail.texte), INTERNE in words(mail.texte + mail.html)) for mail in mails}
    assert said == {(True, False)}
    instruction = text_of(client.get(reverse("instruction:instruction_detail", args=[world.depose.cle])))
    assert f"À l’EPT seulement : {INTERNE}" in instruction


def test_14_the_minutes_say_who_is_recused_and_not_why(client):
    jury, auditions, pilote = jury_scene()
    deliberation = proposed(jury, auditions, pilote, 6_000)
    close_deliberation(deliberation, by=pilote)
    client.force_login(pilote)
    minutes = text_of(client.get(reverse("juries:proces_verbal", args=[jury.edition.annee])))
    assert "Déports" in minutes
    assert "Je siège à son bureau" not in minutes
    # The pilote reads it where it is kept, and the page says so.
    register = text_of(client.get(reverse("juries:deport_list", args=[jury.edition.annee])))
    assert "Je siège à son bureau" in register
    assert "Le motif n’est montré qu’ici, aux pilotes." in register


def test_14_letters_without_any_reason_are_counted_before_they_leave(client):
    """A refusal of before the two boxes may have kept its only reason inside: the preview names the dossier."""
    edition = EditionFactory()
    dossier = DossierFactory(edition=edition, statut=Statut.NON_ADMIS, numero="LAI-2027-009")
    Passage.objects.create(
        dossier=dossier,
        transition="refuse_admission",
        de=Statut.EN_INSTRUCTION,
        vers=Statut.NON_ADMIS,
        at=timezone.now(),
    )
    pilote = UserFactory(pilote=True)
    Vote.objects.create(edition=edition, organe="conseil", date=timezone.localdate(), numero="2027-1", by=pilote)
    client.force_login(pilote)
    page = client.get(reverse("laureats:publication_preview", args=[edition.annee]))
    assert "1 lettre ne dit aucun motif : LAI-2027-009." in " ".join(page.text.split())
