"""One reading of a dossier: porteur, chef de projet, instructeur, partner and jury read the same labels in the same
order, on screen and on paper, less what is not theirs."""

import re
from datetime import datetime
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from instruction.avis.actions import answer_avis, ask_avis
from instruction.enums import SensAvis
from label.enums import SorteQuestion
from label.models import Question
from label.templatetags.label_ui import jour
from projects.deport.actions import declare_deport
from projects.enums import Statut
from projects.models import Dossier, LibelleCompte, Reponse
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import EN_TEMPS, complete_dossier, deposit, join_piece
from tests.factories.juries import audition_of, free, jure_of, jury_of, recuse, seance_of
from tests.factories.label import PARIS, UserFactory

pytestmark = pytest.mark.django_db
MOT = "Un projet attendu. Joignez-moi\u00a0: nadia@exemple.example."
IDENTIFIANTS = ["Numéro RNA", "Numéro SIRET", "Adresse du siège", "Code postal"]
LIBELLES = [
    *("Nom", "Sigle", "Forme", *IDENTIFIANTS, "Ville", "Commune du territoire", "Représentant légal"),
    *("Fonction du représentant", "Nombre de bénévoles", "Nombre de salariés", "Nombre d’adhérents"),
    "Aides publiques reçues ces trois dernières années",
    *("Titre du projet", "Résumé", "Besoin et origine", "Ce qui est innovant", "Objectifs", "Actions prévues"),
    *("Partenaires", "Part prise par les habitants", "Quartiers prioritaires servis", "Communes"),
    *("Lieux de l’action", "À qui s’adresse le projet", "Nombre de personnes attendues"),
    *("Part venant des quartiers prioritaires (%)", "Début de l’action", "Fin de l’action", "Grandes étapes"),
    *("Moyens humains", "Moyens matériels", "Montant demandé à l’EPT (€)", "Charges", "Produits"),
    *("Comment saurez-vous que c’est réussi\u202f?", "Indicateurs", "Qui fera vivre le jardin\u202f?"),
    *("Attestation sur l’honneur", "Contrat d’engagement républicain", "Information sur les données personnelles"),
    "Confirmés par",
]
PARTIES = [
    *("La structure", "Le projet", "Territoire et publics", "Calendrier et moyens", "Budget", "Évaluation"),
    *("Questions de l’édition", "Pièces jointes", "Engagements"),
]


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(datetime(2027, 5, 20, 14, 32, tzinfo=PARIS), tick=False) as traveller:
        yield traveller


class Scene:
    """A deposited dossier that the jury hears, and one person of each kind who reads it."""

    def __init__(self, **champs):
        self.jury = jury_of()
        edition = self.jury.edition
        question = Question.objects.create(
            edition=edition,
            ordre=1,
            is_obligatoire=False,
            intitule="Qui fera vivre le jardin\u202f?",
            sorte=SorteQuestion.TEXTE_LONG,
        )
        LibelleCompte.objects.create(edition=edition, compte="64", numero="641", libelle="Salaires")
        self.dossier = complete_dossier(edition=edition, besoin="Appelez Awa au 06 12 34 56 78.", **champs)
        Reponse.objects.create(
            dossier=self.dossier, question=question, texte="Les voisines.", by=self.dossier.responsable
        )
        self.piece = join_piece(self.dossier)
        deposit(self.dossier, by=self.dossier.responsable, at=EN_TEMPS)
        self.audition = audition_of(seance_of(self.jury), self.dossier)
        self.chef, self.agent, self.jure = UserFactory(), UserFactory(instructeur=True), jure_of(self.jury)
        self.avis = self.opinion("Nadia Belkacem", "Le bailleur")
        AffectationFactory(user=self.chef, contrat=self.dossier.contrat)
        free(self.jure, self.audition)

    def opinion(self, nom, organisme=""):
        """Asked before the admission, as every opinion is."""
        email = f"{nom.split()[0].lower()}@exemple.example"
        self._stands(Statut.EN_INSTRUCTION)
        avis = ask_avis(self.dossier, partenaires=[(nom, organisme, email)], by=self.agent)[0]
        self._stands(Statut.ADMIS)
        return avis

    def _stands(self, statut):
        Dossier.objects.filter(pk=self.dossier.pk).update(statut=statut)
        self.dossier.refresh_from_db()

    def readers(self):
        """{reader: (person or None, address)}."""
        read = reverse("projects:dossier_read", args=[self.dossier.cle])
        return {
            "porteur": (self.dossier.responsable, read),
            "chef de projet": (self.chef, read),
            "instructeur": (self.agent, reverse("instruction:instruction_detail", args=[self.dossier.cle])),
            "partenaire": (None, reverse("instruction:avis_answer", args=[self.avis.jeton])),
            "jury": (self.jure.user, reverse("juries:audition_detail", args=[self.audition.cle])),
        }


@pytest.fixture
def scene():
    return Scene()


def get(client, user, address):
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response


def bare(html):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split(" "))).strip()


def paper(client, user, address):
    pages = PdfReader(BytesIO(get(client, user, address).content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_each_reader_reads_the_same_labels_in_order_less_what_is_not_theirs(client, scene):
    labels, titles = {}, {}
    for reader, (user, address) in scene.readers().items():
        html = get(client, user, address).text
        parts = "".join(re.findall(r'<section class="partie".*?</section>', html, re.DOTALL))
        own = parts.partition('aria-labelledby="titre-depot"')[0]
        labels[reader] = [bare(label) for label in re.findall(r"<(?:dt|caption)>(.*?)</(?:dt|caption)>", own)]
        titles[reader] = [bare(title) for title in re.findall(r"<h2[^>]*>(.*?)</h2>", own)]
    everything = dict.fromkeys(scene.readers(), LIBELLES)
    assert labels == everything | {"jury": [label for label in LIBELLES if label not in IDENTIFIANTS]}
    assert titles == dict.fromkeys(scene.readers(), PARTIES)


def test_each_reader_reads_answers_accounts_in_words_and_totals(client, scene):
    found = {}
    for reader, (user, address) in scene.readers().items():
        html = get(client, user, address).text.replace("\u00a0", " ").replace("\u202f", " ")
        tables = re.findall(r'<table class="budget">(.*?)</table>', html, re.DOTALL)
        rows = [re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL) for table in tables]
        found[reader] = (
            "Les voisines." in html,
            [[re.sub(r"\s+", " ", bare(row)) for row in table[1:]] for table in rows],
            "Le budget est équilibré." in html,
        )
    tables = [
        ["60 Achats (Graines) 8 000 €", "641 Salaires 2 000 €", "Total 10 000 €"],
        ["74 EPT demandé au label 8 000 €", "74 Région obtenu 2 000 €", "Total 10 000 €"],
    ]
    assert found == dict.fromkeys(scene.readers(), (True, tables, True))


def test_contacts_are_masked_for_who_reads_from_outside(client, scene):
    told = {reader: get(client, *where).text for reader, where in scene.readers().items()}
    assert {reader for reader, html in told.items() if "06 12 34 56 78" in html} == {
        "porteur",
        "chef de projet",
        "instructeur",
    }
    assert {reader for reader, html in told.items() if "Appelez Awa au [coordonnées masquées]." in html} == {
        "partenaire",
        "jury",
    }


def test_the_booklet_masks_them_in_the_summary(client):
    scene = Scene(resume="Un jardin. Écrire à awa@exemple.example.")
    booklet = reverse("juries:cahier", args=[scene.audition.seance.cle])
    html = get(client, scene.jure.user, booklet).text
    assert "<p>Un jardin. Écrire à [coordonnées masquées].</p>" in html
    assert "<p>Un jardin. Écrire à [coordonnées masquées].</p>" not in get(client, *scene.readers()["porteur"]).text
    assert reverse("juries:cahier_pdf", args=[scene.audition.seance.cle]) in html


def test_each_reader_opens_the_files_by_his_own_door(client, scene):
    doors = {
        reader: re.findall(rf'href="([^"]*{scene.piece.cle}[^"]*)"', get(client, *where).text)
        for reader, where in scene.readers().items()
    }
    own = [reverse("projects:piece_download", args=[scene.piece.cle])]
    assert doors == {
        "porteur": own,
        "chef de projet": own,
        "instructeur": own,
        "partenaire": [],
        "jury": [reverse("juries:piece_download", args=[scene.audition.cle, scene.piece.cle])],
    }
    file = get(client, scene.jure.user, doors["jury"][0])
    assert b"".join(file.streaming_content) == b"%PDF-1.7 statuts"
    file.close()


def avis_read(client, scene):
    page = get(client, scene.jure.user, reverse("juries:audition_detail", args=[scene.audition.cle]))
    return [(avis.de, avis.sens, avis.texte) for avis in page.context["un"].avis], page.text


def test_the_jury_reads_the_opinions_given_as_partners_are_told(client, scene):
    told = get(client, None, reverse("instruction:avis_answer", args=[scene.avis.jeton])).text
    assert "L’EPT et le jury peuvent le lire." in told
    scene.opinion("Paul Attend")
    answer_avis(scene.avis, sens=SensAvis.RESERVE, texte=MOT)
    read, html = avis_read(client, scene)
    assert read == [
        (
            "Nadia Belkacem, Le bailleur",
            "Favorable avec réserves",
            "Un projet attendu. Joignez-moi\u00a0: [coordonnées masquées].",
        )
    ]
    assert "Avis des partenaires" in html
    booklet = paper(client, scene.jure.user, reverse("juries:cahier_pdf", args=[scene.audition.seance.cle]))
    rendu = f"Rendu le {jour(timezone.now())}, sur la version 1".replace("\u00a0", " ")
    assert f"Nadia Belkacem, Le bailleur Favorable avec réserves {rendu} Un projet attendu." in booklet


def test_nobody_outside_reads_a_telephone_number_in_the_title(client):
    scene = Scene(titre="Jardin, 06 12 34 56 78")
    readers = scene.readers()
    pages = [readers["jury"], readers["partenaire"]] + [
        (scene.jure.user, reverse(f"juries:{name}", args=[cle]))
        for name, cle in (("cahier", scene.audition.seance.cle), ("notation", scene.audition.cle))
    ]
    shown = [get(client, *where).text for where in pages]
    assert [("06 12 34 56 78" in html, "Jardin, [coordonnées masquées]" in html) for html in shown] == [
        (False, True)
    ] * 4
    booklet = paper(client, scene.jure.user, reverse("juries:cahier_pdf", args=[scene.audition.seance.cle]))
    assert ("06 12 34 56 78" in booklet, "Jardin, [coordonnées masquées]" in booklet) == (False, True)


def test_the_opinion_of_somebody_recused_since_weighs_on_nothing(client, scene):
    answer_avis(scene.avis, sens=SensAvis.RESERVE, texte=MOT)
    declare_deport(UserFactory(email="nadia@exemple.example"), scene.dossier, motif="J’y suis bénévole")
    assert avis_read(client, scene)[0] == []


def test_a_recused_member_reads_none_of_it_in_the_booklet(client, scene):
    other = jure_of(scene.jury)
    recuse(other, scene.audition)
    shown = audition_of(scene.audition.seance, numero="LAI-2027-777", titre="Le four commun")
    free(other, shown)
    booklet = paper(client, other.user, reverse("juries:cahier_pdf", args=[scene.audition.seance.cle]))
    assert shown.dossier.titre in booklet
    assert [word for word in (scene.dossier.titre, scene.dossier.numero, "Les voisines.") if word in booklet] == []
    client.force_login(other.user)
    assert client.get(reverse("juries:audition_detail", args=[scene.audition.cle])).status_code == 404


@pytest.mark.parametrize("document", ["dossier", "cahier"])
def test_the_paper_says_the_same_labels_in_order(client, scene, document):
    if document == "dossier":
        text = paper(client, scene.agent, reverse("projects:dossier_pdf", args=[scene.dossier.cle]))
        labels = LIBELLES
    else:
        text = paper(client, scene.jure.user, reverse("juries:cahier_pdf", args=[scene.audition.seance.cle]))
        labels = [label for label in LIBELLES if label not in IDENTIFIANTS]
    place, read = text.index("La structure", text.index("Sommaire") + 1), []
    for label in labels:
        found = text.find(label.replace("\u202f", " "), place)
        if found >= 0:
            read.append(label)
            place = found + len(label)
    assert read == labels
    assert [label for label in IDENTIFIANTS if label in text] == (IDENTIFIANTS if document == "dossier" else [])
    for expected in ("641 Salaires 2 000 €", "Total 10 000 €", "Le budget est équilibré.", "Les voisines."):
        assert expected in text
    assert ("06 12 34 56 78" in text) is (document == "dossier")
