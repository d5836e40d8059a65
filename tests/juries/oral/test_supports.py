"""Files for the jury: judged by their content, held by the antivirus, replaced until the date that is told."""

import io
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from juries.models import Support
from juries.oral.actions import QUARANTAINE, add_support, remove_support
from juries.oral.fil import lignes_de_l_oral
from juries.oral.queries import in_place, limit_of
from label.enums import Analyse
from label.models import Courriel
from tests.clamd import EICAR
from tests.factories.juries import convoked
from tests.juries.oral.scene import AVANT, at, scene
from tests.pdf import PDF, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        yield scene()


def sent(nom="diaporama.pdf", content=PDF):
    return SimpleUploadedFile(nom, content, content_type="application/pdf")


def test_the_limit_is_two_days_before_the_announced_hearing(s):
    assert limit_of(s.audition) == at(23, 59, day=18)
    # Moved without being told, it is still the one that was told.
    s.audition.debut, s.audition.fin = at(9, day=25), at(9, 20, day=25)
    assert limit_of(s.audition) == at(23, 59, day=18)
    # Convoked late: a day all the same, the hearing at the latest.
    s.audition.debut, s.audition.fin = at(9), at(9, 20)
    convoked(s.audition, at=at(16, day=18))
    assert limit_of(s.audition) == at(16, day=19)
    convoked(s.audition, at=at(16, day=19))
    assert limit_of(s.audition) == at(9)


def test_a_file_is_joined_replaced_and_removed(s, client):
    client.force_login(s.membre)
    add = reverse("juries:support_add", args=[s.dossier.cle])
    assert client.post(add, {"fichier": [sent(), sent("plan.pdf", pdf(b"Plan"))]}).status_code == 302
    first, second = in_place(s.dossier)
    answer = client.get(reverse("juries:support_download", args=[s.dossier.cle, first.cle]))
    content = b"".join(answer.streaming_content)
    # Read back by another library than the one that judged it.
    assert len(pikepdf.open(io.BytesIO(content)).pages) == 1
    assert answer["Content-Disposition"] == 'attachment; filename="diaporama.pdf"'
    client.post(add, {"fichier": sent("v2.pdf", pdf(b"Deux")), "remplace": first.cle})
    assert [one.nom for one in in_place(s.dossier)] == ["plan.pdf", "v2.pdf"]
    assert client.get(reverse("juries:support_download", args=[s.dossier.cle, first.cle])).status_code == 404
    client.post(reverse("juries:support_remove", args=[s.dossier.cle, second.cle]))
    assert [one.nom for one in in_place(s.dossier)] == ["v2.pdf"]
    # What was removed or replaced stays in the story.
    told = [line.texte for line in lignes_de_l_oral(s.dossier, s.chef) if line.texte.startswith("Support")]
    assert sorted(told) == [
        "Support joint pour le jury\u00a0: diaporama.pdf",
        "Support joint pour le jury\u00a0: plan.pdf",
        "Support joint pour le jury\u00a0: v2.pdf",
        "Support retiré\u00a0: diaporama.pdf",
        "Support retiré\u00a0: plan.pdf",
    ]
    # The chef de projet helps; a guest reads.
    add_support(s.dossier, fichier=sent("chef.pdf", pdf(b"Chef")), by=s.chef)
    with pytest.raises(PermissionDenied):
        add_support(s.dossier, fichier=sent(), by=s.invite)


def test_a_slide_show_is_told_how_to_become_a_pdf(s, client):
    client.force_login(s.membre)
    add = reverse("juries:support_add", args=[s.dossier.cle])
    # What an old PowerPoint writes begins by this; the words are those of any joined file.
    slides = b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "PowerPoint Document".encode("utf-16-le")
    answer = client.post(add, {"fichier": sent("diapo.ppt", slides)})
    assert answer.status_code == 422
    assert "C’est une présentation (diaporama)\u00a0: exportez-la en PDF" in answer.text
    assert client.post(add, {}).status_code == 422
    assert Support.objects.count() == 0


def test_no_more_than_five_and_no_heavier_than_the_limit(s, monkeypatch):
    for rang in range(Support.NOMBRE_MAX):
        add_support(s.dossier, fichier=sent(f"{rang}.pdf", pdf(str(rang).encode())), by=s.membre)
    with pytest.raises(ValidationError, match="fichiers au plus"):
        add_support(s.dossier, fichier=sent("6.pdf", pdf(b"Six")), by=s.membre)
    first = in_place(s.dossier).first()
    add_support(s.dossier, fichier=sent("6.pdf", pdf(b"Six")), by=s.membre, remplace=first.cle)
    assert in_place(s.dossier).count() == 5
    monkeypatch.setattr(Support, "POIDS_MAX", sum(Support.objects.values_list("taille", flat=True)))
    with pytest.raises(ValidationError, match="versions précédentes comprises"):
        add_support(s.dossier, fichier=sent("7.pdf", pdf(b"Sept")), by=s.membre, remplace=in_place(s.dossier)[1].cle)


def test_after_the_date_the_files_stay_as_the_jury_reads_them(s, client):
    kept = add_support(s.dossier, fichier=sent(), by=s.membre)
    client.force_login(s.membre)
    page = reverse("juries:oral_detail", args=[s.dossier.cle])
    add = reverse("juries:support_add", args=[s.dossier.cle])
    assert "jusqu’au <strong>18\u00a0septembre\u00a02027 à 23\u00a0h\u00a059</strong>" in client.get(page).text
    with time_machine.travel(at(23, 59, day=18) + timedelta(seconds=59), tick=False):
        add_support(s.dossier, fichier=sent("minute.pdf", pdf(b"Minute")), by=s.membre)
    with time_machine.travel(at(0, 0, day=19), tick=False):
        answer = client.post(add, {"fichier": sent("tard.pdf", pdf(b"Tard"))})
        assert answer.status_code == 422
        assert "Les supports se joignaient jusqu’au 18\u00a0septembre\u00a02027 à 23\u00a0h\u00a059" in answer.text
        with pytest.raises(ValidationError, match="le jury les lit tels"):
            remove_support(kept, by=s.membre)
        assert 'name="fichier"' not in client.get(page).text
    assert [one.nom for one in in_place(s.dossier)] == ["diaporama.pdf", "minute.pdf"]


def test_a_threat_is_set_aside_and_told(s, client, clamd):
    support = add_support(s.dossier, fichier=sent("piege.pdf", PDF + EICAR), by=s.chef)
    client.force_login(s.juree)
    read = reverse("juries:support_read", args=[s.audition.cle, support.cle])
    assert client.get(read).status_code == 403
    QUARANTAINE.sweep()
    support.refresh_from_db()
    assert support.analyse == Analyse.INFECTE
    assert client.get(read).status_code == 404
    told = Courriel.objects.filter(cle_notification="support_ecarte").values_list("destinataire", flat=True)
    assert sorted(told) == sorted([s.chef.email, s.membre.email])


def test_a_file_that_arrived_in_time_is_taken_whatever_it_waited_for(s, client, settings):
    settings.ARRIVAL_HEADER = "X-Arrivee"
    client.force_login(s.membre)
    add = reverse("juries:support_add", args=[s.dossier.cle])
    fin = at(23, 59, day=18) + timedelta(minutes=1)

    def post(nom, arrivee):
        headers = {"X-Arrivee": f"{arrivee.timestamp():.3f}"}
        return client.post(add, {"fichier": sent(nom, pdf(nom.encode()))}, headers=headers).status_code

    with time_machine.travel(fin + timedelta(minutes=2), tick=False):
        found = [post("a-temps.pdf", fin - timedelta(seconds=1)), post("tard.pdf", fin)]
    assert found == [302, 422]
    assert [one.nom for one in in_place(s.dossier)] == ["a-temps.pdf"]
