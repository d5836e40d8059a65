"""A déport stands above every other right: the whole site is read and acted on by somebody recused.

The links are declared on the page of the jury, as people do it.
"""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from contrats.models import Affectation
from juries.enums import College
from juries.models import Audition, Jure, Jury, Seance
from label.enums import Role
from label.models import Courriel, Habilitation
from label.notifications import notify
from projects.deport.actions import declare_deport
from projects.enums import Statut
from projects.models import Dossier, Invitation
from tests.factories.depot import deposited_dossier
from tests.factories.juries import audition_of, final_ballot, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.laureats import PorteuseFactory
from tests.factories.projects import DossierFactory
from tests.walk import Person as _Person
from tests.walk import Target, more_pages, people_at_hand, targets, word
from tests.world import World

pytestmark = pytest.mark.django_db
AMOUNT = 7_931


def text_of(response):
    """All that an answer says, whatever its format: each member of an archive, each page of a PDF."""
    content = response.getvalue()
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    elif content[:5] == b"%PDF-" and len(content) > 1000:
        content = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    text = content.decode("utf-8", "replace") + response.get("Location", "")
    # A digest tells no word, though four of its figures may happen to be those of an amount.
    text = re.sub(r"\b[0-9a-zA-Z]{64}\b|\b[0-9a-f]{16}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "", text)
    return re.sub(r"[\s\u202f\u00a0]+", " ", text)


class Person(_Person):
    @staticmethod
    def _read(response):
        """Streamed answers are read to their end, which closes their files, and kept."""
        if not response.streaming:
            return response
        return HttpResponse(response.getvalue(), status=response.status_code, headers=dict(response.items()))


class Scene:
    """The world, four secret dossiers at four moments, and one person recused from all four."""

    def __init__(self, *roles):
        self.world = world = World()
        self.user = UserFactory(prenom="Noé", nom="Récusé")
        for role in roles:
            Habilitation.objects.create(user=self.user, role=role, du=timezone.localdate() - timedelta(days=9))
        structure = PorteuseFactory(
            nom="Zibeline et compagnie",
            representant_nom="Awa Zibelinard",
            membres=[UserFactory(prenom="Awa", nom="Zibelinard")],
            benevoles=12,
            salaries=0,
            aides_publiques="aucune",
        )
        self.seul = deposited_dossier(
            edition=world.ouverte, structure=structure, contrat=world.contrat_2, at=world.now - timedelta(hours=1)
        )
        self._move(self.seul, Statut.EN_INSTRUCTION, Statut.ADMIS)
        jury = Jury.objects.create(edition=world.ouverte)
        self.seance = Seance.objects.create(
            jury=jury, debut=world.now, fin=world.now + timedelta(hours=2), lieu="Salle du conseil"
        )
        self.audition = Audition.objects.create(
            seance=self.seance, dossier=self.seul, debut=world.now, fin=world.now + timedelta(minutes=20)
        )
        self.secrets = [world.instruit, world.admis, world.propose, self.seul]
        for rang, dossier in enumerate(self.secrets):
            Dossier.objects.filter(pk=dossier.pk).update(
                titre=f"Xylophage {rang}", resume=f"Le secret des wapitis {rang}.", montant_demande=AMOUNT
            )
            dossier.refresh_from_db()
        self._mails()
        # The dossier instructed stood before the jury when the link was declared.
        self._move(world.instruit, Statut.ADMIS)
        self.seats = [self._declare(edition) for edition in (world.ouverte, world.jugee, world.votee)]
        self._move(world.instruit, Statut.EN_INSTRUCTION)

    def _move(self, dossier, *statuts):
        for statut in statuts:
            Dossier.objects.filter(pk=dossier.pk).update(statut=statut)

    def _mails(self):
        """One about a dossier, one that names it among others."""
        notify("recevable", self.world.instruit)
        Courriel.objects.create(
            cle_notification="essai",
            destinataire="x@monde.example",
            sujet="Résultats",
            texte=f"Refusés : {self.seul.numero}.",
        )

    def _declare(self, edition):
        jury = Jury.objects.get(edition=edition)
        seat = Jure.objects.create(
            jury=jury,
            user=self.user,
            nom=str(self.user),
            email=self.user.email,
            college=College.EXPERTS,
            accepted_at=timezone.now(),
        )
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse("juries:declaration_edit", args=[edition.annee])
        before = Dossier.objects.filter(
            edition=edition, statut__in=["admis", "auditionne", "propose", "reserve", "non_retenu"]
        )
        data = {f"lien_{dossier.cle}": "aucun" for dossier in before}
        mine = [dossier for dossier in self.secrets if dossier.edition_id == edition.pk]
        for dossier in mine:
            data |= {f"lien_{dossier.cle}": "lien", f"nature_{dossier.cle}": "Ma sœur y travaille"}
        assert client.post(url, data).status_code == 302
        return seat

    def leave(self):
        """The seats end; the déports do not."""
        Jure.objects.filter(pk__in=[seat.pk for seat in self.seats]).update(removed_at=timezone.now())

    @property
    def words(self):
        found = [word for dossier in self.secrets for word in (dossier.titre, dossier.resume, dossier.cle)]
        found += [self.world.instruit.numero, self.world.admis.numero, self.world.propose.numero, self.seul.numero]
        return [*found, "Zibeline", "Zibelinard", str(AMOUNT), "7 931", self.seul.structure.cle]

    def about(self, target):
        """This address is asked for one of the secret dossiers, or for what hangs on it."""
        keys = [dossier.cle for dossier in self.secrets] + [self.world.audition.cle, self.audition.cle]
        if target.address.name in ("juries:bulletin_correct", "instruction:avis_answer", "juries:deport_lift"):
            return target.label in ("récusé", "avis", "déport")
        return any(key in target.url for key in keys)

    def targets(self):
        """Those of the world, and every address of a dossier asked for the dossier alone in its structure."""
        found = [*targets(self.world), *more_pages(self.world)]
        for target in list(found):
            for known in (self.world.instruit, self.world.instruit_2):
                if target.kwargs.get("cle") == known.cle:
                    kwargs = target.kwargs | {"cle": self.seul.cle}
                    found.append(Target(target.address, f"{target.label} (seul)", kwargs, target.body))
            if target.kwargs.get("cle") in (self.world.audition.cle, self.world.seance.cle):
                key = self.audition.cle if target.kwargs["cle"] == self.world.audition.cle else self.seance.cle
                found.append(Target(target.address, "seul", target.kwargs | {"cle": key}, target.body))
        return found


# What bears on a whole édition, of which the recused person is refused the whole.
WHOLE = {
    "juries:deliberation_edit",
    "juries:deliberation_close",
    "juries:deliberation_undo",
    "juries:proces_verbal",
    "juries:seance_convoke",
    "juries:seance_lock",
    "juries:seance_remind",
    "juries:presence_edit",
    "label:export_download",
    "laureats:export",
    "laureats:vote_edit",
    "laureats:publication_preview",
    "laureats:publication_publish",
    "laureats:publication_message",
    "laureats:publication_lettre",
}
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)\b(?!.*django_session)", re.S)


@pytest.mark.parametrize("seated", [True, False], ids=["siège", "ne siège plus"])
@pytest.mark.parametrize("roles", [[Role.INSTRUCTEUR], [Role.PILOTE], []], ids=["instructeur", "pilote", "juré"])
def test_02_no_address_of_the_site_tells_the_recused_anything(roles, seated, settings, monkeypatch):
    scene = Scene(*roles)
    if not seated:
        scene.leave()
    people_at_hand(settings, monkeypatch)
    person, leaks, opened = Person(scene.user), [], set()
    links = set()
    for target in scene.targets():
        if "GET" not in target.address.methods:
            continue
        response = person.ask("GET", target)
        text = text_of(response)
        if scene.about(target) and word(response) not in ("absent", "interdit"):
            opened.add(target.name)
        leaks += [(target.name, found) for found in scene.words if found in text]
        links |= {link for link in re.findall(r'href="([^"#]+)"', text) if "format=" in link and link.startswith("/")}
        links |= {target.url + link for link in re.findall(r'href="(\?[^"#]+)"', text)}
    for link in sorted(link.replace("&amp;", "&") for link in links):
        text = text_of(person._read(person.get(link)))
        leaks += [(link, found) for found in scene.words if found in text]
    for query in ("Xylophage", "wapitis", "Zibeline", scene.seul.numero):
        for address in ("instruction:instruction_list", "projects:dossier_list"):
            text = text_of(person._read(person.get(reverse(address), {"q": query}))).replace(query, "", 5)
            leaks += [(address, query)] if scene.seul.cle in text or scene.world.instruit.cle in text else []
    assert (leaks, opened) == ([], set())


@pytest.mark.parametrize("seated", [True, False], ids=["siège", "ne siège plus"])
@pytest.mark.parametrize("role", [Role.INSTRUCTEUR, Role.PILOTE])
def test_02_no_act_on_the_dossier_is_left_to_the_recused(role, seated, settings, monkeypatch):
    scene = Scene(role)
    if not seated:
        scene.leave()
    people_at_hand(settings, monkeypatch)
    person, done, tried = Person(scene.user), [], 0
    for target in scene.targets():
        if "POST" not in target.address.methods or not scene.about(target):
            continue
        tried += 1
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = word(person.ask("POST", target))
        written = [query["sql"][:90] for query in captured if WRITES.match(query["sql"])]
        if answer not in ("absent", "interdit") or written:
            done.append((target.name, answer, written[:1]))
    assert done == []
    assert tried > 60


def test_02_a_recused_pilote_does_not_admit(client):
    scene = Scene(Role.PILOTE)
    client.force_login(scene.user)
    for name in ("admit", "refuse_admission"):
        url = reverse("instruction:instruction_decide", args=[scene.world.instruit.cle, name])
        assert client.get(url).status_code == 404
        assert client.post(url, {"motif": "Parce que.", "expected": "en_instruction"}).status_code == 404
    assert Dossier.objects.get(pk=scene.world.instruit.pk).statut == Statut.EN_INSTRUCTION


def test_02_nothing_else_changes_for_the_recused(settings, monkeypatch):
    """Once the seat is over, the recused pilote is answered as any other pilote, the dossiers and acts apart."""
    scene = Scene(Role.PILOTE)
    scene.leave()
    people_at_hand(settings, monkeypatch)
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args: "")
    person, other = Person(scene.user), Person(scene.world.personnes["pilote"])
    differ = set()
    for target in scene.targets():
        if scene.about(target) or scene.seul.structure.cle in target.url:
            continue
        if "GET" in target.address.methods and word(person.ask("GET", target)) != word(other.ask("GET", target)):
            differ.add(target.address.name)
    # The dossiers of the structure «Les Ateliers», whose identity is a part of them, are not changed by the recused.
    structure = {
        "projects:structure_edit",
        "projects:structure_invite",
        "projects:structure_transmettre",
        "projects:demande_decide",
        "projects:invitation_revoke",
        "projects:membre_end",
        "projects:membre_responsable",
    }
    assert differ - WHOLE - structure == set()


def test_02_acts_on_a_whole_edition_are_refused_with_who_may_act(client):
    scene = Scene(Role.PILOTE)
    scene.leave()
    world = scene.world
    client.raise_request_exception = False
    client.force_login(scene.user)
    jugee, votee, nom = world.jugee.annee, world.votee.annee, str(world.personnes["pilote"])
    refused = [
        ("get", reverse("laureats:publication_preview", args=[votee])),
        ("post", reverse("laureats:publication_publish", args=[votee])),
        ("get", reverse("laureats:publication_lettre", args=[votee, world.propose.cle])),
        ("get", reverse("laureats:vote_edit", args=[votee])),
        ("post", reverse("laureats:vote_edit", args=[votee])),
        ("get", reverse("laureats:export", args=[votee]) + "?format=scdl&ignorer=1"),
        ("get", reverse("label:export_download", args=[votee, "laureats"])),
        ("get", reverse("label:export_download", args=[votee, "versements"])),
        ("get", reverse("juries:proces_verbal", args=[votee])),
        ("get", reverse("juries:deliberation_edit", args=[jugee])),
        ("post", reverse("juries:deliberation_edit", args=[jugee])),
        ("post", reverse("juries:deliberation_close", args=[jugee])),
        ("post", reverse("juries:deliberation_undo", args=[votee])),
        ("get", reverse("juries:classement", args=[jugee]) + "?format=csv"),
        ("post", reverse("juries:seance_convoke", args=[world.seance.cle])),
        ("post", reverse("juries:seance_lock", args=[world.seance.cle])),
        ("post", reverse("juries:presence_edit", args=[world.seance.cle])),
    ]
    found = {}
    for method, url in refused:
        response = getattr(client, method)(url)
        text = text_of(response)
        said = "Vous vous êtes déporté d’un dossier de cette édition" in text and f"{nom} peut le faire." in text
        found[method, url] = (response.status_code, said)
    assert found == dict.fromkeys(found, (403, True))
    votee_now = type(world.votee).objects.get(pk=world.votee.pk)
    assert votee_now.published_at is None
    # Another pilote does it all the same.
    client.force_login(world.personnes["pilote"])
    assert client.get(reverse("laureats:publication_preview", args=[votee])).status_code == 200


def test_02_every_list_says_that_it_omits(client):
    scene = Scene(Role.PILOTE)
    client.force_login(scene.user)
    jugee = scene.world.jugee.annee
    one, two = "Un dossier n’est pas montré", "2 dossiers ne sont pas montrés"
    pages = {
        reverse("instruction:instruction_list"): two,
        reverse("projects:dossier_list"): "4 dossiers ne sont pas montrés",
        reverse("label:export_list"): one,
        reverse("label:courriel_list"): "4 dossiers ne sont pas montrés",
        reverse("juries:seance_list", args=[jugee]): one,
        reverse("juries:seance_detail", args=[scene.world.seance.cle]): one,
        reverse("juries:cahier", args=[scene.world.seance.cle]): one,
        reverse("juries:audition_list", args=[jugee]): one,
        reverse("juries:deport_list", args=[jugee]): one,
        reverse("laureats:vote_list"): "4 dossiers ne sont pas montrés",
        reverse("laureats:suivi"): "4 dossiers ne sont pas montrés",
        reverse("label:tableau"): two,
    }
    said = {url: words in text_of(client.get(url)) for url, words in pages.items()}
    assert said == dict.fromkeys(pages, True)
    client.force_login(scene.world.personnes["pilote"])
    assert [url for url in pages if "déporté" in text_of(client.get(url)).replace("non déportés", "")] == [
        reverse("juries:deport_list", args=[jugee])
    ]


def test_02_the_president_of_the_association_keeps_her_own_dossier(client):
    """She sits, is recused from her own dossier, and goes on writing and following it as its people do."""
    world = World()
    user = world.personnes["responsable"]
    jury = Jury.objects.get(edition=world.jugee)
    Jure.objects.create(
        jury=jury, user=user, nom="P", email=user.email, college=College.ELUS, accepted_at=timezone.now()
    )
    client.force_login(user)
    client.get(reverse("juries:declaration_edit", args=[world.jugee.annee]))
    client.post(reverse("juries:declaration_edit", args=[world.jugee.annee]), {})
    assert client.get(reverse("projects:dossier_detail", args=[world.admis.cle])).status_code == 200
    assert client.get(reverse("juries:audition_detail", args=[world.audition.cle])).status_code == 404
    page = text_of(client.get(reverse("projects:dossier_list")))
    assert world.admis.cle in page
    assert "déporté" not in page


@pytest.mark.django_db
def test_02_naming_oneself_chef_de_projet_gives_nothing_back(client):
    """A pilote recused from a dossier gives himself its contrat: the dossier stays closed."""
    pilote = UserFactory(pilote=True)
    dossier = DossierFactory(complet=True)
    declare_deport(pilote, dossier, motif="Un proche y travaille.")
    Affectation.objects.create(user=pilote, contrat=dossier.contrat, du=date(2020, 1, 1))
    client.force_login(pilote)
    assert client.get(reverse("projects:dossier_detail", args=[dossier.cle])).status_code == 404
    assert client.get(reverse("projects:dossier_pdf", args=[dossier.cle])).status_code == 404
    # Who is no agent keeps writing the dossiers of his contrat (decision 0013).
    chef = UserFactory()
    declare_deport(chef, dossier, motif="Un proche y travaille.")
    Affectation.objects.create(user=chef, contrat=dossier.contrat, du=date(2020, 1, 1))
    client.force_login(chef)
    assert client.get(reverse("projects:dossier_detail", args=[dossier.cle])).status_code == 200


@pytest.mark.django_db
def test_02_an_agent_does_not_make_himself_a_member_of_a_structure(client):
    agent = UserFactory(instructeur=True)
    dossier = DossierFactory(complet=True)
    client.force_login(agent)
    url = reverse("projects:structure_invite", args=[dossier.structure.cle])
    refused = client.post(url, {"email": agent.email.upper(), "is_responsable": "on"})
    assert Invitation.objects.count() == 0
    assert "Vous ne pouvez pas vous inviter vous-même" in refused.content.decode()


@pytest.mark.django_db
def test_02_the_technical_administration_hides_what_its_reader_is_recused_from(client):
    world_jury = jury_of()
    seance = seance_of(world_jury)
    closed, other = audition_of(seance), audition_of(seance)
    jure = jure_of(world_jury)
    free(jure, closed, other)
    for audition in (closed, other):
        final_ballot(audition, jure, 5, 4)
    admin = UserFactory(is_staff=True, is_superuser=True, pilote=True)
    declare_deport(admin, closed.dossier, motif="Un proche y travaille.")
    client.force_login(admin)
    for model in ("audition", "declaration", "bulletin"):
        page = client.get(f"/administration/juries/{model}/").text
        assert (closed.dossier.titre in page, other.dossier.titre in page) == (False, True), model
    assert [
        admin.has_perm(perm, closed.dossier)
        for perm in (
            "instruction.instruct_dossier",
            "instruction.admit_dossier",
            "projects.undo_move",
            "projects.give_visa",
        )
    ] == [False] * 4
