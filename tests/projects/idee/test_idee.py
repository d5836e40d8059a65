"""Ideas: five questions all the year, told from machines, routed by quartier, kept when no édition is announced."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from label.forms.robots import start
from label.lifecycle import TransitionRefused
from label.models import Compteur, Courriel
from label.tasks import forget
from projects.dossier.actions import PlusieursContrats, edition_for_idee, move_dossier, reroute, send_idee
from projects.enums import Section, Statut
from projects.idee.actions import decline_idee_en_attente, place_idees, receive_idee
from projects.models import Dossier, IdeeEnAttente, Structure
from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory, StructureFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
TYPED = {"titre": "T", "besoin": "B", "idee": "I", "nom": "Les Voisines", "type": "association"}


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


def mails(**filters):
    return sorted(Courriel.objects.filter(**filters).values_list("cle_notification", "destinataire"))


@pytest.mark.django_db
def test_an_idea_reaches_the_chef_de_projet_of_its_quartier():
    edition, porteur, chef = EditionFactory(), UserFactory(), UserFactory()
    commune = CommuneFactory()
    quartier = QuartierFactory(communes=[commune])
    contrat = quartier.contrats.get()
    AffectationFactory(user=chef, contrat=contrat)
    dossier = send_idee(
        by=porteur,
        titre="Un atelier vélo",
        besoin="Le besoin",
        idee="L’idée",
        quartiers=[quartier],
        nouvelle={"nom": "Les Voisines"},
    )
    assert (dossier.statut, dossier.edition, dossier.contrat, dossier.numero) == (Statut.IDEE, edition, contrat, "")
    assert (dossier.titre, dossier.besoin, dossier.actions) == ("Un atelier vélo", "Le besoin", "L’idée")
    assert (list(dossier.quartiers.all()), list(dossier.communes.all())) == ([quartier], [commune])
    assert list(dossier.structure.membres.values_list("user", "is_responsable")) == [(porteur.pk, True)]
    assert list(dossier.passages.values_list("transition", "de", "vers", "by")) == [
        ("send_idee", "", "idee", porteur.pk)
    ]
    assert set(dossier.ecrit.redactions.values_list("section", flat=True)) == set(Section.values)
    assert mails() == [("idee_envoyee", porteur.email), ("idee_recue", chef.email)]


@pytest.mark.django_db
@pytest.mark.parametrize("contrats", [None, []])
def test_without_a_chef_in_post_the_pilotes_receive_the_idea(contrats):
    EditionFactory()
    pilote, porteur = UserFactory(pilote=True), UserFactory()
    quartier = QuartierFactory(contrats=contrats)
    AffectationFactory(contrat=ContratFactory())
    send_idee(by=porteur, titre="T", besoin="B", idee="I", quartiers=[quartier], nouvelle={"nom": "Les Voisines"})
    assert mails(cle_notification="idee_recue") == [("idee_recue", pilote.email)]


@pytest.mark.django_db
def test_several_contrats_ask_for_the_lead_one():
    EditionFactory()
    porteur = UserFactory()
    structure = StructureFactory(responsable=porteur)
    first, second = QuartierFactory(), QuartierFactory()
    idea = {"by": porteur, "titre": "T", "besoin": "B", "idee": "I", "structure": structure}
    with pytest.raises(PlusieursContrats) as asked:
        send_idee(**idea, quartiers=[first, second])
    assert {contrat.pk for contrat in asked.value.contrats} == {first.contrats.get().pk, second.contrats.get().pk}
    assert not Dossier.objects.exists()
    dossier = send_idee(**idea, quartiers=[first, second], contrat=second.contrats.get())
    assert dossier.contrat == second.contrats.get()
    with pytest.raises(ValidationError):
        send_idee(**idea, quartiers=[first])
    with pytest.raises(PermissionDenied):
        send_idee(**idea | {"by": UserFactory(), "titre": "Autre"}, quartiers=[first])
    assert Dossier.objects.count() == 1


@pytest.mark.django_db
def test_an_idea_goes_to_the_edition_being_written_then_waits_for_the_next():
    this, following = EditionFactory(), EditionFactory(annee=2028)
    assert edition_for_idee(this.cloture) == this
    assert edition_for_idee(this.cloture + timedelta(minutes=1)) == following
    assert edition_for_idee(following.cloture + timedelta(minutes=1)) is None


@pytest.mark.django_db
def test_an_idea_of_the_next_edition_is_accepted_once_it_is_open():
    edition, chef = EditionFactory(annee=2028), UserFactory()
    dossier = DossierFactory(idee=True, edition=edition, chef=chef)
    with pytest.raises(TransitionRefused) as refused:
        move_dossier(dossier, "accept_idee", by=chef, at=edition.ouverture - timedelta(seconds=1))
    assert "4\u00a0janvier\u00a02028" in refused.value.messages[0]
    move_dossier(dossier, "accept_idee", by=chef, at=edition.ouverture)
    assert Dossier.objects.get().statut == Statut.CO_ELABORATION


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_typed_is_lost_by_signing_in(client):
    EditionFactory()
    quartier = QuartierFactory()
    typed = {
        "depart": start(),
        "titre": "Un atelier",
        "besoin": "Ligne 1\nLigne 2",
        "idee": "L’idée",
        "quartiers": [quartier.identifiant],
        "nom": "Les Voisines",
        "type": "association",
        "rna": "",
        "siret": "",
    }
    address = reverse("projects:idee_create")
    assert client.post(address, typed | {"email": "awa@exemple.example"}).headers["Location"] == "/compte/code/"
    client.force_login(UserFactory())
    form = client.get(address).context["form"]
    assert {name: form[name].value() for name in ("titre", "besoin", "idee", "quartiers", "nom")} == {
        name: typed[name] for name in ("titre", "besoin", "idee", "quartiers", "nom")
    }
    response = client.post(address, typed)
    dossier = Dossier.objects.get()
    assert response.headers["Location"] == reverse("projects:dossier_detail", args=[dossier.cle])
    assert client.get(address).context["form"]["titre"].value() is None
    client.post(address, typed)
    assert (Dossier.objects.count(), Structure.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_form_asks_for_the_lead_contrat_only_when_there_is_a_choice(client):
    EditionFactory()
    client.force_login(UserFactory())
    first, second = QuartierFactory(), QuartierFactory()
    typed = TYPED | {"depart": start()}
    typed["quartiers"] = [first.identifiant, second.identifiant]
    page = client.post(reverse("projects:idee_create"), typed).text
    assert "choisissez celui qui suivra le projet" in page
    client.post(reverse("projects:idee_create"), typed | {"contrat": second.contrats.get().code})
    assert Dossier.objects.get().contrat == second.contrats.get()


@pytest.mark.django_db
def test_the_form_asks_five_questions_before_any_account(client):
    EditionFactory()
    page = client.get(reverse("projects:idee_create")).text
    assert [rank for rank in range(1, 9) if f"Question {rank} sur" in page] == [1, 2, 3, 4, 5]
    assert "Question 5 sur 5" in page


@pytest.mark.django_db
def test_a_known_number_leads_to_the_structure_that_bears_it(client):
    EditionFactory()
    structure = StructureFactory(responsable=UserFactory(), rna="W941234567")
    typed = TYPED | {"depart": start(), "quartiers": [QuartierFactory().identifiant], "rna": "w94 1234567"}
    client.force_login(UserFactory())
    address = reverse("projects:idee_create")
    page = client.post(address, typed).text
    assert f"Demander à rejoindre «\u00a0{structure}\u00a0»" in page
    assert (Structure.objects.count(), Dossier.objects.count()) == (1, 0)
    join = reverse("projects:structure_join", args=[structure.cle])
    assert client.post(address, typed | {"rejoindre": structure.cle}).headers["Location"] == join
    assert f'href="{address}"' in client.get(join).text
    assert client.get(address).context["form"]["titre"].value() == "T"


@pytest.mark.django_db
def test_a_close_name_in_the_commune_is_asked_about_then_believed(client):
    EditionFactory()
    ici, ailleurs = CommuneFactory(nom="Vitry-sur-Seine"), CommuneFactory(nom="Orly")
    structure = StructureFactory(nom="Association Les Voisines", ville="VITRY SUR SEINE Cedex")
    typed = TYPED | {
        "depart": start(),
        "nom": "Les voisine",
        "quartiers": [QuartierFactory(communes=[ici]).identifiant],
    }
    client.force_login(UserFactory())
    address = reverse("projects:idee_create")
    refused = client.post(address, typed)
    assert "est-ce la vôtre" in refused.text
    assert refused.context["form"].proches == [structure]
    assert Dossier.objects.count() == 0
    client.post(address, typed | {"autre": "on"})
    assert Dossier.objects.get().structure.nom == "Les voisine"
    client.force_login(UserFactory())
    client.post(address, typed | {"quartiers": [QuartierFactory(communes=[ailleurs]).identifiant]})
    assert Dossier.objects.count() == 2


# --- People and machines ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "extra", "said"),
    [
        (1, {}, "plus vite qu’on ne peut écrire"),
        (60, {"site_web": "https://spam.example"}, "Une case qui devait rester vide"),
        (8 * 24 * 3600, {}, "ouverte depuis trop longtemps"),
        (60, {"depart": "falsifie"}, "ouverte depuis trop longtemps"),
    ],
)
def test_what_looks_like_a_machine_is_shown_its_text_and_sends_it_again(client, settings, after, extra, said):
    settings.IDEE_SECONDES_MIN = 3
    EditionFactory()
    client.force_login(UserFactory())
    address = reverse("projects:idee_create")
    typed = TYPED | {"quartiers": [QuartierFactory().identifiant]}
    mark = client.get(address).context["form"]["depart"].value()
    with time_machine.travel(EN_TEMPS + timedelta(seconds=after), tick=False):
        refused = client.post(address, typed | {"depart": mark} | extra)
        form = refused.context["form"]
        assert said in refused.text
        assert {name: form[name].value() for name in typed} == typed
        assert not form["site_web"].value()
        assert Dossier.objects.count() == 0
        again = typed | {"depart": form["depart"].value(), "site_web": form["site_web"].value() or ""}
    with time_machine.travel(EN_TEMPS + timedelta(seconds=after + 5), tick=False):
        client.post(address, again)
    assert Dossier.objects.get().titre == "T"


@pytest.mark.django_db
def test_a_visitor_who_looks_like_a_machine_leaves_nothing_here(client):
    EditionFactory()
    address = reverse("projects:idee_create")
    refused = client.post(address, TYPED | {"depart": start(), "site_web": "x"})
    assert (refused.status_code, "idee" in client.session, Compteur.objects.count()) == (200, False, 0)


@pytest.mark.django_db
def test_what_is_counted_names_nobody_and_signing_in_is_the_way_out(client):
    EditionFactory()
    address, typed = reverse("projects:idee_create"), TYPED | {"depart": start()}
    typed["quartiers"] = [QuartierFactory().identifiant]
    sent = [client.post(address, typed | {"email": f"v{n}@exemple.example"}).status_code for n in range(61)]
    assert sent == [302] * 60 + [429]
    assert {len(empreinte) for empreinte in Compteur.objects.values_list("empreinte", flat=True)} == {64}
    client.force_login(UserFactory())
    client.post(address, typed)
    assert Dossier.objects.count() == 1
    with time_machine.travel(EN_TEMPS + timedelta(days=1), tick=False):
        forget()
    assert Compteur.objects.count() == 0


# --- When no édition is announced -------------------------------------------------------------


@pytest.fixture
def hors_edition():
    """The day after the only deadline known."""
    edition = EditionFactory()
    with time_machine.travel(edition.cloture + timedelta(days=1), tick=False):
        yield edition


@pytest.mark.django_db
def test_without_an_edition_the_idea_is_kept_read_and_answered(client, hors_edition):
    porteur, chef, quartier = UserFactory(), UserFactory(), QuartierFactory()
    AffectationFactory(user=chef, contrat=quartier.contrats.get())
    address = reverse("projects:idee_create")
    assert "n’est pas encore annoncée" in client.get(address).text
    client.force_login(porteur)
    typed = TYPED | {"depart": start(), "quartiers": [quartier.identifiant]}
    sent = client.post(address, typed)
    kept = IdeeEnAttente.objects.get()
    page = reverse("projects:idee_detail", args=[kept.cle])
    assert sent.headers["Location"] == page
    assert (kept.contrat, kept.titre, kept.besoin, kept.actions) == (quartier.contrats.get(), "T", "B", "I")
    assert list(kept.structure.membres.values_list("user", "is_responsable")) == [(porteur.pk, True)]
    assert mails() == [("idee_gardee", porteur.email), ("idee_gardee_recue", chef.email)]
    assert "attend la prochaine édition" in client.get(page).text
    client.post(address, typed)
    assert IdeeEnAttente.objects.count() == 1

    client.force_login(UserFactory())
    assert client.get(page).status_code == 404
    client.force_login(porteur)
    decline = reverse("projects:idee_decline", args=[kept.cle])
    assert client.post(decline, {"motif": "Non"}).status_code == 403
    client.force_login(chef)
    assert decline in client.get(page).text
    assert "obligatoire" in client.post(decline, {"motif": ""}).text
    client.post(decline, {"motif": "Voyez la maison de quartier."})
    kept.refresh_from_db()
    assert (kept.closed_by, kept.motif) == (chef, "Voyez la maison de quartier.")
    mail = Courriel.objects.get(cle_notification="idee_gardee_sans_suite")
    assert mail.destinataire == porteur.email
    assert "Voyez la maison de quartier." in mail.texte
    with pytest.raises(ValidationError):
        decline_idee_en_attente(kept, by=chef, motif="Encore")


@pytest.mark.django_db
def test_the_next_edition_takes_the_ideas_that_waited(hors_edition):
    porteur, chef = UserFactory(), UserFactory()
    first, second = QuartierFactory(), QuartierFactory()
    contrat = second.contrats.get()
    neuf = QuartierFactory(generation="2024", contrats=[ContratFactory(generation="2024")])
    second.successeur = neuf
    second.save()
    idea = {"titre": "T", "besoin": "B", "idee": "I", "structure": None, "contrat": contrat}
    kept = receive_idee(by=porteur, **idea, quartiers=[first, second], nouvelle={"nom": "Les Voisines"})
    closed = receive_idee(
        by=porteur, **idea | {"titre": "Autre", "structure": kept.structure}, quartiers=[second], nouvelle=None
    )
    pilote = UserFactory(pilote=True)
    with pytest.raises(PermissionDenied):
        decline_idee_en_attente(closed, by=pilote, motif="Non")
    AffectationFactory(user=chef, contrat=contrat)
    decline_idee_en_attente(closed, by=chef, motif="Non")
    assert place_idees() == 0

    following = EditionFactory(annee=2028, generation="2024")
    assert (place_idees(), place_idees()) == (1, 0)
    kept.refresh_from_db()
    dossier = Dossier.objects.get()
    assert (kept.dossier, dossier.edition, dossier.statut) == (dossier, following, Statut.IDEE)
    assert (dossier.titre, dossier.besoin, dossier.actions, dossier.created_by) == ("T", "B", "I", porteur)
    assert (list(dossier.quartiers.all()), dossier.contrat) == ([neuf], neuf.contrats.get())
    assert "avant l’annonce de l’édition" in dossier.passages.get().motif
    assert mails(cle_notification="idee_envoyee") == [("idee_envoyee", porteur.email)]


@pytest.mark.django_db
def test_quartiers_find_their_place_in_another_generation():
    kept, lost = QuartierFactory(generation="2024"), QuartierFactory()
    heir = QuartierFactory(generation="2024")
    one, two = QuartierFactory(successeur=heir), QuartierFactory(successeur=heir)
    assert reroute([kept, one, two, lost], "2024") == ([kept, heir], [lost])
    assert reroute([heir, one], "2015") == ([one, two], [])
