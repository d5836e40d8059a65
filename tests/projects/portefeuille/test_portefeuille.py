"""The portfolio of a chef de projet, and his message to several porteurs."""

import re
import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from ecriture.enums import Visibilite
from ecriture.models import Retouche, Visite
from label.courriel.actions import send_courriel
from label.models import Courriel
from label.templatetags.label_ui import nom_du_jour
from projects.enums import Section, Statut
from projects.fil.registre import histoire
from projects.message.actions import recipients, seal, send_message
from projects.models import Dossier, Message
from projects.portefeuille.queries import Nouveautes, lignes, moved_since_visit, ordered, portfolio, reasons
from tests.factories.contrats import ContratFactory
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import (
    CommentaireFactory,
    DossierFactory,
    InvitationFactory,
    MembreFactory,
    PassageFactory,
    PieceFactory,
    ProlongationFactory,
    StructureFactory,
)
from tests.moteurs import navigateur
from tests.test_accessibilite import window

pytestmark = pytest.mark.django_db


class Lot:
    """One contrat and its chef, in an édition open for twenty days more."""

    def __init__(self):
        # Wall time: a day before is the same hour the day before, also across a change of the clocks.
        self.now = timezone.localtime()
        self.today = timezone.localdate()
        end = self.today + timedelta(days=20)
        self.edition = EditionFactory(
            annee=self.today.year,
            ouverture=self.now - timedelta(days=60),
            cloture=self.now + timedelta(days=20),
            fin_instruction=end + timedelta(days=10),
            jury_debut=end + timedelta(days=20),
            jury_fin=end + timedelta(days=30),
            publication_prevue=end + timedelta(days=40),
        )
        self.contrat = ContratFactory(generation=self.edition.generation)
        self.chef = UserFactory(prenom="Nora", nom="Petit", email="nora@chef.example")
        DossierFactory(contrat=self.contrat, edition=self.edition, chef=self.chef, statut=Statut.ABANDONNE)
        Dossier.objects.all().delete()

    def draft(self, titre, *, days=0, **fields):
        """`days`: how long ago it was last touched."""
        at = self.now - timedelta(days=days)
        return DossierFactory(
            edition=self.edition, contrat=self.contrat, titre=titre, created_at=at, updated_at=at, **fields
        )

    def lines(self):
        return {str(ligne.dossier): ligne for ligne in lignes(portfolio(self.chef), self.chef)}


@pytest.fixture
def lot():
    return Lot()


def test_each_dossier_stands_at_its_stage(lot):
    for titre, statut in {
        "Idée": Statut.IDEE,
        "Écrit": Statut.CO_ELABORATION,
        "Prêt": Statut.PRET,
        "Reçu": Statut.DEPOSE,
        "À compléter": Statut.A_COMPLETER,
        "Proposé": Statut.PROPOSE,
        "Lauréat caché": Statut.LAUREAT,
        "Abandonné": Statut.ABANDONNE,
    }.items():
        lot.draft(titre, statut=statut)
    PassageFactory(dossier=lot.draft("Visa"), transition="ask_visa", at=lot.now)
    DossierFactory(edition=lot.edition, titre="D’un autre contrat")
    assert {titre: ligne.etape for titre, ligne in lot.lines().items()} == {
        "Idée": "idees",
        "Écrit": "ecriture",
        "Visa": "visa",
        "Prêt": "prets",
        "Reçu": "deposes",
        "À compléter": "deposes",
        "Proposé": "jury",
        "Lauréat caché": "jury",  # until publication
        "Abandonné": "termines",
    }
    assert sorted(titre for titre, ligne in lot.lines().items() if ligne.a_vous) == ["Idée", "Visa"]


@pytest.mark.parametrize(
    ("manques", "jours", "age", "expected"),
    [
        (5, 16, 13, []),
        (4, 15, 13, []),
        (5, 15, 13, ["reste 5\u00a0réponses à 15\u00a0jours de la date limite"]),
        (1, 4, 0, []),
        (1, 3, 0, ["reste 1\u00a0réponse à 3\u00a0jours de la date limite"]),
        (2, 0, 0, ["reste 2\u00a0réponses et c’est le dernier jour"]),
        (0, 1, 13, []),
        (0, 40, 14, ["rien n’a bougé depuis 14\u00a0jours"]),
        (
            30,
            9,
            20,
            ["reste 30\u00a0réponses à 9\u00a0jours de la date limite", "rien n’a bougé depuis 20\u00a0jours"],
        ),
    ],
)
def test_why_a_draft_is_at_risk(manques, jours, age, expected):
    assert reasons(manques, jours, age) == expected


def test_age_and_countdown_are_whole_days_and_the_extension_counts(lot):
    lot.draft("Calme", days=16)
    touched = lot.draft("Commenté", days=16, complet=True)
    CommentaireFactory(dossier=touched, created_at=lot.now - timedelta(days=2))
    ProlongationFactory(dossier=touched, jusqu_au=lot.now + timedelta(days=30))
    lot.draft("Reçu", days=40, statut=Statut.DEPOSE)
    found = lot.lines()
    assert {titre: (ligne.age, ligne.jours) for titre, ligne in found.items()} == {
        "Calme": (16, 20),
        "Commenté": (2, 30),
        "Reçu": (40, None),
    }
    assert found["Calme"].raisons == ["rien n’a bougé depuis 16\u00a0jours"]
    assert (found["Commenté"].manques, found["Commenté"].raisons, found["Reçu"].raisons) == ([], [], [])
    assert [str(ligne.dossier) for ligne in ordered(found.values())] == ["Calme", "Commenté", "Reçu"]
    assert [str(ligne.dossier) for ligne in ordered(found.values(), "-mouvement")] == ["Commenté", "Calme", "Reçu"]


def test_what_moved_since_the_last_visit_is_what_others_did(lot):
    dossier, porteur = lot.draft("Vélo"), UserFactory()
    seen = lot.now - timedelta(days=3)

    def write(nom, by, at):
        Retouche.objects.create(
            ecrit=dossier.ecrit,
            section=Section.PROJET,
            nom=nom,
            by=by,
            debut=at,
            fin=at,
            avant="",
            apres="x",
            version=1,
        )

    after, before = seen + timedelta(hours=1), seen - timedelta(hours=1)
    for nom in ("besoin", "besoin", "actions", "resume"):
        write(nom, porteur, after)
    write("partenaires", lot.chef, after)
    write("objectifs", porteur, before)
    CommentaireFactory(dossier=dossier, auteur=porteur, created_at=after, visibilite=Visibilite.CO_AUTEURS)
    CommentaireFactory(dossier=dossier, auteur=lot.chef, created_at=after)
    PieceFactory(dossier=dossier, by=porteur, created_at=before)
    PassageFactory(dossier=dossier, transition="ask_visa", by=porteur, at=after)
    never = moved_since_visit([dossier], lot.chef)[dossier.pk]
    assert never == Nouveautes(None, champs=4, commentaires=1, pieces=1, mouvements=1)
    assert never.depuis_quand == "jamais ouvert"
    Visite.objects.create(ecrit=dossier.ecrit, user=lot.chef, at=seen)
    Visite.objects.create(ecrit=dossier.ecrit, user=porteur, at=lot.now)
    news = moved_since_visit([dossier], lot.chef)[dossier.pk]
    assert news == Nouveautes(seen, champs=3, commentaires=1, mouvements=1)
    assert str(news) == "3\u00a0champs, 1\u00a0commentaire, 1\u00a0étape"
    assert news.depuis_quand == f"depuis {nom_du_jour(seen)}"


def test_nothing_of_the_results_shows_before_publication(lot):
    dossier = lot.draft("Vélo", days=30, statut=Statut.LAUREAT)
    PassageFactory(dossier=dossier, transition="admit", vers=Statut.ADMIS, at=lot.now - timedelta(days=9))
    PassageFactory(dossier=dossier, transition="award", de=Statut.PROPOSE, vers=Statut.LAUREAT, at=lot.now)
    Dossier.objects.update(updated_at=lot.now)
    [ligne] = lignes(portfolio(lot.chef), lot.chef)
    assert (ligne.etape, ligne.age, ligne.nouveautes.mouvements, ligne.libelle) == ("jury", 9, 1, "Auditionné")


def test_the_page_filters_sorts_counts_and_exports_what_it_shows(lot, client):
    client.force_login(lot.chef)
    lot.draft("Ancien", days=20)
    lot.draft("Neuf", complet=True)
    lot.draft("Idée du jour", statut=Statut.IDEE)
    past = EditionFactory(annee=lot.today.year - 1)
    DossierFactory(edition=past, contrat=lot.contrat, titre="De l’an passé", statut=Statut.LAUREAT)

    def shown(query=""):
        page = client.get(f"/portefeuille/{query}")
        return [str(ligne.dossier) for ligne in page.context["page_obj"]]

    assert shown() == ["Idée du jour", "Ancien", "Neuf"]
    assert shown("?etape=ecriture&tri=-projet") == ["Neuf", "Ancien"]
    assert shown("?montre=risque") == ["Ancien"]
    assert shown("?q=neuf") == ["Neuf"]
    assert shown(f"?annee={past.annee}") == ["De l’an passé"]
    assert shown("?etape=jury") == []
    page = client.get("/portefeuille/")
    assert [(tab["label"], tab["nombre"]) for tab in page.context["onglets"]] == [
        ("Tous", 3),
        ("Idées à recevoir", 1),
        ("Écriture à deux", 2),
    ]
    sheet = openpyxl.load_workbook(BytesIO(client.get("/portefeuille/?montre=risque&format=xlsx").content)).active
    rows = [dict(zip([c.value for c in sheet[1]], [c.value for c in row], strict=True)) for row in sheet.iter_rows(2)]
    assert [(row["Projet"], row["Étape"], row["Risque"], row["Jours restants"]) for row in rows] == [
        ("Ancien", "Écriture à deux", "rien n’a bougé depuis 20\u00a0jours", 20)
    ]
    assert client.get("/portefeuille/?format=exe").status_code == 404
    client.force_login(UserFactory())
    assert client.get("/portefeuille/").status_code == 403


# --- One message to several -------------------------------------------------------------------


@pytest.fixture
def trio(lot):
    """Three dossiers of two structures: Awa is in both, Bela in the first; Carl was invited and has not accepted."""
    lot.awa = UserFactory(prenom="Awa", nom="Aït", email="awa@porteurs.example")
    lot.bela = UserFactory(prenom="Bela", nom="Bo", email="bela@porteurs.example")
    ateliers, relais = StructureFactory(nom="Les Ateliers"), StructureFactory(nom="Le Relais")
    for structure, user in ((ateliers, lot.awa), (relais, lot.awa), (ateliers, lot.bela)):
        MembreFactory(structure=structure, user=user)
    MembreFactory(structure=relais, user=UserFactory(is_active=False))
    MembreFactory(structure=relais, au=lot.today - timedelta(days=1))
    InvitationFactory(structure=relais, email="carl@porteurs.example")
    lot.velo = lot.draft("Vélo", structure=ateliers)
    lot.jardin = lot.draft("Jardin", structure=relais)
    lot.other = DossierFactory(edition=lot.edition, titre="Ailleurs", structure=ateliers)
    return lot


def sending(lot, **changes):
    values = {"dossiers": [lot.velo, lot.jardin], "sujet": "Date", "texte": "Venez mardi.", "by": lot.chef}
    return send_message(**values | {"envoi": uuid.uuid4()} | changes)


def test_each_porteur_gets_the_message_alone_and_answers_the_chef(trio):
    message = sending(trio)
    rows = Courriel.objects.order_by("destinataire")
    assert [(row.destinataire, row.repondre_a, row.sujet, row.objet) for row in rows] == [
        ("awa@porteurs.example", "nora@chef.example", "Date", message),
        ("bela@porteurs.example", "nora@chef.example", "Date", message),
    ]
    for row in rows:
        send_courriel(row.pk)
    awa, bela = sorted(mail.outbox, key=lambda sent: sent.to)
    assert [(sent.to, sent.cc, sent.bcc, sent.reply_to) for sent in (awa, bela)] == [
        (["awa@porteurs.example"], [], [], ["nora@chef.example"]),
        (["bela@porteurs.example"], [], [], ["nora@chef.example"]),
    ]
    assert "bela@" not in awa.message().as_string() and "Venez mardi." in awa.body
    about = re.compile(r"à propos de (.*)\u00a0:")
    assert about.search(awa.body)[1] == "«\u00a0Jardin\u00a0», «\u00a0Vélo\u00a0»"
    assert about.search(bela.body)[1] == "«\u00a0Vélo\u00a0»"


def test_it_is_told_in_the_journal_of_each_dossier(trio):
    message = sending(trio)
    for dossier in (trio.velo, trio.jardin):
        assert [(line.texte, line.corps, line.qui, line.at) for line in histoire(dossier, trio.chef)] == [
            ("Message aux porteurs\u00a0: Date", "Venez mardi.", "Nora Petit", message.at)
        ]
    assert histoire(trio.other, trio.bela) == []
    assert len(histoire(trio.velo, trio.bela)) == 1


def test_sent_twice_it_is_written_once(trio):
    envoi = uuid.uuid4()
    assert sending(trio, envoi=envoi) == sending(trio, envoi=envoi)
    assert (Message.objects.count(), Courriel.objects.count()) == (1, 2)
    with pytest.raises(PermissionDenied):
        sending(trio, envoi=envoi, dossiers=[trio.other], by=DossierFactory(chef=UserFactory()).created_by)


def test_only_his_own_dossiers_and_only_who_was_shown(trio):
    with pytest.raises(PermissionDenied):
        sending(trio, dossiers=[trio.velo, trio.other])
    shown = seal(recipients([trio.velo, trio.jardin]))
    MembreFactory(structure=trio.jardin.structure)
    with pytest.raises(ValidationError, match="ont changé"):
        sending(trio, vus=shown)
    with pytest.raises(ValidationError, match="Personne"):
        sending(trio, dossiers=[trio.draft("Seul")])
    assert (Message.objects.count(), Courriel.objects.count()) == (0, 0)


def test_tick_write_read_again_send(trio, client):
    client.force_login(trio.chef)
    url = reverse("projects:message_create")
    ticked = [trio.velo.cle, trio.jardin.cle]
    page = client.get(url, {"dossier": ticked})
    assert [envoi.personne for envoi in page.context["envois"]] == [trio.awa, trio.bela]
    assert client.get(url, {"dossier": [trio.other.cle]}).status_code == 404
    assert client.post(url, {"dossier": ticked, "sujet": "", "texte": "Venez."}).status_code == 422
    preview = client.post(url, {"dossier": ticked, "sujet": "Date", "texte": "Venez mardi."})
    html = preview.content.decode()
    assert Message.objects.count() == 0
    assert all(word in html for word in ("awa@porteurs.example", "bela@porteurs.example", "Venez mardi."))
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    body = {name: [value for key, value in fields if key == name] for name, _ in fields}
    body.pop("csrfmiddlewaretoken", None)
    assert client.post(url, body | {"etape": "modifier"}).status_code == 200
    for _ in range(2):
        assert client.post(url, body | {"etape": "envoyer"}).url == reverse("projects:portefeuille_list")
    assert (Message.objects.count(), Courriel.objects.count()) == (1, 2)
    MembreFactory(structure=trio.velo.structure)
    late = client.post(url, body | {"etape": "envoyer", "envoi": str(uuid.uuid4())})
    assert late.status_code == 422 and "ont changé" in late.content.decode()
    assert Message.objects.count() == 1


def test_writing_to_many_in_a_browser_by_keyboard_alone(trio, new_page):
    """Ticked, written, read again and sent with the keyboard; the engines find nothing on the way."""
    wrong = []
    page = window(new_page, trio.chef, wrong)
    page.goto("/portefeuille/")
    wrong += navigateur.problems(page, "clair, 375 px", "sombre, 375 px")
    for titre in ("Vélo", "Jardin"):
        page.get_by_role("checkbox", name=f"Choisir {titre}").press("Space")
    page.get_by_role("button", name="Écrire aux porteurs des dossiers cochés").press("Enter")
    page.wait_for_url("**/portefeuille/message/?*")
    wrong += navigateur.problems(page, "clair, 375 px", "sombre, 375 px")
    page.get_by_label("Objet").fill("Date")
    page.get_by_role("textbox", name="Message").fill("Venez mardi.")
    page.get_by_role("button", name="Relire avant d’envoyer").press("Enter")
    page.get_by_role("heading", name="2\u00a0personnes recevront ce message").wait_for()
    wrong += navigateur.problems(page, "clair, 375 px", "sombre, 375 px")
    page.get_by_role("button", name="Envoyer à 2\u00a0personnes").press("Enter")
    page.get_by_text("Votre message part vers 2\u00a0personnes").wait_for()
    assert wrong == []
    assert list(Courriel.objects.order_by("destinataire").values_list("destinataire", flat=True)) == [
        "awa@porteurs.example",
        "bela@porteurs.example",
    ]
