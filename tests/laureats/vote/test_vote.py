"""The vote: recorded once the jury is closed, corrected until publication, published by nobody yet."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from juries.deliberation.actions import undo_deliberation
from juries.models import Audition, Deliberation, Jury
from label.lifecycle import TransitionRefused
from label.models import Courriel
from laureats.models import Decision, Laureat, Vote
from laureats.vote.actions import Choix, VoteRefuse, choix_du_jury, record_vote
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.juries import audition_of, seance_of
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import ATTEND, ENREGISTRE_LE, PUBLIE_LE, VOTE_LE, jury_clos, propose, reserve, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


@pytest.fixture
def edition():
    return EditionFactory(enveloppe=20_000)


def decisions():
    return set(Decision.objects.values_list("dossier__titre", "sens", "montant", "motif", "motif_interne"))


def test_the_vote_follows_the_jury_by_default_and_moves_nothing(edition, pilote):
    un, deux = propose(edition, 8_000, titre="Un"), reserve(edition, titre="Deux")

    recorded = vote(edition, by=pilote)

    assert (recorded.organe, recorded.date, recorded.numero, recorded.by) == ("conseil", VOTE_LE, "2027-118", pilote)
    assert decisions() == {("Un", "accorde", 8_000, "", ""), ("Deux", "attente", 0, ATTEND, "")}
    statuts = dict(Dossier.objects.values_list("pk", "statut"))
    assert (statuts[un.pk], statuts[deux.pk]) == (Statut.PROPOSE, Statut.RESERVE)
    assert Laureat.objects.count() == 0
    assert Courriel.objects.count() == 0


def test_it_is_corrected_until_publication_and_every_version_is_kept(edition, pilote):
    un = propose(edition, 8_000, titre="Un")
    deux = reserve(edition, titre="Deux")
    vote(edition, by=pilote)

    vote(
        edition,
        by=pilote,
        numero="2027-119",
        expected=1,
        decisions=[
            Choix(un.pk, "refuse", motif="Retiré en séance."),
            Choix(deux.pk, "accorde", 4_500, motif_interne="Voté ainsi."),
        ],
    )

    assert decisions() == {
        ("Un", "refuse", 0, "Retiré en séance.", ""),
        ("Deux", "accorde", 4_500, "", "Voté ainsi."),
    }
    assert list(Vote.objects.values_list("numero", "version")) == [("2027-119", 2)]
    history = Decision.objects.get(dossier=un).events.order_by("pgh_id").values_list("sens", "montant")
    assert list(history) == [("accorde", 8_000), ("refuse", 0)]


def test_the_sum_stays_within_the_envelope_and_the_refusal_says_by_how_much(edition, pilote):
    un, deux = propose(edition, 8_000), propose(edition, 8_000)

    with pytest.raises(VoteRefuse) as refusal:
        vote(
            edition,
            by=pilote,
            decisions=[_autre(un, 12_000), _autre(deux, 8_001)],
        )

    assert refusal.value.messages == [
        "Les montants accordés font 20\u202f001\u00a0€\u00a0: c’est 1\u00a0€ de plus que l’enveloppe, "
        "qui est de 20\u202f000\u00a0€."
    ]
    assert Vote.objects.count() == 0
    vote(edition, by=pilote, decisions=[_autre(un, 12_000), Choix(deux.pk, "accorde", 8_000)])


def _autre(dossier, montant):
    """Another amount than the jury's, with its reason inside."""
    return Choix(dossier.pk, "accorde", montant, motif_interne="Voté ainsi.")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"date": VOTE_LE + timedelta(days=2)}, "à venir"),
        ({"date": date(2027, 9, 23)}, "ne peut pas précéder la délibération du jury"),
        ({"numero": "  "}, "numéro de la délibération"),
        ({"expected": 3}, "quelqu’un d’autre a enregistré ce vote"),
        ({"decisions": []}, "la liste des projets proposés par le jury a changé"),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(edition, pilote, fields, message):
    propose(edition)

    with pytest.raises(VoteRefuse) as refusal:
        vote(edition, by=pilote, **fields)

    assert message in " ".join(refusal.value.messages)
    assert (Vote.objects.count(), Decision.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("choix", "message"),
    [
        (("accorde", 0, ""), "Indiquez le montant accordé"),
        (("refuse", 0, " ", "Pour l’EPT seul."), "Dites pourquoi"),
        (("attente", 0, "Dit à la structure."), "n’a pas placé"),
    ],
)
def test_a_decision_is_whole(edition, pilote, choix, message):
    dossier = propose(edition)

    with pytest.raises(VoteRefuse) as refusal:
        vote(edition, by=pilote, decisions=[Choix(dossier.pk, *choix)])

    assert message in refusal.value.messages[0]


def test_only_once_the_jury_is_closed_and_not_after_publication(edition, pilote):
    jury = Jury.objects.create(edition=edition)
    Deliberation.objects.create(jury=jury)
    fields = {"organe": "conseil", "date": VOTE_LE, "numero": "1", "decisions": [], "by": pilote, "at": ENREGISTRE_LE}

    with pytest.raises(VoteRefuse, match="n’est pas close"):
        record_vote(edition, **fields)

    publiee = EditionFactory(annee=2026, published_at=PUBLIE_LE)
    jury_clos(publiee)
    with pytest.raises(VoteRefuse, match="ont été publiés"):
        record_vote(publiee, **fields)


def test_only_the_pilote(edition):
    propose(edition)

    for user in (UserFactory(instructeur=True), UserFactory()):
        with pytest.raises(PermissionDenied):
            vote(edition, by=user)


def test_the_jury_does_not_reopen_what_was_voted(edition, pilote):
    propose(edition)
    vote(edition, by=pilote)

    with pytest.raises(TransitionRefused, match="Le vote du conseil territorial est enregistré"):
        undo_deliberation(edition.jury.deliberation, motif="Erreur", by=pilote)


def _post(edition, un, deux, **changes):
    data = {
        "version": "0",
        "organe": "conseil",
        "date": "2027-10-05",
        "numero": "2027-118",
        "url": "",
        f"{un.cle}-sens": "accorde",
        f"{un.cle}-montant": "8000",
        f"{un.cle}-motif": "",
        f"{un.cle}-motif_interne": "",
        f"{deux.cle}-sens": "refuse",
        f"{deux.cle}-montant": "",
        f"{deux.cle}-motif": "Enveloppe épuisée.",
    }
    return data | changes


def test_the_page_records_the_vote_then_leads_to_the_preview(client, edition, pilote, time_machine):
    time_machine.move_to(ENREGISTRE_LE)
    un, deux = propose(edition, titre="Un"), reserve(edition, titre="Deux")
    client.force_login(pilote)

    response = client.post(reverse("laureats:vote_edit", args=[edition.annee]), _post(edition, un, deux))

    assert response.headers["Location"] == reverse("laureats:publication_preview", args=[edition.annee])
    assert decisions() == {("Un", "accorde", 8_000, "", ""), ("Deux", "refuse", 0, "Enveloppe épuisée.", "")}


def test_what_was_typed_stays_and_the_message_is_beside_the_field(client, edition, pilote, time_machine):
    time_machine.move_to(ENREGISTRE_LE)
    un, deux = propose(edition, titre="Un"), reserve(edition, titre="Deux")
    client.force_login(pilote)

    url = reverse("laureats:vote_edit", args=[edition.annee])
    response = client.post(url, _post(edition, un, deux, **{f"{un.cle}-montant": "", "numero": "2027-300"}))
    page = response.content.decode()

    assert response.status_code == 422
    assert "Indiquez le montant accordé." in page
    assert 'value="2027-300"' in page
    assert "Enveloppe épuisée." in page
    assert Vote.objects.count() == 0

    both = {f"{un.cle}-montant": "12000", f"{un.cle}-motif_interne": "Voté ainsi."}
    both |= {f"{deux.cle}-sens": "accorde", f"{deux.cle}-montant": "9000", f"{deux.cle}-motif_interne": "Voté."}
    response = client.post(url, _post(edition, un, deux, **both))
    assert "de plus que l’enveloppe" in response.content.decode()
    assert Vote.objects.count() == 0


def test_the_form_opens_on_what_the_jury_proposed(client, edition, pilote):
    un, deux = propose(edition, 7_777), reserve(edition)
    client.force_login(pilote)

    page = client.get(reverse("laureats:vote_edit", args=[edition.annee]))

    assert 'value="7777"' in page.text
    assert "Le rang n’est dit à personne." in page.text
    lignes = {ligne.dossier: ligne for ligne in page.context["form"].lignes}
    assert [lignes[dossier]["sens"].value() for dossier in (un, deux)] == ["accorde", "attente"]
    # Only one the jury kept in reserve may be kept waiting.
    offered = [[value for value, _ in lignes[dossier].fields["sens"].choices] for dossier in (un, deux)]
    assert offered == [["accorde", "refuse"], ["accorde", "attente", "refuse"]]


def test_projects_come_as_the_jury_ranked_them_and_the_reasons_open_where_the_vote_departs(client, edition, pilote):
    """Those proposed by mean, the waiting list by rank; folded while the decision is the jury's."""
    third, first = (
        propose(edition, 4_000, numero=f"LAI-2027-00{n}", titre=titre) for n, titre in ((1, "Trois"), (2, "Un"))
    )
    two, one = (reserve(edition, rang, numero=f"LAI-2027-00{5 - rang}", titre=f"Rang {rang}") for rang in (2, 1))
    seance = seance_of(edition.jury)
    for dossier, mean in ((third, "12"), (first, "31/2")):
        Audition.objects.filter(pk=audition_of(seance, dossier).pk).update(moyenne_exacte=Fraction(mean))
    client.force_login(pilote)
    url = reverse("laureats:vote_edit", args=[edition.annee])

    html = client.get(url).text

    assert re.findall(r'<legend class="vote-titre">(.*?)</legend>', html) == ["Un", "Trois", "Rang 1", "Rang 2"]
    assert re.findall(r'<details class="vote-motifs"( open)?>', html) == ["", "", "", ""]
    assert "8\u202f000\u00a0€</strong> accordés" in html
    with time_machine.travel(ENREGISTRE_LE, tick=False):
        client.force_login(pilote)
        typed = _post(edition, first, one) | {
            f"{third.cle}-sens": "accorde", f"{third.cle}-montant": "5 000", f"{two.cle}-sens": "attente",
        }  # fmt: skip
        refused = client.post(url, typed)
    assert refused.status_code == 422
    # A granted amount of another, a refusal, and what the jury left as it was.
    assert re.findall(r'<details class="vote-motifs"( open)?>', refused.text) == [" open", " open", " open", ""]
    assert "13\u202f000\u00a0€</strong> accordés" in refused.text


@pytest.mark.parametrize("name", ["vote_edit", "publication_preview"])
def test_only_the_pilote_sees_the_pages(client, edition, name):
    propose(edition)
    url = reverse(f"laureats:{name}", args=[edition.annee])

    for user, status in ((UserFactory(), 404), (UserFactory(instructeur=True), 403), (UserFactory(pilote=True), 200)):
        client.force_login(user)
        assert client.get(url).status_code == status


def test_the_decisions_of_the_jury_are_read_in_one_query(edition, django_assert_num_queries):
    for rang in range(1, 31):
        reserve(edition, rang=rang)

    with django_assert_num_queries(1):
        assert len(choix_du_jury(edition)) == 30
