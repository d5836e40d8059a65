"""No button to do what there is nothing to do of."""

import pytest
from django.urls import reverse

from juries.seance.actions import lock_seance, remove_audition
from juries.seance.convocation import publish_convocations
from label.models import Courriel
from tests.factories.depot import responsable_of
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seance(client):
    client.force_login(UserFactory(pilote=True))
    return seance_of(jury_of())


def offers(client, name, seance):
    """The words of the buttons of the page `name` of this séance."""
    page = client.get(reverse(f"juries:{name}", args=[seance.cle])).text
    main = page[page.index("<main") : page.index("</main>")]
    return [word for word in ("Verrouiller</button>", "Envoyer</button>") if word in main]


def test_a_seance_is_locked_once_and_never_empty(client, seance):
    assert offers(client, "seance_lock", seance) == []
    audition_of(seance)
    assert offers(client, "seance_lock", seance) == ["Verrouiller</button>"]
    lock_seance(seance, by=UserFactory(pilote=True))
    assert offers(client, "seance_lock", seance) == []


def test_convocations_are_sent_when_somebody_has_something_to_learn(client, seance):
    pilote = UserFactory(pilote=True)
    assert offers(client, "seance_convoke", seance) == []
    audition = audition_of(seance)
    jure = jure_of(seance.jury)
    free(jure, audition)
    responsable_of(audition.dossier.structure)
    assert offers(client, "seance_convoke", seance) == ["Envoyer</button>"]
    publish_convocations(seance, by=pilote)
    assert offers(client, "seance_convoke", seance) == []
    # Somebody joins the structure, a member of the jury hears another project: each has something to learn.
    arrivee = responsable_of(audition.dossier.structure)
    page = client.get(reverse("juries:seance_convoke", args=[seance.cle])).text
    assert arrivee.get_full_name() in page
    assert offers(client, "seance_convoke", seance) == ["Envoyer</button>"]
    before = Courriel.objects.count()
    assert [courriel.destinataire for courriel in publish_convocations(seance, by=pilote)] == [arrivee.email]
    assert Courriel.objects.count() == before + 1
    assert offers(client, "seance_convoke", seance) == []
    remove_audition(audition, by=pilote)
    assert jure.nom in client.get(reverse("juries:seance_convoke", args=[seance.cle])).text
