"""Five things apart: what the structure is told of its result, what stays inside, and until when all of it does."""

import io
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from label.exports import named_exports
from label.models import Courriel, CourrielFichier
from label.templatetags.label_ui import jour
from laureats.enums import SensResultat
from laureats.models import Lettre
from laureats.publication.actions import publish_results
from laureats.publication.communique import communiques
from laureats.publication.resultats import etape_of
from laureats.vote.actions import Choix
from projects.deport.actions import declare_deport
from projects.dossier.connu import moves_known_to
from projects.enums import Droit, Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier, Partage, Passage
from tests.factories.contrats import AffectationFactory, ContratFactory
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import (
    PUBLIE_LE,
    LaureatFactory,
    PorteuseFactory,
    ecarte,
    jure,
    non_admis,
    propose,
    reserve,
    vote,
)
from tests.walk import addresses

pytestmark = pytest.mark.django_db

FORT, DIT, DEDANS, DEDANS_AU_VOTE = "Zéphyr est fort.", "Zéphyr attend.", "Zéphyr déplaît.", "Zéphyr est payé ailleurs."
RANG = 977
TEXTES = {"points_forts": FORT, "motif": DIT, "motif_interne": DEDANS}


class Scene:
    """A dossier for each end of the year, of one structure and one contrat, and those who read them from outside."""

    def __init__(self):
        self.pilote = UserFactory(pilote=True)
        self.edition = EditionFactory(enveloppe=50_000)
        contrat = ContratFactory()
        self.porteur, self.chef, self.invite, self.juge = (UserFactory() for _ in range(4))
        self.recuse, self.agent = UserFactory(instructeur=True), UserFactory(instructeur=True)
        AffectationFactory(user=self.chef, contrat=contrat)
        mine = {"contrat": contrat, "structure": PorteuseFactory(nom="Les Semeurs", membres=[self.porteur])}
        self.dossiers = {
            "laureat": propose(self.edition, 9_000, TEXTES, titre="Alpha", **mine),
            "attente": reserve(self.edition, RANG, 5_000, TEXTES, titre="Bêta", **mine),
            "refus": reserve(self.edition, RANG + 1, 5_000, TEXTES, titre="Gamma", **mine),
            "jury": ecarte(self.edition, DIT, titre="Delta", **mine),
            "absence": ecarte(self.edition, DIT, "record_absence", titre="Epsilon", **mine),
            "admission": non_admis(self.edition, DIT, titre="Dzêta", **mine),
        }
        Passage.objects.filter(transition="set_aside").update(motif_interne=DEDANS)
        Passage.objects.filter(transition="refuse_admission").update(motif_interne=DEDANS)
        jure(self.edition, self.juge)
        for dossier in self.dossiers.values():
            Partage.objects.create(
                dossier=dossier,
                email=self.invite.email,
                user=self.invite,
                droit=Droit.LECTURE,
                by=self.porteur,
                created_at=PUBLIE_LE - timedelta(days=90),
                expire_at=PUBLIE_LE + timedelta(days=900),
                accepted_at=PUBLIE_LE - timedelta(days=90),
            )
            declare_deport(self.recuse, dossier, motif="Je siège à son bureau")
        vote(
            self.edition,
            by=self.pilote,
            decisions=[
                Choix(self.dossiers["laureat"].pk, "accorde", 8_000, motif_interne=DEDANS_AU_VOTE),
                Choix(self.dossiers["attente"].pk, "attente", motif_interne=DEDANS_AU_VOTE),
                Choix(self.dossiers["refus"].pk, "refuse", motif=DIT, motif_interne=DEDANS_AU_VOTE),
            ],
        )

    @property
    def dehors(self):
        return {
            "porteur": self.porteur,
            "chef": self.chef,
            "invité": self.invite,
            "récusé": self.recuse,
            "juré": self.juge,
        }

    def read(self, user):
        """Every page, export, PDF and calendar of this person, as {address: text}: those of one dossier for the one
        kept waiting, whose result is the longest a secret, its page and its letter for the others."""
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        urls = [f"{reverse(name)}?format=csv" for name in ("projects:dossier_list", "projects:portefeuille_list")]
        urls += [
            reverse("label:export_download", args=[self.edition.annee, one.key]) + "?format=csv"
            for one in named_exports()
        ]
        known = {"annee": self.edition.annee, "cle": self.dossiers["attente"].cle}
        for address in addresses():
            loaded = getattr(address.view, "access", {"load": None})["load"]
            if "GET" not in address.methods or address.params - {*known}:
                continue
            if "cle" not in address.params or loaded is Dossier:
                urls.append(reverse(address.name, kwargs={name: known[name] for name in address.params}))
        for name in ("projects:dossier_detail", "laureats:lettre_download"):
            urls += [reverse(name, args=[dossier.cle]) for dossier in self.dossiers.values()]
        return {url: text for url in dict.fromkeys(urls) if (text := read(client.get(url)))}

    def publish(self):
        publish_results(self.edition, by=self.pilote, at=PUBLIE_LE)
        for dossier in self.dossiers.values():
            dossier.refresh_from_db()


def read(response):
    """The words of an answer, PDF included; "" unless it is one that shows something."""
    if response.status_code != 200:
        return ""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers["Content-Type"] == "application/pdf":
        return pdf_text(content)
    return content.decode(errors="replace")


def pdf_text(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def kept(lettre):
    with lettre.fichier.open("rb") as file:
        return file.read()


def told(text):
    """What of the five things stands in this text."""
    found = {words for words in (FORT, DIT, DEDANS, DEDANS_AU_VOTE) if words in text}
    return found | {RANG for _ in re.findall(rf"(?<!\w){RANG}(?!\w)", text)}


def test_before_the_publication_nothing_of_it_reaches_anybody_outside():
    scene = Scene()
    for qui, user in scene.dehors.items():
        pages = scene.read(user)
        assert len(pages) > (5 if qui in ("récusé", "juré") else 15), qui
        assert {url: told(text) for url, text in pages.items() if told(text)} == {}, qui
        assert communiques(scene.dossiers.values(), user) == {}
    # The EPT reads them, and nothing was communicated to it either.
    detail = reverse("projects:dossier_detail", args=[scene.dossiers["jury"].cle])
    assert told(scene.read(scene.agent)[detail]) == {DIT, DEDANS}
    assert communiques(scene.dossiers.values(), scene.agent) == {}
    assert Courriel.objects.count() == 0


def test_once_published_the_reason_is_told_and_what_is_inside_stays_there():
    scene = Scene()
    scene.publish()
    for qui, user in scene.dehors.items():
        pages = scene.read(user)
        inside = {url: told(text) - {FORT, DIT} for url, text in pages.items()}
        assert {url: words for url, words in inside.items() if words} == {}, qui
        details = {
            name: told(pages.get(reverse("projects:dossier_detail", args=[dossier.cle]), ""))
            for name, dossier in scene.dossiers.items()
        }
        if qui in ("récusé", "juré"):
            assert {name: words for name, words in details.items() if words} == {}, qui
            continue
        both = {FORT, DIT}
        assert details == {
            "laureat": both,
            "attente": both,
            "refus": both,
            "jury": {DIT},
            "absence": {DIT},
            "admission": {DIT},
        }, qui
    for courriel in Courriel.objects.all():
        assert told(courriel.sujet + courriel.texte + courriel.html) <= {FORT, DIT}, courriel
    letters = [bytes(fichier.contenu) for fichier in CourrielFichier.objects.all()]
    letters += [kept(lettre) for lettre in Lettre.objects.all()]
    assert len(letters) == 12
    assert [told(pdf_text(letter)) for letter in letters if not {DIT} <= told(pdf_text(letter)) <= {FORT, DIT}] == []
    # Nor in what the EPT gives outside: no list holds them.
    for url, text in scene.read(scene.pilote).items():
        if "export" in url or "format=csv" in url:
            assert told(text) == set(), url


def test_the_waiting_list_is_a_result_of_its_own():
    scene = Scene()
    scene.publish()
    garde = scene.dossiers["attente"]
    assert (garde.statut, garde.statut_connu) == (Statut.RESERVE, Statut.RESERVE)
    mail = Courriel.objects.get(cle_notification="resultat_attente")
    assert (mail.object_id, mail.destinataire) == (garde.pk, scene.porteur.email)
    assert mail.sujet == "Votre projet «\u00a0Bêta\u00a0» est sur la liste d’attente"
    assert told(mail.texte) == {FORT, DIT}
    letter = pdf_text(kept(garde.lettre))
    assert "Votre projet est sur la liste d’attente" in letter
    assert f"Pourquoi votre projet attend {DIT}" in letter
    assert f"Ce que le jury a apprécié {FORT}" in letter
    assert "Voies et délais de recours" in letter
    assert "place" not in letter
    # The journal tells it on the day of the publication, as it tells the others.
    last = moves_known_to(garde, scene.porteur)[-1]
    assert (last.transition, last.vers, last.at, last.motif) == ("keep_waiting", "reserve", PUBLIE_LE, DIT)
    # Its list is found by its people, who are offered nothing about it.
    client = Client()
    client.force_login(scene.porteur, backend="django.contrib.auth.backends.ModelBackend")
    found = client.get(reverse("projects:dossier_list"), {"etape": "attente"}).context["page_obj"]
    assert [dossier.titre for dossier in found] == ["Bêta"]


def test_once_published_the_page_says_the_result_and_nothing_that_was_awaited_before():
    scene = Scene()
    scene.publish()
    arrets = {
        "refus": "Le conseil territorial ne l’a pas retenu. La décision a été publiée le {}.",
        "jury": "Il n’a pas été retenu après l’audition. La décision a été publiée le {}.",
        "absence": "Il n’a pas été présenté à l’audition. La décision a été publiée le {}.",
        "admission": "La décision a été publiée le {}.",
    }
    for user in (scene.agent, scene.pilote, scene.porteur, scene.chef, scene.invite):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for name, dossier in scene.dossiers.items():
            page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
            assert page.text.count(f'<h2 id="maintenant">{page.context["carte"].titre}</h2>') == 1
            assert page.context["autres"] == []
            assert "l’apprendra à la publication" not in page.text
            assert "Le conseil vote" not in page.text
            if name in arrets:
                assert page.context["carte"].paroles[0] == arrets[name].format(jour(PUBLIE_LE))


def test_the_page_of_a_laureate_reads_each_thing_once_and_leads_once_to_each():
    scene = Scene()
    scene.publish()
    dossier, client = scene.dossiers["laureat"], Client()
    client.force_login(scene.porteur, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("projects:dossier_detail", args=[dossier.cle])
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        page = client.get(address)
    counts = Counter(one["sql"] for one in seen if "SAVEPOINT" not in one["sql"])
    twice = [(re.search(r'FROM "(\w+)"', sql)[1], n) for sql, n in counts.items() if n > 1]
    # The path and the thread each read the moves.
    assert twice == [("projects_passage", 2)]
    links = re.findall(r'href="([^"]+)"', page.text.split("<main")[1].split("</main>")[0])
    for where in (reverse("laureats:lettre_download", args=[dossier.cle]), dossier.laureat.get_absolute_url()):
        assert links.count(where) == 1
    assert page.text.count("Les versements</h3>") == 1


@pytest.mark.parametrize(("move", "statut"), [("award", Statut.LAUREAT), ("refuse", Statut.NON_RETENU)])
def test_one_kept_waiting_may_still_be_called_or_refused(move, statut):
    scene = Scene()
    scene.publish()
    garde, later = scene.dossiers["attente"], PUBLIE_LE + timedelta(days=40)
    LIFECYCLE.apply(garde, move, by=scene.pilote, motif="Un lauréat a renoncé.", at=later)
    if move == "award":
        LaureatFactory(edition=scene.edition, dossier=garde, ordre=40, montant=5_000)
    garde.refresh_from_db()
    said = communiques([garde], scene.porteur)[garde.pk]
    assert (garde.statut, said.at, said.motif, said.montant) == (
        statut,
        later,
        "Un lauréat a renoncé.",
        5_000 if move == "award" else 0,
    )
    # Both results stay told.
    told_moves = [line.transition for line in moves_known_to(garde, scene.porteur)]
    assert told_moves[-2:] == ["keep_waiting", move]


def test_what_was_communicated_is_read_in_one_place(django_assert_max_num_queries):
    scene = Scene()
    scene.publish()
    found = communiques(scene.dossiers.values(), scene.porteur)
    assert {
        name: (
            said.sens,
            said.etape,
            said.montant,
            said.points_forts,
            said.motif,
            said.at,
            said.lettre == dossier.lettre,
        )
        for name, dossier in scene.dossiers.items()
        for said in [found[dossier.pk]]
    } == {
        "laureat": (SensResultat.LAUREAT, "vote", 8_000, FORT, DIT, PUBLIE_LE, True),
        "attente": (SensResultat.ATTENTE, "vote", 0, FORT, DIT, PUBLIE_LE, True),
        "refus": (SensResultat.NON_RETENU, "vote", 0, FORT, DIT, PUBLIE_LE, True),
        "jury": (SensResultat.NON_RETENU, "jury", 0, "", DIT, PUBLIE_LE, True),
        "absence": (SensResultat.NON_RETENU, "absence", 0, "", DIT, PUBLIE_LE, True),
        "admission": (SensResultat.NON_ADMIS, "admission", 0, "", DIT, PUBLIE_LE, True),
    }
    garde = scene.dossiers["attente"]
    # Who accompanies knows as much, but for the letter; the EPT opens it; others know nothing.
    for user, letter in ((scene.chef, None), (scene.invite, None), (scene.agent, garde.lettre)):
        assert communiques([garde], user)[garde.pk].lettre == letter
    for user in (scene.recuse, scene.juge, UserFactory(), AnonymousUser()):
        assert communiques([garde], user) == {}
    with django_assert_max_num_queries(8):
        communiques(Dossier.objects.filter(pk__in=[d.pk for d in scene.dossiers.values()]), scene.porteur)


@pytest.mark.parametrize(
    ("statut", "transition", "etape"),
    [
        (Statut.LAUREAT, "award", "vote"),
        (Statut.RESERVE, "keep_waiting", "vote"),
        (Statut.RESERVE, "reserve", "vote"),
        (Statut.NON_RETENU, "refuse", "vote"),
        (Statut.NON_RETENU, "set_aside", "jury"),
        (Statut.NON_RETENU, "", "jury"),
        (Statut.NON_RETENU, "record_absence", "absence"),
        (Statut.NON_ADMIS, "refuse_admission", "admission"),
        (Statut.NON_ADMIS, "", "admission"),
    ],
)
def test_where_each_came_to_its_result(statut, transition, etape):
    assert etape_of(statut, transition) == etape
