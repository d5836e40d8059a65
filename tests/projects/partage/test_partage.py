"""The people of a dossier: invited to read, comment or write it, mandated to deposit it; a structure handed over."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from ecriture.discussion.actions import add_comment
from label.liens.queries import find_lien
from label.models import Courriel, User
from label.notifications import registry
from projects.enums import Droit, Section, Statut
from projects.models import Dossier, Mandat, Membre, Partage
from projects.partage.actions import (
    accept_partage,
    change_droit,
    decline_partage,
    end_partage,
    give_mandat,
    invite_to_dossier,
    remind_partages,
    revoke_mandat,
)
from projects.partage.queries import personnes_du_dossier
from projects.structure.actions import end_membership
from projects.structure.responsabilite import hand_over
from projects.tasks import remind_partages as remind_task
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.depot import EN_TEMPS, complete_dossier, deposit, join_piece
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, MembreFactory, StructureFactory
from tests.lettres import lue

PERMS = ("view", "comment", "change", "share", "mandate", "submit", "read_comment_agents")


def fresh(user):
    """The same person on another request: what the rules read once is read again."""
    return User.objects.get(pk=user.pk)


def held(user, dossier):
    user = fresh(user)
    names = {name: f"projects.{name}_dossier" for name in PERMS} | {
        "read_comment_agents": "projects.read_comment_agents"
    }
    return [name for name in PERMS if user.has_perm(names[name], dossier)]


@pytest.fixture
def porteur(db):
    return UserFactory(email="porteur@exemple.example")


@pytest.fixture
def dossier(porteur):
    return DossierFactory(porteur=porteur)


def let_in(dossier, droit, *, by, user=None):
    """A person invited, who has accepted: (User, Partage)."""
    user = user or UserFactory()
    partage = invite_to_dossier(dossier, email=user.email, droit=droit, by=fresh(by))
    return user, accept_partage(partage, by=user)


# --- Entering ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_invitation_is_sent_accepted_and_opens_one_dossier(client, dossier, porteur):
    other = DossierFactory(structure=dossier.structure)
    client.force_login(porteur)
    create = reverse("projects:partage_create", args=[dossier.cle])
    answer = client.post(create, {"email": "Nina@Exemple.example", "droit": "ecriture"})
    assert answer["Location"] == reverse("projects:personne_list", args=[dossier.cle])
    partage = Partage.objects.get()
    assert (partage.email, partage.droit, partage.by, partage.user) == (
        "nina@exemple.example",
        Droit.ECRITURE,
        porteur,
        None,
    )
    assert partage.expire_at - partage.created_at == timedelta(days=30)
    mail = Courriel.objects.get()
    link = re.search(r"http://testserver(/partages/\S+)", lue(mail))[1]
    jeton = link.split("/")[2]
    assert (mail.destinataire, mail.is_sensible) == ("nina@exemple.example", True)
    assert jeton not in str(Partage.objects.values().get())
    assert find_lien(Partage.objects, jeton) == partage
    assert find_lien(Partage.objects, jeton[:-1] + "!") is None

    client.logout()
    assert f"?next=/liens/partage/{partage.graine}/" in client.get(link).text
    client.force_login(UserFactory(email="autre@exemple.example"))
    assert "une autre adresse" in client.get(link).text
    client.post(link, {"reponse": "oui"})
    assert Partage.objects.current().count() == 0

    nina = UserFactory(email="nina@exemple.example")
    client.force_login(nina)
    home = reverse("projects:dossier_detail", args=[dossier.cle])
    assert client.get(home).status_code == 404
    client.get(link)
    assert Partage.objects.current().count() == 0
    assert client.post(link, {"reponse": "oui"})["Location"] == home
    partage.refresh_from_db()
    assert (partage.user, partage.accepted_at is None) == (nina, False)
    assert client.get(home).status_code == 200
    assert client.get(link)["Location"] == home
    assert client.get(reverse("projects:dossier_detail", args=[other.cle])).status_code == 404
    assert client.get(reverse("projects:structure_detail", args=[dossier.structure.cle])).status_code == 404
    assert list(Dossier.objects.visible_to(nina)) == [dossier]
    assert list(client.get(reverse("projects:dossier_list")).context["page_obj"]) == [dossier]


@pytest.mark.django_db
def test_what_each_right_lets_do(dossier, porteur):
    people = {droit: let_in(dossier, droit, by=porteur)[0] for droit in Droit}
    assert {droit.value: held(user, dossier) for droit, user in people.items()} == {
        "lecture": ["view"],
        "commentaire": ["view", "comment"],
        "ecriture": ["view", "comment", "change"],
    }
    with pytest.raises(PermissionDenied):
        add_comment(dossier, Section.PROJET, by=fresh(people[Droit.LECTURE]), texte="Bonjour.")
    with pytest.raises(PermissionDenied):
        invite_to_dossier(dossier, email="x@exemple.example", droit=Droit.LECTURE, by=fresh(people[Droit.ECRITURE]))
    depose = DossierFactory(depose=True, structure=dossier.structure)
    writer, _ = let_in(depose, Droit.ECRITURE, by=porteur)
    assert held(writer, depose) == ["view", "comment"]


@pytest.mark.django_db
def test_an_agent_of_the_ept_does_not_enter_by_an_invitation(dossier, porteur):
    agent = UserFactory(instructeur=True)
    partage = invite_to_dossier(dossier, email=agent.email, droit=Droit.ECRITURE, by=porteur)
    with pytest.raises(ValidationError, match="comme agent de l’EPT"):
        accept_partage(partage, by=agent)
    # Nor does who became one since.
    Partage.objects.filter(pk=partage.pk).update(user=agent, accepted_at=timezone.now())
    assert held(agent, dossier) == ["view", "comment", "read_comment_agents"]


@pytest.mark.django_db
def test_the_chefs_and_the_structure_are_there_by_right(dossier, porteur):
    chef = AffectationFactory(contrat=dossier.contrat).user
    for email in (porteur.email.upper(), chef.email):
        with pytest.raises(ValidationError, match="écrit déjà ce dossier"):
            invite_to_dossier(dossier, email=email, droit=Droit.LECTURE, by=porteur)
    partage = invite_to_dossier(dossier, email="nina@exemple.example", droit=Droit.LECTURE, by=chef)
    with pytest.raises(ValidationError, match="déjà invitée"):
        invite_to_dossier(dossier, email="NINA@exemple.example", droit=Droit.ECRITURE, by=porteur)
    assert list(Partage.objects.pending()) == [partage]
    with pytest.raises(PermissionDenied):
        invite_to_dossier(dossier, email="x@exemple.example", droit=Droit.LECTURE, by=UserFactory(pilote=True))


@pytest.mark.django_db
def test_the_chef_of_another_contrat_concerned_reads_and_comments(porteur):
    lead, other = ContratFactory(), ContratFactory()
    dossier = DossierFactory(contrat=lead, quartiers=[QuartierFactory(contrats=[lead, other])], porteur=porteur)
    chef, ancien, stranger = (AffectationFactory(contrat=other).user for _ in range(3))
    ancien.affectations.update(au="2021-01-01", du="2020-01-01")
    stranger.affectations.update(contrat=ContratFactory())
    assert held(chef, dossier) == ["view", "comment"]
    assert held(ancien, dossier) == held(stranger, dossier) == []
    add_comment(dossier, Section.PROJET, by=fresh(chef), texte="Nous connaissons ce quartier.")
    dossier.quartiers.set([QuartierFactory(contrats=[lead])])
    assert held(chef, dossier) == []
    let_in(dossier, Droit.ECRITURE, by=porteur, user=chef)
    assert held(chef, dossier) == ["view", "comment", "change"]


@pytest.mark.django_db
def test_a_new_member_sees_the_dossiers_already_there(client, porteur):
    structure = StructureFactory(responsable=porteur)
    there = {DossierFactory(structure=structure), DossierFactory(structure=structure, depose=True)}
    DossierFactory()
    newcomer = UserFactory()
    assert set(Dossier.objects.visible_to(newcomer)) == set()
    MembreFactory(structure=structure, user=newcomer)
    newcomer = fresh(newcomer)
    assert set(Dossier.objects.visible_to(newcomer)) == there
    client.force_login(newcomer)
    assert set(client.get(reverse("projects:dossier_list")).context["page_obj"]) == there


@pytest.mark.django_db
def test_the_dashboard_shows_what_was_shared(client, dossier, porteur):
    nina, _ = let_in(dossier, Droit.COMMENTAIRE, by=porteur)
    client.force_login(nina)
    page = client.get(reverse("label:tableau")).text
    assert ("Partagés avec vous" in page, dossier.titre in page, "lire et commenter" in page) == (True, True, True)
    client.force_login(porteur)
    assert "Partagés avec vous" not in client.get(reverse("label:tableau")).text


# --- Nobody is pestered -----------------------------------------------------------------------


@pytest.mark.django_db
def test_who_has_not_accepted_receives_an_invitation_and_one_reminder(dossier, porteur):
    now = timezone.now()
    start = now - timedelta(days=8)
    invite_to_dossier(dossier, email="nina@exemple.example", droit=Droit.ECRITURE, by=porteur, at=start)
    accepted = invite_to_dossier(dossier, email="a@exemple.example", droit=Droit.LECTURE, by=porteur, at=start)
    accept_partage(accepted, by=UserFactory(email="a@exemple.example"))
    gone = invite_to_dossier(dossier, email="b@exemple.example", droit=Droit.LECTURE, by=porteur, at=start)
    decline_partage(gone)
    invite_to_dossier(dossier, email="c@exemple.example", droit=Droit.LECTURE, by=porteur, at=now)
    assert remind_partages(start + timedelta(days=6, hours=23)) == 0
    assert remind_partages(now) == 1
    remind_task()
    assert remind_partages(now + timedelta(days=1)) == 0
    sent = Courriel.objects.filter(cle_notification="partage_relance")
    assert list(sent.values_list("destinataire", "is_sensible")) == [("nina@exemple.example", True)]
    partage = Partage.objects.get(email="nina@exemple.example")
    assert (partage.relance_at, f"/partages/{partage.jeton}/" in lue(sent.get())) == (now, True)

    # Whatever else happens in the dossier is not written to them.
    add_comment(dossier, Section.PROJET, by=porteur, texte="Bonjour à tous.")
    told = set()
    for key, notification in registry.items():
        try:
            recipients = list(notification.recipients(dossier, {"par": None}))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue  # about another kind of object
        told.add(key)
        assert "nina@exemple.example" not in [getattr(person, "email", person) for person in recipients], key
    assert {"idee_acceptee", "echeance_depot", "visa_donne", "abandonne", "caduc"} <= told
    assert set(
        Courriel.objects.filter(destinataire="nina@exemple.example").values_list("cle_notification", flat=True)
    ) == {"partage_invitation", "partage_relance"}


@pytest.mark.django_db
def test_a_silent_address_is_not_invited_again_before_its_invitation_runs_out(dossier, porteur):
    now = timezone.now()
    before = now - timedelta(days=20)
    invite = {"email": "nina@exemple.example", "droit": Droit.LECTURE, "by": porteur}
    end_partage(invite_to_dossier(dossier, **invite, at=before), by=porteur)
    with pytest.raises(ValidationError, match="une autre pourra partir à compter du"):
        invite_to_dossier(dossier, **invite, at=now)
    assert remind_partages(now) == 0
    later = before + timedelta(days=30)
    again = invite_to_dossier(dossier, **invite, at=later)
    with pytest.raises(ValidationError, match="déjà invitée"):
        invite_to_dossier(dossier, **invite, at=later)
    # One that ran out by itself makes way too.
    last = invite_to_dossier(dossier, **invite, at=again.expire_at)
    assert list(Partage.objects.filter(ended_at=None)) == [last]
    assert Courriel.objects.count() == 3


@pytest.mark.django_db
def test_a_dossier_does_not_send_invitations_without_end(dossier, porteur):
    now = timezone.now()
    Partage.objects.bulk_create(
        Partage(
            dossier=dossier,
            email=f"p{rank}@exemple.example",
            jeton_sha256=str(rank),
            by=porteur,
            created_at=now,
            expire_at=now + timedelta(days=30),
        )
        for rank in range(20)
    )
    with pytest.raises(ValidationError, match="20 invitations attendent"):
        invite_to_dossier(dossier, email="p20@exemple.example", droit=Droit.LECTURE, by=porteur)


@pytest.mark.django_db
def test_the_link_declines_without_an_account_and_then_opens_nothing(client, dossier, porteur):
    partage = invite_to_dossier(dossier, email="nina@exemple.example", droit=Droit.LECTURE, by=porteur)
    link = reverse("projects:partage_accept", args=[partage.jeton])
    client.post(link, {"reponse": "non"})
    partage.refresh_from_db()
    assert (partage.ended_at is None, partage.ended_by, partage.user) == (False, None, None)
    client.force_login(UserFactory(email="nina@exemple.example"))
    client.post(link, {"reponse": "oui"})
    assert "a été retirée" in client.get(link).text
    assert not Partage.objects.current().exists()
    with pytest.raises(ValidationError):
        decline_partage(partage)


@pytest.mark.django_db
def test_a_link_runs_out(dossier, porteur):
    nina = UserFactory(email="nina@exemple.example")
    then = timezone.now() - timedelta(days=30)
    partage = invite_to_dossier(dossier, email=nina.email, droit=Droit.LECTURE, by=porteur, at=then)
    with pytest.raises(ValidationError, match="n’est plus valable"):
        accept_partage(partage, by=nina)


# --- Changing and leaving ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_right_is_changed_and_taken_back_at_once(client, dossier, porteur):
    nina, partage = let_in(dossier, Droit.LECTURE, by=porteur)
    client.force_login(porteur)
    client.post(reverse("projects:partage_edit", args=[dossier.cle, partage.pk]), {"droit": "ecriture"})
    assert held(nina, dossier) == ["view", "comment", "change"]
    client.post(reverse("projects:partage_end", args=[dossier.cle, partage.pk]))
    assert held(nina, dossier) == []
    partage.refresh_from_db()
    assert (partage.ended_at is None, partage.ended_by) == (False, porteur)
    assert client.get(reverse("projects:partage_edit", args=[dossier.cle, partage.pk])).status_code == 404
    with pytest.raises(ValidationError):
        change_droit(partage, droit=Droit.LECTURE, by=porteur)
    droits = Partage.pgh_event_model.objects.filter(pgh_obj=partage).order_by("pgh_id").values_list("droit", flat=True)
    assert list(droits) == ["lecture", "lecture", "ecriture", "ecriture"]


@pytest.mark.django_db
def test_a_guest_leaves_by_themselves_and_touches_nobody_else(client, dossier, porteur):
    nina, mine = let_in(dossier, Droit.ECRITURE, by=porteur)
    _, other = let_in(dossier, Droit.ECRITURE, by=porteur)
    client.force_login(nina)
    for name in ("partage_edit", "partage_end"):
        url = reverse(f"projects:{name}", args=[dossier.cle, other.pk])
        assert (client.get(url).status_code, client.post(url, {"droit": "lecture"}).status_code) == (403, 403)
    url = reverse("projects:partage_end", args=[dossier.cle, mine.pk])
    assert "Quitter ce dossier" in client.get(url).text
    assert client.post(url)["Location"] == reverse("label:tableau")
    mine.refresh_from_db()
    assert mine.ended_by == nina
    assert list(Partage.objects.current()) == [other]
    # Having left, the person may be invited again: they had accepted.
    invite_to_dossier(dossier, email=nina.email, droit=Droit.LECTURE, by=porteur)


# --- The mandate ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_member_mandated_deposits_in_the_name_of_the_structure(client):
    dossier = complete_dossier()
    porteur = dossier.responsable
    membre = MembreFactory(structure=dossier.structure).user
    with pytest.raises(PermissionDenied):
        deposit(dossier, by=fresh(membre), at=EN_TEMPS)
    client.force_login(porteur)
    url = reverse("projects:mandat_edit", args=[dossier.cle, membre.cle])
    assert "engager ainsi la structure" in client.get(url).text
    client.post(url, {"acte": "donner"})
    mandat = Mandat.objects.get()
    assert (mandat.user, mandat.by, mandat.revoked_at) == (membre, porteur, None)
    assert list(Courriel.objects.values_list("cle_notification", "destinataire")) == [("mandat_donne", membre.email)]
    assert held(membre, dossier) == ["view", "comment", "change", "share", "submit"]
    depot = deposit(dossier, by=fresh(membre), pouvoir=join_piece(dossier).cle, at=EN_TEMPS)
    assert (depot.by, Dossier.objects.get(pk=dossier.pk).statut) == (membre, Statut.DEPOSE)


@pytest.mark.django_db
def test_a_guest_who_writes_may_be_mandated_and_loses_it_with_the_pen(dossier, porteur):
    reader, _ = let_in(dossier, Droit.COMMENTAIRE, by=porteur)
    with pytest.raises(ValidationError, match="Seule une personne qui écrit"):
        give_mandat(dossier, reader, by=porteur)
    with pytest.raises(ValidationError, match="peut déjà déposer"):
        give_mandat(dossier, porteur, by=porteur)
    writer, partage = let_in(dossier, Droit.ECRITURE, by=porteur)
    give_mandat(dossier, writer, by=porteur)
    assert held(writer, dossier) == ["view", "comment", "change", "submit"]
    with pytest.raises(ValidationError, match="déjà mandatée"):
        give_mandat(dossier, writer, by=porteur)
    change_droit(partage, droit=Droit.LECTURE, by=porteur)
    change_droit(partage, droit=Droit.ECRITURE, by=porteur)
    assert held(writer, dossier) == ["view", "comment", "change"]
    assert list(Mandat.objects.values_list("user", "revoked_by")) == [(writer.pk, porteur.pk)]


@pytest.mark.django_db
def test_a_mandate_is_given_by_a_responsable_taken_back_or_given_up(dossier, porteur):
    membre = MembreFactory(structure=dossier.structure).user
    chef = AffectationFactory(contrat=dossier.contrat).user
    for person in (membre, chef, UserFactory(pilote=True)):
        with pytest.raises(PermissionDenied):
            give_mandat(dossier, membre, by=person)
    first = give_mandat(dossier, membre, by=porteur)
    with pytest.raises(PermissionDenied):
        revoke_mandat(first, by=chef)
    revoke_mandat(first, by=porteur)
    with pytest.raises(ValidationError):
        revoke_mandat(first, by=porteur)
    revoke_mandat(give_mandat(dossier, membre, by=porteur), by=fresh(membre))
    assert list(Mandat.objects.values_list("revoked_by", flat=True)) == [porteur.pk, membre.pk]
    assert "submit" not in held(membre, dossier)
    with pytest.raises(ValidationError, match="plus à déposer"):
        give_mandat(DossierFactory(depose=True, structure=dossier.structure), membre, by=porteur)


@pytest.mark.django_db
def test_leaving_the_structure_ends_the_mandates(dossier, porteur):
    membre = MembreFactory(structure=dossier.structure)
    give_mandat(dossier, membre.user, by=porteur)
    end_membership(membre, by=porteur)
    MembreFactory(structure=dossier.structure, user=membre.user, du=timezone.localdate())
    assert not Mandat.objects.current().exists()
    assert "submit" not in held(membre.user, dossier)


# --- The president leaves ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_president_hands_over_and_leaves(client):
    first, second = UserFactory(), UserFactory(prenom="Nina", nom="Roy")
    structure = StructureFactory(responsable=first, membre=second)
    dossier = DossierFactory(structure=structure)
    client.force_login(first)
    url = reverse("projects:structure_transmettre", args=[structure.cle])
    page = client.get(url).text
    assert ("Motif" in page, "Nina Roy" in page) == (False, True)
    entrant = structure.membres.get(user=second)
    answer = client.post(url, {"entrant": entrant.pk, "depart": "on"})
    assert answer["Location"] == reverse("label:tableau")
    current = Membre.objects.current().filter(structure=structure)
    assert list(current.values_list("user", "is_responsable")) == [(second.pk, True)]
    assert (held(first, dossier), "submit" in held(second, dossier)) == ([], True)
    assert list(Courriel.objects.values_list("cle_notification", "destinataire")) == [
        ("responsabilite_transmise", second.email)
    ]


@pytest.mark.django_db
def test_the_pilote_repairs_with_a_reason(client):
    first, second = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=first, membre=second)
    sortant, entrant = structure.membres.get(user=first), structure.membres.get(user=second)
    client.force_login(UserFactory(pilote=True))
    url = reverse("projects:structure_transmettre", args=[structure.cle])
    body = {"sortant": sortant.pk, "entrant": entrant.pk}
    assert "obligatoire" in client.post(url, body).text
    client.post(url, body | {"motif": "Élection du nouveau bureau."})
    assert list(structure.membres.order_by("pk").values_list("user", "is_responsable")) == [
        (first.pk, False),
        (second.pk, True),
    ]
    mails = Courriel.objects.order_by("pk")
    assert {mail.destinataire for mail in mails} == {first.email, second.email}
    assert all("Élection du nouveau bureau." in mail.texte for mail in mails)
    event = Membre.pgh_event_model.objects.filter(pgh_obj=entrant).order_by("-pgh_id").first()
    assert event.pgh_context.metadata["motif"] == "Élection du nouveau bureau."


@pytest.mark.django_db
def test_nobody_else_hands_a_structure_over(client):
    first, second = UserFactory(), UserFactory()
    structure = StructureFactory(responsable=first, membre=second)
    sortant, entrant = structure.membres.get(user=first), structure.membres.get(user=second)
    acts = {"sortant": sortant, "entrant": entrant, "motif": "Parce que."}
    for person in (second, UserFactory(instructeur=True), UserFactory()):
        with pytest.raises(PermissionDenied):
            hand_over(structure, **acts, by=person)
    stranger = MembreFactory().user.adhesions.get()
    for bad in (acts | {"entrant": sortant}, acts | {"entrant": stranger}, acts | {"sortant": entrant}):
        with pytest.raises(ValidationError):
            hand_over(structure, **bad, by=first)
    with pytest.raises(ValidationError, match="dites laquelle"):
        hand_over(structure, **acts | {"sortant": None}, by=UserFactory(pilote=True))
    Membre.objects.filter(pk=sortant.pk).update(is_responsable=False)
    hand_over(structure, **acts | {"sortant": None}, by=UserFactory(pilote=True))
    assert list(structure.membres.filter(is_responsable=True)) == [entrant]


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_says_who_does_what_and_why(client, porteur):
    lead, other = ContratFactory(nom="Contrat d’Ivry"), ContratFactory(nom="Contrat de Vitry")
    dossier = DossierFactory(
        contrat=lead, quartiers=[QuartierFactory(contrats=[lead, other])], porteur=porteur, chef=UserFactory(nom="B")
    )
    AffectationFactory(contrat=other, user=UserFactory(nom="C"))
    membre = MembreFactory(structure=dossier.structure).user
    give_mandat(dossier, membre, by=porteur)
    reader, _ = let_in(dossier, Droit.LECTURE, by=porteur)
    let_in(dossier, Droit.ECRITURE, by=porteur)
    invite_to_dossier(dossier, email="attend@exemple.example", droit=Droit.COMMENTAIRE, by=porteur)
    nom = porteur.get_full_name()
    lines = [(line.droit, line.raison, line.depose) for line in personnes_du_dossier(dossier, porteur)]
    ecrit, commente = "Lit, commente et écrit", "Lit et commente"
    assert lines == [
        (ecrit, "Responsable de la structure", "Dépose, comme responsable"),
        (ecrit, "Membre de la structure", f"Dépose, sur mandat de {nom}"),
        (ecrit, "Chef de projet, Contrat d’Ivry", ""),
        (ecrit, f"Personne invitée par {nom}", ""),
        (commente, "Chef de projet d’un autre contrat concerné, Contrat de Vitry", ""),
        ("Lit", f"Personne invitée par {nom}", ""),
    ]
    url = reverse("projects:personne_list", args=[dossier.cle])
    client.force_login(porteur)
    page = client.get(url).text
    assert ("attend@exemple.example" in page, membre.email in page) == (True, True)
    client.force_login(reader)
    page = client.get(url).text
    assert ("attend@exemple.example" in page, membre.email in page) == (False, False)
    assert client.get(reverse("projects:partage_create", args=[dossier.cle])).status_code == 403


@pytest.mark.django_db
def test_the_page_costs_the_same_for_one_guest_or_ten(client, dossier, porteur, django_assert_max_num_queries):
    client.force_login(porteur)
    url = reverse("projects:personne_list", args=[dossier.cle])
    let_in(dossier, Droit.LECTURE, by=porteur)
    with django_assert_max_num_queries(30) as one:
        client.get(url)
    for droit in (*Droit, *Droit, *Droit):
        let_in(dossier, droit, by=porteur)
        MembreFactory(structure=dossier.structure)
    with django_assert_max_num_queries(30) as ten:
        client.get(url)
    assert len(one) == len(ten)
