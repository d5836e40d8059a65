"""Nothing of an audition leaves the EPT before it is announced; then who reads what."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from contrats.models import Affectation
from juries.models import Besoin, Oral, Venue
from juries.oral.actions import confirm_venue, decline_venue, keep_slot, save_besoin
from juries.oral.repetitions import propose_repetition
from juries.seance.actions import hear, move_audition
from label.conservation.actions import conserve
from label.exports import get_export
from label.models import Courriel, Origine
from projects.deport.actions import declare_deport
from projects.enums import Statut
from projects.fil.registre import cartes_du_moment, ce_qui_attend, histoire
from projects.models import Dossier
from projects.pages.dossier import fresh
from tests.factories.juries import support_of
from tests.factories.label import UserFactory
from tests.juries.oral.scene import AVANT, at, sceau, scene
from tests.pdf import PDF

pytestmark = pytest.mark.django_db

# Said of the slot that is a secret, and of nothing else in the world of these tests.
LIEU = "Salle des Secrets"
SECRETS = (LIEU, "14\u00a0h\u00a037", "14:37", "T143700")


def at_secret_place(s):
    """The audition is put in another séance, at another hour, and nobody is told."""
    s.seance.lieu = LIEU
    s.seance.save()
    move_audition(s.audition, s.seance, at(14, 37), by=s.pilote)
    s.audition.refresh_from_db()


def all_that_is_read(client, s, user):
    """Every page and every answer of the registries that reaches this person, as one text."""
    client.force_login(user)
    names = ("projects:dossier_detail", "juries:oral_detail", "juries:oral_ics", "projects:dossier_read")
    pages = [client.get(reverse(name, args=[s.dossier.cle])) for name in names]
    pages += [client.get(reverse(name)) for name in ("label:tableau", "projects:dossier_list")]
    now, dossier = timezone.now(), fresh(s.dossier)
    told = [histoire(dossier, user), cartes_du_moment([dossier], user, now), ce_qui_attend(user, now)]
    return "\n".join([page.content.decode() for page in pages] + [repr(one) for one in told])


@pytest.mark.parametrize("is_convoked", [False, True])
@time_machine.travel(AVANT, tick=False)
def test_a_slot_that_was_not_announced_reaches_nobody_outside(client, is_convoked):
    s = scene(is_convoked=is_convoked)
    at_secret_place(s)
    for user in (s.membre, s.chef, s.invite):
        read = all_that_is_read(client, s, user)
        assert [secret for secret in SECRETS if secret in read] == []
        # What was announced before still stands.
        assert ("9\u00a0h à 9\u00a0h\u00a020" in read) == is_convoked
        ics = client.get(reverse("juries:oral_ics", args=[s.dossier.cle]))
        assert ics.status_code == (200 if is_convoked else 404)
    (carte, *_) = cartes_du_moment([fresh(s.dossier)], s.membre, timezone.now())[s.dossier.pk]
    assert carte.moment == ("audition_fixee" if is_convoked else "audition_attendue")
    # The EPT reads it as it stands, and that it is still to be told.
    (carte, *_) = cartes_du_moment([fresh(s.dossier)], s.pilote, timezone.now())[s.dossier.pk]
    assert (carte.moment, carte.rendez_vous.lieu) == ("audition_a_annoncer", LIEU)


@time_machine.travel(AVANT, tick=False)
def test_who_reads_the_page(client):
    s = scene()
    support = support_of(s.dossier, s.membre)
    voisin = UserFactory()
    page = reverse("juries:oral_detail", args=[s.dossier.cle])
    file = reverse("juries:support_download", args=[s.dossier.cle, support.cle])
    heard = reverse("juries:support_read", args=[s.audition.cle, support.cle])
    read = {}
    for name, user in {**vars(s), "voisin": voisin}.items():
        if name in {"membre", "chef", "invite", "pilote", "juree", "recusee", "voisin"}:
            client.force_login(user)
            answers = [client.get(url) for url in (page, file, heard)]
            read[name] = [answer.status_code for answer in answers]
            assert all(answer.getvalue() == PDF for answer in answers if answer.streaming)
    assert read == {
        "membre": [200, 200, 404],
        "chef": [200, 200, 404],
        "invite": [200, 200, 404],
        "pilote": [200, 200, 200],
        # The jury reads through the audition; a recused member reads nothing, nor who has nothing to do with it.
        "juree": [404, 404, 200],
        "recusee": [404, 404, 404],
        "voisin": [404, 404, 404],
    }


@time_machine.travel(AVANT, tick=False)
def test_the_jury_finds_the_files_on_its_pages_and_the_recused_nothing(client):
    s = scene()
    support = support_of(s.dossier, s.membre, nom="les plans.pdf")
    link = reverse("juries:support_read", args=[s.audition.cle, support.cle])
    urls = [
        reverse("juries:audition_detail", args=[s.audition.cle]),
        reverse("juries:notation", args=[s.audition.cle]),
        reverse("juries:cahier", args=[s.seance.cle]),
    ]
    client.force_login(s.juree)
    assert [link in client.get(url).text for url in urls] == [True, True, True]
    client.force_login(s.recusee)
    assert [client.get(url).status_code for url in urls] == [404, 404, 200]
    assert "les plans.pdf" not in client.get(urls[2]).text


@time_machine.travel(AVANT, tick=False)
def test_access_needs_are_read_by_who_wrote_them_and_by_who_organises_alone(client):
    s = scene()
    besoin, motif = "Je lis sur les lèvres", "Hospitalisée"
    save_besoin(s.dossier, besoin, by=s.membre)
    decline_venue(s.dossier, motif=motif, sceau=sceau(s), by=s.membre)
    instructeur = UserFactory(instructeur=True)
    readers = {}
    for name, user in {**vars(s), "instructeur": instructeur}.items():
        if name not in {"membre", "chef", "invite", "pilote", "juree", "recusee", "instructeur"}:
            continue
        read = all_that_is_read(client, s, user)
        for url in ("seance_detail", "cahier"):
            read += client.get(reverse(f"juries:{url}", args=[s.seance.cle])).content.decode()
        for url in ("venue_keep", "audition_detail", "notation"):
            read += client.get(reverse(f"juries:{url}", args=[s.audition.cle])).content.decode()
        readers[name] = (besoin in read, motif in read)
    assert readers == dict.fromkeys(readers, (False, False)) | {"membre": (True, False), "pilote": (True, True)}
    plan = get_export("plan_auditions").build(s.jury.edition, s.pilote)
    getters, rows = plan.records()
    exported = repr([[get(row) for get in getters] for row in rows])
    mails = "".join(one.sujet + one.texte + one.html for one in Courriel.objects.all())
    assert [words in exported + mails for words in (besoin, motif)] == [False, False]


@time_machine.travel(AVANT, tick=False)
def test_what_served_to_come_is_erased_after_the_hearing(client):
    s = scene()
    save_besoin(s.dossier, "Une rampe", by=s.membre)
    decline_venue(s.dossier, motif="Hospitalisée", sceau=sceau(s), by=s.membre)
    keep_slot(s.audition, reponse="Votre hospitalisation n’empêche pas un remplaçant.", by=s.pilote)
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    Oral.objects.update(orateurs="Awa Diarra, présidente", remplacant="Lou")

    def kept():
        return (
            list(Besoin.objects.values_list("texte", flat=True)),
            list(Venue.objects.values_list("vient", "motif", "reponse")),
            list(Oral.objects.values_list("orateurs", "remplacant")),
        )

    before = kept()
    conserve(origine=Origine.NUIT, only={"oral"})
    assert kept() == before
    with time_machine.travel(at(9, 5), tick=False):
        hear(s.audition, by=s.pilote)
    for day, is_gone in ((26, False), (28, True)):
        with time_machine.travel(at(9, day=day), tick=False):
            conserve(origine=Origine.NUIT, only={"oral"})
        after = ([], [(False, "", ""), (True, "", "")], [("", "")])
        assert kept() == (after if is_gone else before)
    assert conserve(origine=Origine.NUIT, only={"oral"}) == {"oral": (0, 0)}


def test_the_history_is_read_after_the_hearing_by_those_who_prepared_it(client):
    with time_machine.travel(AVANT, tick=False):
        s = scene()
        support = support_of(s.dossier, s.membre)
    with time_machine.travel(at(12), tick=False):
        hear(s.audition, by=s.pilote)
        # Whatever the jury decides, until it is published the page is that of a project heard.
        Dossier.objects.update(statut=Statut.NON_RETENU)
        url = reverse("juries:oral_detail", args=[s.dossier.cle])
        seen = {}
        for name in ("membre", "chef", "pilote", "invite"):
            client.force_login(getattr(s, name))
            answer = client.get(url)
            seen[name] = answer.status_code
            if seen[name] == 200:
                assert support.nom in answer.text
                assert "L’audition a eu lieu" in answer.text
                assert '<form method="post"' not in answer.text.split("<main")[1].split("</main>")[0]
        assert seen == {"membre": 200, "chef": 200, "pilote": 200, "invite": 404}


@pytest.mark.parametrize("statut", [Statut.EN_INSTRUCTION, Statut.NON_ADMIS, Statut.RETIRE, Statut.IRRECEVABLE])
@time_machine.travel(AVANT, tick=False)
def test_a_dossier_that_waits_for_no_hearing_has_no_such_page(client, statut):
    s = scene(statut=statut)
    for user in (s.membre, s.chef, s.pilote):
        client.force_login(user)
        names = ("oral_detail", "oral_ics")
        urls = [reverse(f"juries:{name}", args=[s.dossier.cle]) for name in names]
        assert [client.get(url).status_code for url in urls] == [404, 404]
    client.force_login(s.membre)
    for name in ("venue_decline", "repetition_ics"):
        assert client.get(reverse(f"juries:{name}", args=[s.dossier.cle])).status_code == 404
    for name, *more in (("venue_confirm", sceau(s)), ("support_add",), ("besoin_edit",), ("presentation_edit",)):
        assert client.post(reverse(f"juries:{name}", args=[s.dossier.cle, *more])).status_code == 404


@time_machine.travel(AVANT, tick=False)
def test_an_agent_recused_who_is_chef_de_projet_is_told_nothing():
    s = scene()
    agent = UserFactory(pilote=True)
    Affectation.objects.create(user=agent, contrat=s.dossier.contrat, du=date(2020, 1, 1))
    declare_deport(agent, s.dossier, motif="Un lien.")
    propose_repetition(s.dossier, debut=at(14, day=18), duree=45, lieu="Ici", visio="", mot="", by=s.chef)
    decline_venue(s.dossier, motif="Grippe.", sceau=sceau(s), by=s.membre)
    keep_slot(s.audition, reponse="Nous maintenons.", by=s.pilote)
    told = Courriel.objects.filter(cle_notification__in=["repetition_proposee", "oral_empechement", "oral_maintenu"])
    assert {(one.cle_notification, one.destinataire) for one in told} == {
        ("repetition_proposee", s.membre.email),
        ("oral_empechement", s.pilote.email),
        ("oral_maintenu", s.membre.email),
        ("oral_maintenu", s.chef.email),
    }
