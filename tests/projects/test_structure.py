"""Structures: created, joined by invitation, handed over, never left without a responsable."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from label.models import Courriel, User
from projects.actions.structure import (
    ask_to_join,
    change_responsibility,
    create_structure,
    end_membership,
    find_structure,
    invite,
    revoke_invitation,
)
from projects.enums import Section
from projects.models import Invitation, Membre, Structure
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, InvitationFactory, MembreFactory, StructureFactory


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


@pytest.mark.django_db
def test_asking_to_join_writes_to_the_responsables_once_a_day():
    responsable, asker = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=responsable, membre=UserFactory())
    ask_to_join(structure, by=asker)
    ask_to_join(structure, by=asker)
    mail = Courriel.objects.get()
    assert (mail.cle_notification, mail.destinataire) == ("demande_adhesion", responsable.email)
    assert asker.get_full_name() in mail.sujet
    assert asker.email in mail.texte
    with pytest.raises(ValidationError):
        ask_to_join(structure, by=responsable)


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
    link = re.search(r"http://testserver(/invitations/\S+)", mail.texte)[1]
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
    assert f"?next={link}" in page
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
    assert dossier.redactions.values_list("section", "version", "by").get() == (Section.STRUCTURE, 1, responsable.pk)
