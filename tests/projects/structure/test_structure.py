"""Structures: created, joined by invitation, handed over, never left without a responsable."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from label.models import Courriel, User
from projects.enums import Section
from projects.models import DemandeAdhesion, Invitation, Membre, Structure
from projects.structure.actions import (
    change_responsibility,
    create_structure,
    end_membership,
    find_structure,
    invite,
    revoke_invitation,
)
from projects.structure.adhesion import ask_to_join, close_structures, decide_demande, remind_demandes
from projects.structure.forms import StructureForm
from tests.factories.contrats import CommuneFactory
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, InvitationFactory, MembreFactory, StructureFactory
from tests.lettres import lue


def fresh(user):
    """The same person on another request: what the rules read once is read again."""
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_who_creates_a_structure_is_responsable():
    user = UserFactory()
    structure = create_structure(by=user, nom="Les Voisines", rna="W941234567")
    assert list(structure.membres.values_list("user", "is_responsable", "au")) == [(user.pk, True, None)]
    assert user.has_perm("projects.change_structure", structure)
    assert find_structure(rna="W941234567") == structure
    assert find_structure(siret="", rna="") is None


@pytest.mark.django_db
def test_a_number_belongs_to_one_structure():
    StructureFactory(siret="81223113200026")
    with pytest.raises(ValidationError) as refused:
        create_structure(by=UserFactory(), nom="Double", siret="81223113200026")
    assert "demandez à la rejoindre" in " ".join(refused.value.messages)


# --- Joining a structure already here ---------------------------------------------------------


def mails():
    return sorted(Courriel.objects.values_list("cle_notification", "destinataire"))


@pytest.mark.django_db
def test_somebody_asks_to_join_and_is_let_in(client):
    responsable, asker = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable, membre=UserFactory(), nom="Les Voisines")
    dossier = DossierFactory(structure=structure)
    page = reverse("projects:structure_join", args=[structure.cle])
    assert client.get(page).headers["Location"].startswith("/compte/login/")
    client.force_login(asker)
    shown = client.get(page).text
    assert "Les Voisines" in shown
    assert "Vitry-sur-Seine" in shown
    assert responsable.email not in shown
    assert structure.rna not in shown
    client.post(page, {"message": "Je suis la trésorière."})
    demande = DemandeAdhesion.objects.get()
    assert (demande.structure, demande.user, demande.message) == (structure, asker, "Je suis la trésorière.")
    assert mails() == [("demande_adhesion", responsable.email)]
    mail = Courriel.objects.get()
    decide = re.search(r"http://testserver(/structures/\S+)", lue(mail))[1]
    assert asker.email in mail.texte
    assert "Je suis la trésorière." in mail.texte
    assert "Votre demande est partie" in client.get(page).text
    client.post(page)
    assert DemandeAdhesion.objects.count() == 1
    assert client.get(decide).status_code == 404

    client.force_login(responsable)
    assert decide in client.get(reverse("projects:structure_detail", args=[structure.cle])).text
    assert "Je suis la trésorière." in client.get(decide).text
    client.post(decide, {"accepted": "oui", "mot": "Bienvenue !"})
    assert list(Membre.objects.filter(user=asker).values_list("structure", "is_responsable")) == [(structure.pk, False)]
    demande.refresh_from_db()
    assert (demande.accepted, demande.by, demande.mot) == (True, responsable, "Bienvenue !")
    answer = Courriel.objects.get(cle_notification="demande_adhesion_reponse")
    assert answer.destinataire == asker.email
    assert "Bienvenue !" in answer.texte
    assert "déjà répondu" in client.post(decide, {"accepted": "non", "mot": "Trop tard"}).text
    client.force_login(asker)
    assert client.get(reverse("projects:dossier_detail", args=[dossier.cle])).status_code == 200
    assert client.get(page).status_code == 302


@pytest.mark.django_db
def test_a_refusal_wants_a_word_and_holds_a_month(client):
    responsable, asker = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable)
    demande = ask_to_join(structure, by=asker)
    client.force_login(responsable)
    decide = reverse("projects:demande_decide", args=[structure.cle, demande.pk])
    assert "pourquoi vous déclinez" in client.post(decide, {"accepted": "non", "mot": " "}).text
    client.post(decide, {"accepted": "non", "mot": "Nous ne vous connaissons pas."})
    assert not Membre.objects.filter(user=asker).exists()
    texte = Courriel.objects.get(cle_notification="demande_adhesion_reponse").texte
    assert "Nous ne vous connaissons pas." in texte
    with pytest.raises(ValidationError):
        ask_to_join(structure, by=asker)
    ask_to_join(structure, by=asker, at=timezone.now() + timedelta(days=31))


@pytest.mark.django_db
def test_who_may_ask_and_who_may_answer():
    responsable, membre, asker = UserFactory(), UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable, membre=membre)
    with pytest.raises(ValidationError):
        ask_to_join(structure, by=membre)
    demande = ask_to_join(structure, by=asker)
    for person in (membre, asker, UserFactory()):
        with pytest.raises(PermissionDenied):
            decide_demande(demande, accepted=True, by=person)
    for _ in range(4):
        ask_to_join(StructureFactory(), by=asker)
    with pytest.raises(ValidationError, match="plusieurs demandes"):
        ask_to_join(StructureFactory(), by=asker)


@pytest.mark.django_db
def test_the_ept_answers_when_nobody_does():
    pilote, responsable = UserFactory(pilote=True), UserFactory()
    orpheline, endormie = StructureFactory(), StructureFactory(responsable=responsable)
    asked = ask_to_join(orpheline, by=UserFactory())
    late = ask_to_join(endormie, by=UserFactory())
    assert mails() == [("demande_adhesion", address) for address in sorted((pilote.email, responsable.email))]
    remind_demandes(timezone.now())
    assert Courriel.objects.filter(cle_notification="demande_adhesion_attente").count() == 1
    assert remind_demandes(timezone.now() + timedelta(days=7)) == 1
    assert remind_demandes(timezone.now() + timedelta(days=8)) == 0
    decide_demande(asked, accepted=True, is_responsable=True, by=pilote)
    decide_demande(late, accepted=True, by=pilote)
    assert list(Membre.objects.filter(user__in=[asked.user, late.user]).values_list("structure", "is_responsable")) == [
        (orpheline.pk, True),
        (endormie.pk, False),
    ]


@pytest.mark.django_db
def test_close_names_are_looked_for_in_the_same_town():
    vitry = StructureFactory(nom="Association Les Voisines de l’Île", ville="VITRY SUR SEINE CEDEX 2")
    sigle = StructureFactory(nom="Maison des jeunes du Moulin", sigle="M.J.M.", ville="Vitry-sur-Seine")
    servie = StructureFactory(nom="Les Voisines de l'Ile", ville="")
    DossierFactory(structure=servie).communes.set([CommuneFactory(nom="Orly")])
    assert close_structures("les voisines de l ile", ["Vitry sur Seine"]) == [vitry]
    assert close_structures("Voisines de l’Île", ["Orly", "vitry-sur-seine"]) == [vitry, servie]
    assert close_structures("MJM", ["Vitry-sur-Seine"]) == [sigle]
    assert close_structures("Les Voisines de l’Île", ["Ivry-sur-Seine"]) == []
    assert close_structures("Les Voisins du Parc", ["Vitry-sur-Seine"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "held", "said"),
    [
        ("94 800", "94800", None),
        ("94\u00a0800", "94800", None),
        ("94 80", "94400", ["Un code postal compte cinq chiffres."]),
        ("94 800 1", "94400", ["Un code postal compte cinq chiffres."]),
    ],
)
def test_a_postal_code_is_typed_with_or_without_blanks(typed, held, said):
    structure = StructureFactory(code_postal="94400")
    box = StructureForm()["code_postal"].as_widget()
    assert 'maxlength="40"' in box
    form = StructureForm(model_to_dict(structure) | {"code_postal": typed}, instance=structure)
    assert form.errors.get("code_postal") == said
    if not said:
        form.save()
    structure.refresh_from_db()
    assert structure.code_postal == held


@pytest.mark.django_db
def test_a_number_is_looked_at_as_it_is_typed(client):
    structure = StructureFactory(siret="81223113200026", responsable=UserFactory(), nom="Les Voisines")
    address = reverse("projects:structure_check")

    def said(**typed):
        return client.get(address, typed).text.strip()

    assert "compte 14 chiffres" in said(siret="812 231 132 0002")
    assert "vérifiez les chiffres saisis" in said(siret="81223113200027")
    assert "Numéro juste." in said(siret="356 000 000 00105")
    assert "W suivi de neuf caractères" in said(rna="941")
    assert "Numéro juste." in said(rna="w941234567")
    assert said(siret=" ") == ""
    assert client.get(address).status_code == 404
    known = said(siret="812 231 132 00026")
    assert "existe déjà ici\u00a0: «\u00a0Les Voisines\u00a0», à Vitry-sur-Seine." in known
    assert structure.rna not in known
    assert reverse("projects:structure_join", args=[structure.cle]) in known
    client.force_login(structure.membres.get().user)
    assert "Numéro juste." in said(siret="812 231 132 00026")


@pytest.mark.django_db(transaction=True)
def test_the_number_is_answered_beside_its_box_and_nothing_else_travels(new_page):
    user = UserFactory()
    structure = StructureFactory(responsable=user)
    page = new_page(user, width=375)
    page.goto(reverse("projects:structure_edit", args=[structure.cle]))
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[2]))
    box, answer = page.get_by_label("Numéro SIRET"), page.locator("#div_id_siret").get_by_role("status")
    for typed, said in (
        ("812 231 132 00027", "vérifiez les chiffres"),
        ("812 231 132 00026", "Numéro juste."),
        ("", ""),
    ):
        box.fill(typed)
        box.press("Tab")
        expect(answer).to_contain_text(said) if said else expect(answer).to_be_empty()
    assert asked == ["siret=812+231+132+00027", "siret=812+231+132+00026", "siret="]


# --- Invitations ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_invitation_is_taken_up_by_its_address_alone(client):
    responsable = UserFactory()
    structure = StructureFactory(responsable=responsable)
    client.force_login(responsable)
    client.post(
        reverse("projects:structure_invite", args=[structure.cle]),
        {"email": "Nina@Exemple.example", "is_responsable": "on"},
    )
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.is_responsable, invitation.by) == ("nina@exemple.example", True, responsable)
    mail = Courriel.objects.get()
    link = re.search(r"http://testserver(/invitations/\S+)", lue(mail))[1]
    assert (mail.destinataire, link) == ("nina@exemple.example", f"/invitations/{invitation.jeton}/")

    client.force_login(UserFactory(email="autre@exemple.example"))
    assert "une autre adresse" in client.get(link).text
    client.post(link)
    assert Membre.objects.filter(structure=structure).count() == 1

    nina = UserFactory(email="nina@exemple.example")
    client.force_login(nina)
    assert client.get(link).status_code == 200
    assert Membre.objects.filter(structure=structure).count() == 1
    assert client.post(link).headers["Location"] == reverse("projects:structure_detail", args=[structure.cle])
    assert list(Membre.objects.filter(user=nina).values_list("structure", "is_responsable")) == [(structure.pk, True)]
    client.post(link)
    assert "a déjà servi" in client.get(link).text
    assert Membre.objects.filter(user=nina).count() == 1


@pytest.mark.django_db
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client):
    invitation = InvitationFactory()
    link = reverse("projects:invitation_accept", args=[invitation.jeton])
    page = client.get(link).text
    assert f"?next=/liens/invitation/{invitation.graine}/" in page
    client.post(link)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_closed_door_says_so(client, state):
    user = UserFactory()
    now = timezone.now()
    fields = {"revoked_at": now} if state == "revoked" else {"created_at": now - timedelta(days=30)}
    invitation = InvitationFactory(email=user.email, **fields)
    client.force_login(user)
    link = reverse("projects:invitation_accept", args=[invitation.jeton])
    client.post(link)
    assert not Membre.objects.exists()
    assert {"revoked": "a été retirée", "expired": "n’est plus valable"}[state] in client.get(link).text


@pytest.mark.django_db
def test_an_address_is_invited_once_and_again_after_a_withdrawal():
    responsable = UserFactory()
    structure = StructureFactory(responsable=responsable)
    first = invite(structure, email="nina@exemple.example", by=responsable)
    with pytest.raises(ValidationError):
        invite(structure, email="NINA@exemple.example", by=responsable)
    revoke_invitation(first, by=responsable)
    invite(structure, email="nina@exemple.example", by=responsable)
    assert Courriel.objects.count() == 2
    with pytest.raises(ValidationError):
        invite(structure, email=responsable.email, by=responsable)
    with pytest.raises(PermissionDenied):
        invite(structure, email="x@exemple.example", by=UserFactory())


# --- Departures -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_last_responsable_stays():
    first, second = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=first)
    mine = MembreFactory(structure=structure, user=second)
    last = structure.membres.get(user=first)
    with pytest.raises(ValidationError):
        end_membership(last, by=first)
    with pytest.raises(ValidationError):
        change_responsibility(last, is_responsable=False, by=first)
    change_responsibility(mine, is_responsable=True, by=first)
    change_responsibility(last, is_responsable=False, by=fresh(second))
    end_membership(last, by=fresh(second))
    yesterday = timezone.localdate() - timedelta(days=1)
    assert list(structure.membres.order_by("pk").values_list("user", "is_responsable", "au")) == [
        (first.pk, False, yesterday),
        (second.pk, True, None),
    ]


@pytest.mark.django_db
def test_who_leaves_sees_nothing_from_now_on(client):
    responsable, leaver = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable, membre=leaver)
    dossier = DossierFactory(structure=structure)
    client.force_login(leaver)
    address = reverse("projects:dossier_detail", args=[dossier.cle])
    assert client.get(address).status_code == 200
    client.post(reverse("projects:membre_end", args=[structure.cle, leaver.cle]))
    assert client.get(address).status_code == 404
    assert client.get(reverse("projects:structure_detail", args=[structure.cle])).status_code == 404


@pytest.mark.django_db
def test_a_membre_does_not_send_another_away(client):
    responsable, membre = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable, membre=membre)
    client.force_login(membre)
    assert client.post(reverse("projects:membre_end", args=[structure.cle, responsable.cle])).status_code == 403
    assert client.post(reverse("projects:membre_responsable", args=[structure.cle, membre.cle])).status_code == 403
    assert client.get(reverse("projects:structure_edit", args=[structure.cle])).status_code == 403


@pytest.mark.django_db
def test_editing_the_structure_warns_the_drafts_that_show_it(client):
    responsable = UserFactory()
    structure = StructureFactory(responsable=responsable)
    dossier = DossierFactory(structure=structure)
    client.force_login(responsable)
    values = {name: getattr(structure, name) for name in ("nom", "type", "adresse", "code_postal", "ville")}
    address = reverse("projects:structure_edit", args=[structure.cle])
    refused = client.post(address, values | {"siret": "812 231 132 00025", "rna": "W12"})
    assert "vérifiez les chiffres saisis" in refused.text
    assert "812 231 132 00025" in refused.text
    client.post(address, values | {"siret": "812 231 132 00026", "rna": "w941234567"})
    assert Structure.objects.values_list("siret", "rna").get() == ("81223113200026", "W941234567")
    assert dossier.ecrit.redactions.values_list("section", "version", "by").get() == (
        Section.STRUCTURE,
        1,
        responsable.pk,
    )
