"""From the idea to the visa, the list, and what each person may read of a dossier."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from label.models import Courriel, Edition
from projects.dossier.visa import ask_visa
from projects.enums import CONNUS, Statut
from projects.models import Dossier, Passage
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import CommentaireFactory, DossierFactory, PassageFactory
from tests.pages import kept_by

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


def mails(**filters):
    return sorted(Courriel.objects.filter(**filters).values_list("cle_notification", "destinataire"))


# --- Moves ------------------------------------------------------------------------------------


def move(client, dossier, name, **data):
    """The move made from its page, as it is shown now."""
    url = reverse("projects:dossier_transition", args=[dossier.cle, name])
    page = client.get(url)
    return client.post(url, {"expected": kept_by(page) if page.status_code == 200 else ""} | data)


@pytest.mark.django_db
def test_the_chef_accepts_or_declines_with_a_reason(client):
    chef, porteur = UserFactory(), UserFactory()
    accepted = DossierFactory(idee=True, chef=chef, porteur=porteur)
    declined = DossierFactory(idee=True, contrat=accepted.contrat, structure=accepted.structure)
    client.force_login(chef)
    assert client.get(reverse("projects:dossier_transition", args=[accepted.cle, "accept_idee"])).status_code == 200
    assert Dossier.objects.get(pk=accepted.pk).statut == Statut.IDEE
    move(client, accepted, "accept_idee")
    assert "Ce champ est obligatoire" in move(client, declined, "decline_idee", motif="").text
    move(client, declined, "decline_idee", motif="Hors du quartier.")
    assert dict(Dossier.objects.values_list("pk", "statut")) == {
        accepted.pk: Statut.CO_ELABORATION,
        declined.pk: Statut.SANS_SUITE,
    }
    assert mails() == [("idee_acceptee", porteur.email), ("idee_sans_suite", porteur.email)]
    assert "Hors du quartier." in Courriel.objects.get(cle_notification="idee_sans_suite").texte


@pytest.mark.django_db
def test_a_second_click_is_told_what_happened(client):
    chef = UserFactory()
    dossier = DossierFactory(idee=True, chef=chef)
    client.force_login(chef)
    seen = kept_by(client.get(reverse("projects:dossier_transition", args=[dossier.cle, "decline_idee"])))
    move(client, dossier, "accept_idee")
    page = move(client, dossier, "decline_idee", expected=seen, motif="Trop tard").text
    assert "Entre-temps, la situation a changé\u00a0: «\u202fIdée acceptée, dossier ouvert\u202f»" in page
    assert f"par {chef.get_full_name()}. Le dossier est maintenant «\u202fÉcriture à deux\u202f»" in page
    assert "Trop tard" in page
    assert Passage.objects.count() == 1


@pytest.mark.django_db
def test_moves_with_a_page_of_their_own_are_not_made_from_here(client):
    porteur = UserFactory()
    dossier = DossierFactory(pret=True, complet=True, porteur=porteur)
    client.force_login(porteur)
    assert [
        move(client, dossier, name).status_code for name in ("deposit", "admit", "expire", "rien", "give_visa")
    ] == [
        404,
        404,
        404,
        404,
        403,
    ]
    assert Dossier.objects.get().statut == Statut.PRET


@pytest.mark.django_db
def test_the_visa_wants_a_complete_dossier_and_may_be_taken_back(client):
    chef, porteur = UserFactory(), UserFactory()
    dossier = DossierFactory(chef=chef, porteur=porteur)
    client.force_login(chef)
    page = client.get(reverse("projects:dossier_transition", args=[dossier.cle, "give_visa"])).text
    assert "Dites ce que le projet a d’innovant." in page
    move(client, dossier, "give_visa")
    assert Dossier.objects.get().statut == Statut.CO_ELABORATION
    ready = DossierFactory(complet=True, contrat=dossier.contrat, structure=dossier.structure)
    move(client, ready, "give_visa")
    move(client, ready, "reopen", motif="Le budget a changé.")
    assert list(ready.passages.values_list("transition", "motif")) == [
        ("give_visa", ""),
        ("reopen", "Le budget a changé."),
    ]
    assert mails() == [("visa_donne", porteur.email), ("visa_retire", porteur.email)]


@pytest.mark.django_db
def test_the_visa_is_asked_once_a_day(client):
    chef, porteur = UserFactory(), UserFactory()
    dossier = DossierFactory(complet=True, chef=chef, porteur=porteur)
    client.force_login(porteur)
    for _ in range(2):
        client.post(reverse("projects:dossier_visa", args=[dossier.cle]))
    assert mails() == [("visa_demande", chef.email)]
    with time_machine.travel(EN_TEMPS + timedelta(days=1), tick=False):
        ask_visa(dossier, by=porteur)
    assert len(mails()) == 2
    client.force_login(chef)
    tableau = client.get(reverse("label:tableau")).text
    assert "Relire et donner votre visa" in tableau
    with pytest.raises(PermissionDenied):
        ask_visa(dossier, by=chef)


@pytest.mark.django_db
def test_abandoning_tells_the_chef_and_withdrawing_tells_the_ept(client):
    chef, porteur, agent = UserFactory(), UserFactory(), UserFactory(instructeur=True)
    draft = DossierFactory(chef=chef, porteur=porteur)
    deposited = DossierFactory(depose=True, contrat=draft.contrat, structure=draft.structure)
    client.force_login(porteur)
    move(client, draft, "abandon")
    move(client, deposited, "withdraw", motif="Le local n’est plus libre.")
    assert mails() == sorted([("abandonne", chef.email), ("retire", chef.email), ("retire", agent.email)])


# --- What each may read -----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statut", "read"),
    [
        (Statut.NON_ADMIS, "En instruction"),
        (Statut.PROPOSE, "Le jury délibère"),
        (Statut.RESERVE, "Le jury délibère"),
        (Statut.NON_RETENU, "Le jury délibère"),
        (Statut.LAUREAT, "Le jury délibère"),
    ],
)
def test_results_leave_no_trace_before_publication(client, statut, read):
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(statut=statut, porteur=porteur, chef=chef)
    PassageFactory(dossier=dossier, transition="declare_recevable", de=Statut.DEPOSE, vers=Statut.EN_INSTRUCTION)
    before = CONNUS[statut]
    PassageFactory(dossier=dossier, transition="secret", de=before, vers=statut, motif="Motif du jury")
    PassageFactory(dossier=dossier, transition="undo_secret", de=statut, vers=before, motif="Motif du jury")
    client.force_login(porteur)
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    assert read in page
    assert "Motif du jury" not in page
    for user in (porteur, chef):
        client.force_login(user)
        journees = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).context["journees"]
        assert [ligne.texte for jour in journees for ligne in jour.lignes] == ["Dossier déclaré recevable"]
        for secret in ("non_admis", "non_retenu", "laureat"):
            assert list(client.get(reverse("projects:dossier_list"), {"statut": secret}).context["page_obj"]) == []
        for asked in ("propose", "reserve"):
            page = client.get(reverse("projects:dossier_list"), {"statut": asked})
            assert list(page.context["page_obj"]) == []
            assert "statut" in page.context["filtre"].errors
        export = b"".join(client.get(reverse("projects:dossier_list"), {"format": "csv"}).streaming_content).decode()
        assert statut.label not in export
    client.force_login(UserFactory(pilote=True))
    assert "Motif du jury" in client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text


@pytest.mark.django_db
def test_once_published_the_porteur_reads_the_result():
    porteur = UserFactory()
    dossier = DossierFactory(laureat=True, porteur=porteur)
    Edition.objects.update(published_at=EN_TEMPS)
    assert Dossier.objects.read_by(porteur).get().statut_lu == Statut.LAUREAT
    assert Dossier.objects.get(pk=dossier.pk).statut_connu == Statut.LAUREAT


@pytest.mark.django_db
def test_the_invisible_does_not_exist(client):
    dossier = DossierFactory(porteur=UserFactory())
    client.force_login(UserFactory())
    names = ["dossier_detail", "dossier_read", "dossier_pdf"]
    codes = [client.get(reverse(f"projects:{name}", args=[dossier.cle])).status_code for name in names]
    codes += [client.get(reverse("projects:section_edit", args=[dossier.cle, "projet"])).status_code]
    codes += [move(client, dossier, "abandon").status_code]
    assert codes == [404] * 5


@pytest.mark.django_db
def test_the_home_of_a_dossier_links_what_is_missing(client):
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(complet=True, innovation="", porteur=porteur, chef=chef)
    CommentaireFactory(dossier=dossier, auteur=chef, visibilite="agents")
    client.force_login(porteur)
    response = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
    link = reverse("projects:section_edit", args=[dossier.cle, "projet"]) + "#id_innovation"
    assert [manque.champ for manque in response.context["manques"]] == ["innovation"]
    assert response.text.count(f'href="{link}"') == 1
    assert "À déposer avant le 4\u00a0juin\u00a02027 à 23\u00a0h\u00a059" in response.text
    assert response.context["commentaires"] == 0
    # No file is asked, none is joined: nothing is done there yet.
    assert [(section["complete"], section["note"]) for section in response.context["sections"]] == [
        (True, ""),
        (False, "reste 1\u00a0réponse"),
        *[(True, "")] * 4,
        (False, "facultative"),
        (False, "au dépôt"),
    ]


@pytest.mark.django_db
def test_the_dossier_reads_as_pdf(client):
    porteur = UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur)
    client.force_login(porteur)
    response = client.get(reverse("projects:dossier_pdf", args=[dossier.cle]))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    for expected in (dossier.titre, "Les habitants forment les habitants.", "Vélos réparés", "8\u202f000"):
        assert expected in text
    page = client.get(reverse("projects:dossier_read", args=[dossier.cle])).text
    assert "Les habitants forment les habitants." in page


# --- The list ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_list_holds_what_one_sees_and_filters_it(client):
    chef = UserFactory()
    mine = DossierFactory(chef=chef, titre="Réparer ensemble")
    idee = DossierFactory(idee=True, contrat=mine.contrat, titre="Jardin des voisines")
    DossierFactory(titre="Ailleurs")
    client.force_login(chef)

    def listed(**data):
        return {dossier.pk for dossier in client.get(reverse("projects:dossier_list"), data).context["page_obj"]}

    assert listed() == {mine.pk, idee.pk}
    assert listed(q="repar") == {mine.pk}
    assert listed(etape="idee") == {idee.pk}
    assert listed(statut="co_elaboration") == {mine.pk}
    assert listed(structure=idee.structure.cle) == {idee.pk}
    assert listed(quartier=mine.quartiers.get().identifiant) == {mine.pk}
    assert listed(a_risque="oui") == set()
    with time_machine.travel(datetime(2027, 5, 25, 9, 0, tzinfo=PARIS), tick=False):
        client.force_login(chef)
        assert listed(a_risque="oui") == {mine.pk}
    client.force_login(chef)
    export = client.get(reverse("projects:dossier_list"), {"q": "repar", "format": "xlsx"})
    rows = list(load_workbook(BytesIO(export.content)).active.values)
    assert [row[1] for row in rows] == ["Projet", "Réparer ensemble"]
    assert client.get(reverse("projects:dossier_list"), {"format": "exe"}).status_code == 404


@pytest.mark.django_db
def test_the_list_and_the_dashboard_cost_the_same_with_one_row_and_forty(client):
    chef, porteur = UserFactory(), UserFactory()
    first = DossierFactory(chef=chef, porteur=porteur)

    def queries(user, address):
        client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    pages = [(chef, "projects:dossier_list"), (porteur, "projects:dossier_list"), (chef, "label:tableau")]
    before = [queries(user, reverse(name)) for user, name in pages]
    for _ in range(40):
        DossierFactory(contrat=first.contrat, structure=first.structure)
    assert [queries(user, reverse(name)) for user, name in pages] == before
