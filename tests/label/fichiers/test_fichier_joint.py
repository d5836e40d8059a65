"""A second joined thing, unknown to every floor: a letter joined to a person, judged, drawn, held back, given."""

from datetime import datetime

import pytest
import time_machine
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.shortcuts import get_object_or_404
from django.urls import path

from label.access import access
from label.enums import Analyse
from label.fichiers.envoi import serve_joined, serve_thumbnail
from label.fichiers.quarantaine import Quarantaine
from label.fichiers.reception import keep_again, keep_file, receive_file
from label.models import FichierJoint, User
from label.urls import urlpatterns as house
from tests.clamd import EICAR
from tests.factories.label import PARIS, UserFactory
from tests.label.fichiers.test_fichiers import SVG, image
from tests.label.test_celery import waiting
from tests.pdf import PDF

LE_10_MARS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
# Known to this test alone: migrations, checks and the deletion of a person do not hear of it.
aside = Apps()
aside.register_model("label", User)


class Lettre(FichierJoint):
    ETAGERE = "lettres"
    destinataire = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta(FichierJoint.Meta):
        app_label = "courrier"
        apps = aside

    @property
    def rangement(self):
        return f"personne-{self.destinataire_id}"


def warn(lettre, at):
    User.objects.filter(pk=lettre.by_id).update(prenom=f"Prévenue de {lettre.nom}")


QUARANTAINE = Quarantaine(Lettre.objects.select_related("by"), task="courrier.tasks.scan_lettre", on_threat=warn)


@access()
def lettre(request, cle):
    found = get_object_or_404(Lettre, cle=cle, destinataire=request.user)
    return serve_joined(request, found, inline="voir" in request.GET)


@access()
def vignette(request, cle):
    return serve_thumbnail(request, get_object_or_404(Lettre, cle=cle, destinataire=request.user))


urlpatterns = [path("lettres/<str:cle>/", lettre), path("lettres/<str:cle>/vignette/", vignette), *house]

pytestmark = [pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def table(db):
    with connection.schema_editor() as editor:
        editor.create_model(Lettre)
    with time_machine.travel(LE_10_MARS, tick=False):
        yield


@pytest.fixture
def people(table):
    """(who writes, who receives)"""
    return UserFactory(), UserFactory()


def join(people, content, name):
    """Everything a floor writes to join a letter."""
    by, destinataire = people
    recu = receive_file(SimpleUploadedFile(name, content))
    with transaction.atomic():
        joined = Lettre(destinataire=destinataire, by=by)
        keep_file(joined, recu)
        QUARANTAINE.ask_on_commit(joined)
    return joined


def given(client, joined, after="", **headers):
    """What a browser receives of a letter: (status, bytes)."""
    response = client.get(f"/lettres/{joined.cle}/{after}", headers=headers)
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


def test_it_is_told_by_its_content_drawn_and_kept(people, settings):
    with pytest.raises(ValidationError, match="Une image SVG peut contenir un programme"):
        join(people, SVG, "photo.png")
    photo = join(people, image(size=(900, 300)), "../chez moi.png")
    text = join(people, PDF, "mot.pdf")
    rows = Lettre.objects.order_by("pk").values_list("nom", "type_mime", "taille", "by", "analyse", "created_at")
    by = people[0].pk
    assert list(rows) == [
        ("chez moi.jpg", "image/jpeg", photo.fichier.size, by, Analyse.NON_VERIFIE, LE_10_MARS),
        ("mot.pdf", "application/pdf", len(PDF), by, Analyse.NON_VERIFIE, LE_10_MARS),
    ]
    here = f"personne-{people[1].pk}"
    assert [photo.fichier.name.rpartition("/")[0], photo.miniature.name.rpartition("/")[0], text.miniature.name] == [
        f"lettres/{here}",
        f"miniatures/{here}",
        "",
    ]
    assert sorted(path.name for path in settings.MEDIA_ROOT.iterdir()) == ["lettres", "miniatures"]


def test_a_row_refused_leaves_no_file_behind(people, settings):
    first = join(people, PDF, "mot.pdf")
    twin = Lettre(destinataire=people[1], by=people[0], cle=first.cle)
    with pytest.raises(IntegrityError), transaction.atomic():
        keep_file(twin, receive_file(SimpleUploadedFile("photo.jpg", image())))
    kept = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert [str(path.relative_to(settings.MEDIA_ROOT)) for path in kept] == [first.fichier.name]


def test_it_is_put_back_on_the_same_bytes(client, people):
    former = join(people, image(), "photo.jpg")
    Lettre.objects.filter(pk=former.pk).update(remplacee_at=LE_10_MARS)
    back = Lettre(destinataire=people[1], by=people[1])
    keep_again(back, former)
    rows = Lettre.objects.order_by("pk").values_list("fichier", "miniature", "nom", "sha256", "by", "remplacee_at")
    same = (former.fichier.name, former.miniature.name, "photo.jpg", former.sha256)
    assert list(rows) == [(*same, people[0].pk, LE_10_MARS), (*same, people[1].pk, None)]
    client.force_login(people[1])
    assert given(client, back) == given(client, former)


def test_it_is_given_whole_in_part_and_may_do_nothing(client, people):
    photo = join(people, image(), "photo.jpg")
    with photo.fichier.open("rb") as kept:
        content = kept.read()
    client.force_login(people[1])
    assert given(client, photo) == (200, content)
    assert given(client, photo, Range="bytes=2-5") == (206, content[2:6])
    assert given(client, photo, Range=f"bytes=0-{'9' * 5000}") == (200, content)
    assert given(client, photo, "vignette/")[0] == 200
    response = client.get(f"/lettres/{photo.cle}/", {"voir": 1})
    shown = {name: response.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control", "ETag")}
    assert (b"".join(response.streaming_content), shown) == (
        content,
        {
            "Content-Type": "image/jpeg",
            "Content-Disposition": 'inline; filename="photo.jpg"',
            "Cache-Control": "private, no-store",
            "ETag": f'"{photo.sha256}"',
        },
    )
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")
    client.force_login(people[0])
    assert [given(client, photo)[0], given(client, photo, "vignette/")[0]] == [404, 404]


def test_it_is_held_back_then_opens(client, people, clamd, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        photo = join(people, image(), "photo.jpg")
    assert waiting("celery") == [("courrier.tasks.scan_lettre", f"({photo.pk},)")]
    client.force_login(people[1])
    status, page = given(client, photo)
    assert (status, "Ce fichier est en cours de vérification" in page.decode()) == (403, True)
    assert given(client, photo, "vignette/")[0] == 404
    QUARANTAINE.ask(photo.pk)
    assert [given(client, photo)[0], given(client, photo, "vignette/")[0]] == [200, 200]


def test_a_threat_sets_it_aside_and_who_must_know_is_told(client, people, clamd, settings):
    server = clamd.url
    settings.CLAMAV_URL = "tcp://127.0.0.1:9"
    sound, infected = join(people, PDF, "mot.pdf"), join(people, PDF + EICAR, "comptes.pdf")
    # The antivirus is away: both wait.
    QUARANTAINE.ask(infected.pk)
    assert QUARANTAINE.sweep() == 0
    assert set(Lettre.objects.values_list("analyse", flat=True)) == {Analyse.EN_ATTENTE}
    settings.CLAMAV_URL = server
    assert QUARANTAINE.sweep() == 2
    assert list(Lettre.objects.order_by("pk").values_list("analyse", "menace", "analyse_at", "remplacee_at")) == [
        (Analyse.SAIN, "", LE_10_MARS, None),
        (Analyse.INFECTE, "Eicar-Test-Signature", LE_10_MARS, LE_10_MARS),
    ]
    people[0].refresh_from_db()
    assert people[0].prenom == "Prévenue de comptes.pdf"
    client.force_login(people[1])
    status, page = given(client, infected)
    assert (status, "Ce fichier a été écarté" in page.decode(), EICAR in page) == (403, True, False)
    assert given(client, sound) == (200, PDF)
    with infected.fichier.open("rb") as kept:
        assert kept.read() == PDF + EICAR
    # The base itself keeps it out of place.
    with pytest.raises(IntegrityError, match="lettre_infectee_ecartee"), transaction.atomic():
        Lettre.objects.filter(pk=infected.pk).update(remplacee_at=None)
