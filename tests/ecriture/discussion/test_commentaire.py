"""Comments: who reads them, on what, to whom they are told, and how often."""

import gzip
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ecriture.discussion.actions import add_comment, resolve_comment, send_digests
from ecriture.discussion.queries import names_by_group
from ecriture.enums import Visibilite
from ecriture.models import Annonce, Commentaire
from instruction.models import Instruction
from label.models import Courriel
from label.tasks import sweep_courriels
from projects.dossier.lecteurs import readers
from projects.enums import Section
from projects.models import BudgetLigne, Membre, Partage
from projects.tasks import send_digests as send_digests_task
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.depot import deposited_dossier
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import CommentaireFactory, DossierFactory, MembreFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
APRES = timedelta(minutes=10)
HEURE = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time(request):
    """The clock of the test, stopped; a browser keeps its own."""
    if "new_page" in request.fixturenames:
        yield
        return
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef, titre="La halle"), porteur, chef


def page_of(dossier, section=Section.PROJET):
    return reverse("projects:section_edit", args=[dossier.cle, section])


def box_of(dossier, section=Section.PROJET):
    return reverse("projects:commentaire_create", args=[dossier.cle, section])


def say(dossier, by, texte="Combien de familles ?", section=Section.PROJET, **values):
    return add_comment(dossier, section, by=by, texte=texte, **values)


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def mailed():
    """What is owed since the beginning, oldest first: (address, subject)."""
    rows = Courriel.objects.filter(cle_notification="commentaires").order_by("pk")
    return [(row.destinataire, plain(row.sujet)) for row in rows]


# --- Who reads --------------------------------------------------------------------------------


@pytest.fixture
def cast(duo):
    """{name: user}: everybody who may or may not read the draft, for each reason there is."""
    dossier, porteur, chef = duo
    voisin = ContratFactory()
    dossier.quartiers.add(QuartierFactory(contrats=[voisin]))
    people = {"porteur": porteur, "chef": chef} | {
        name: UserFactory(prenom=name.capitalize(), nom="Test", pilote=name in {"pilote", "pilote membre"})
        for name in (
            "parti", "inactif", "voisin", "ailleurs", "pilote", "pilote membre", "invitée", "attendue", "sortie", "rien"
        )
    }  # fmt: skip
    people["instructrice"] = UserFactory(prenom="Inès", nom="Morvan", instructeur=True)
    MembreFactory(structure=dossier.structure, user=people["parti"], au=date(2027, 3, 9))
    MembreFactory(structure=dossier.structure, user=people["pilote membre"])
    MembreFactory(structure=dossier.structure, user=people["inactif"])
    AffectationFactory(contrat=voisin, user=people["voisin"])
    AffectationFactory(user=people["ailleurs"])
    people["inactif"].is_active = False
    people["inactif"].save()
    for name, values in {
        "invitée": {"user": people["invitée"], "accepted_at": EN_TEMPS},
        "attendue": {},
        "sortie": {"user": people["sortie"], "accepted_at": EN_TEMPS, "ended_at": EN_TEMPS},
    }.items():
        Partage.objects.create(
            dossier=dossier,
            email=people[name].email,
            jeton_sha256=f"{people[name].pk:064}",
            by=porteur,
            created_at=EN_TEMPS,
            expire_at=EN_TEMPS + timedelta(days=30),
            **values,
        )
    return people


def test_the_names_shown_are_those_who_may_read(duo, cast):
    """The names above the box and the rules of permission say the same of everybody."""
    dossier, _, _ = duo
    found = {lecteur.user: lecteur.reserve for lecteur in readers(dossier)}
    active = {name: user for name, user in cast.items() if user.is_active}
    assert {name for name, user in active.items() if user in found} == {
        name for name, user in active.items() if user.has_perm("projects.view_dossier", dossier)
    }
    assert {name for name, user in active.items() if found.get(user)} == {
        name for name, user in active.items() if user.has_perm("projects.read_comment_agents", dossier)
    }
    assert cast["inactif"] not in found
    assert {user.get_full_name() for user in found} == {
        "Awa Diarra", "Luc Fontanel", "Voisin Test", "Pilote Test", "Pilote membre Test", "Invitée Test", "Inès Morvan"
    }  # fmt: skip


def test_the_page_says_who_will_read(client, duo, cast):
    dossier, porteur, chef = duo
    lecteurs = readers(dossier)
    assert names_by_group(lecteurs, Visibilite.CO_AUTEURS) == [
        ("La structure", "Awa Diarra, Pilote membre Test"),
        ("Personnes invitées", "Invitée Test"),
        ("Chef de projet", "Luc Fontanel"),
        ("Chefs de projet des autres contrats concernés", "Voisin Test"),
        ("L’EPT", "Inès Morvan, Pilote Test"),
    ]
    assert names_by_group(lecteurs, Visibilite.AGENTS) == [
        ("Chef de projet", "Luc Fontanel"),
        ("L’EPT", "Inès Morvan, Pilote Test"),
    ]
    client.force_login(porteur)
    mine = plain(client.get(page_of(dossier)).text)
    assert "La structure : Awa Diarra, Pilote membre Test" in mine
    assert "Qui le lira" not in mine
    client.force_login(chef)
    his = plain(client.get(page_of(dossier)).text)
    assert his.count("L’EPT : Inès Morvan, Pilote Test") == 2
    assert "Qui le lira" in his


# --- Say, answer, settle ----------------------------------------------------------------------


def test_a_comment_is_answered_settled_and_opened_again(client, duo):
    dossier, porteur, chef = duo
    client.force_login(chef)
    client.post(box_of(dossier), {"c-texte": "Combien de familles ?", "c-visibilite": "co_auteurs"})
    comment = Commentaire.objects.get()
    client.force_login(porteur)
    assert "Combien de familles ?" in client.get(page_of(dossier)).text
    answered = client.post(box_of(dossier), {"c-texte": "Quarante.", "c-parent": comment.pk})
    assert answered["Location"] == f"{page_of(dossier)}#commentaire-{comment.pk}"
    answer = comment.reponses.get()
    assert (answer.auteur, answer.visibilite, answer.section) == (porteur, Visibilite.CO_AUTEURS, Section.PROJET)
    settle = reverse("projects:commentaire_resolve", args=[dossier.cle, comment.pk])
    client.post(settle, {"regle": "oui"})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (EN_TEMPS, porteur)
    assert "Réglée par Awa Diarra le 10 mars 2027" in plain(client.get(page_of(dossier)).text)
    client.post(settle, {"regle": "non"})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_an_answer_opens_a_settled_discussion_again(duo):
    dossier, porteur, chef = duo
    comment = say(dossier, chef)
    resolve_comment(comment, by=porteur)
    say(dossier, chef, "Une dernière chose.", parent=comment)
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_what_agents_say_to_each_other_stays_among_them(client, duo):
    dossier, porteur, chef = duo
    hidden = say(dossier, chef, "Entre nous.", visibilite=Visibilite.AGENTS)
    client.force_login(porteur)
    assert "Entre nous." not in client.get(page_of(dossier)).text
    resolve = reverse("projects:commentaire_resolve", args=[dossier.cle, hidden.pk])
    assert client.post(resolve, {"regle": "oui"}).status_code == 404
    for refused in (
        lambda: say(dossier, porteur, "Ah ?", parent=hidden),
        lambda: say(dossier, porteur, "Caché", visibilite=Visibilite.AGENTS),
        lambda: resolve_comment(hidden, by=porteur),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    client.post(box_of(dossier), {"c-texte": "Caché", "c-visibilite": "agents"})
    assert Commentaire.objects.get(texte="Caché").visibilite == Visibilite.CO_AUTEURS
    answer = say(dossier, UserFactory(instructeur=True), "Vu.", parent=hidden)
    assert answer.visibilite == Visibilite.AGENTS


def test_a_blank_comment_is_refused_on_the_page(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    response = client.post(box_of(dossier, Section.PIECES), {"c-texte": " "})
    assert response.status_code == 422
    assert not Commentaire.objects.exists()


# --- On a field -------------------------------------------------------------------------------


def test_a_comment_names_its_field(client, duo):
    dossier, porteur, chef = duo
    client.force_login(chef)
    asked = client.get(page_of(dossier) + "?champ=besoin").context["comment_form"]
    assert asked["champ"].value() == "besoin"
    client.post(box_of(dossier), {"c-texte": "Chiffrez-le.", "c-champ": "besoin"})
    comment = Commentaire.objects.get()
    assert comment.champ == "besoin"
    client.force_login(porteur)
    assert '<a href="#id_besoin">Besoin et origine</a>' in client.get(page_of(dossier)).text
    assert say(dossier, porteur, "Fait.", parent=comment).champ == "besoin"


def test_a_comment_names_a_line_of_the_budget_of_this_dossier_only(client, duo):
    dossier, _, chef = duo
    line = BudgetLigne.objects.create(dossier=dossier, sens="charge", compte="60", libelle="Outils", montant=300)
    foreign = BudgetLigne.objects.create(dossier=DossierFactory(), sens="charge", compte="60")
    client.force_login(chef)
    page = client.get(f"{page_of(dossier, Section.BUDGET)}?champ=ligne.{line.cle}")
    assert page.context["comment_form"]["champ"].value() == f"ligne.{line.cle}"
    client.post(box_of(dossier, Section.BUDGET), {"c-texte": "Un devis ?", "c-champ": f"ligne.{line.cle}"})
    assert Commentaire.objects.get().champ == f"ligne.{line.cle}"
    assert "Charge : 60 Achats – Outils" in plain(client.get(page_of(dossier, Section.BUDGET)).text)
    for champ in (f"ligne.{foreign.cle}", "ligne.x", "besoin", "statut"):
        refused = client.post(box_of(dossier, Section.BUDGET), {"c-texte": "Et là ?", "c-champ": champ})
        assert refused.status_code == 422
        with pytest.raises(ValidationError, match="Ce champ n’existe pas"):
            say(dossier, chef, section=Section.BUDGET, champ=champ)
    unknown = client.get(page_of(dossier, Section.BUDGET) + "?champ=statut").context["comment_form"]
    assert unknown["champ"].value() is None
    line.delete()
    assert "une ligne retirée depuis" in client.get(page_of(dossier, Section.BUDGET)).text


# --- Mentions ---------------------------------------------------------------------------------


def test_somebody_is_mentioned_from_the_list_or_in_the_text(client, duo, cast):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    chosen = {"c-texte": "Un avis ?", "c-mentions": [cast["invitée"].cle, chef.cle]}
    assert client.post(box_of(dossier), chosen).status_code == 302
    assert {*Commentaire.objects.get().mentions.all()} == {cast["invitée"], chef}
    typed = say(dossier, porteur, "Voyez avec @inès  morvan, @Luc Fontanelle et @Rien Test.")
    assert [*typed.mentions.all()] == [cast["instructrice"]]
    client.force_login(chef)
    assert "À l’attention de <strong>vous</strong>, <strong>Invitée Test</strong>" in client.get(page_of(dossier)).text


def test_who_may_only_read_has_no_box(client, duo, cast):
    dossier, _, chef = duo
    comment = say(dossier, chef)
    client.force_login(cast["invitée"])
    page = client.get(page_of(dossier)).text
    assert ("Combien de familles" in page, "c-texte" in page, "Marquer comme réglée" in page) == (True, False, False)
    assert client.post(box_of(dossier), {"c-texte": "Et moi ?"}).status_code == 403
    with pytest.raises(PermissionDenied):
        resolve_comment(comment, by=cast["invitée"])


def test_nobody_is_called_to_what_they_may_not_read(client, duo, cast):
    dossier, porteur, chef = duo
    client.force_login(chef)
    hidden = {"c-texte": "Entre nous.", "c-visibilite": "agents"}
    for names in ({"c-mentions": [porteur.cle]}, {"c-texte": "Entre nous, sauf @Awa Diarra."}):
        refused = client.post(box_of(dossier), hidden | names)
        assert refused.status_code == 422
        assert "Awa Diarra ne lirait pas ce commentaire, réservé aux agents." in plain(refused.text)
        assert "Entre nous" in refused.text
    refused = client.post(box_of(dossier), {"c-texte": "Bonjour", "c-mentions": [cast["rien"].cle]})
    assert refused.status_code == 422
    assert "Une des personnes choisies ne lit pas ce dossier" in refused.text
    with pytest.raises(ValidationError, match="ne lit pas ce dossier"):
        say(dossier, chef, mentions=[cast["rien"]])
    answered = say(dossier, chef, "Entre nous.", visibilite=Visibilite.AGENTS)
    refused = client.post(box_of(dossier), {"c-texte": "Et @Awa Diarra ?", "c-parent": answered.pk})
    assert (refused.status_code, "Et @Awa Diarra ?" in refused.text) == (422, True)
    assert [*Commentaire.objects.all()] == [answered]


def test_a_remark_of_the_instruction_calls_nobody_who_may_not_read_it(client):
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    dossier = deposited_dossier()
    MembreFactory(structure=dossier.structure, user=porteur)
    client.force_login(UserFactory(instructeur=True))
    post = reverse("instruction:remarque_create", args=[dossier.cle])
    refused = client.post(post, {"texte": "À voir avec @Awa Diarra."})
    assert refused.status_code == 422
    assert "Awa Diarra ne lirait pas ce commentaire" in refused.text
    assert not Commentaire.objects.exists()


# --- Counts and cost --------------------------------------------------------------------------


def test_open_discussions_are_counted_in_the_list_of_sections(client, duo):
    dossier, porteur, chef = duo
    say(dossier, chef, "Un", parent=say(dossier, chef))
    say(dossier, chef, section=Section.BUDGET)
    resolve_comment(say(dossier, porteur, section=Section.BUDGET), by=porteur)
    say(dossier, chef, section=Section.BUDGET, visibilite=Visibilite.AGENTS)

    def counts(user, page):
        client.force_login(user)
        return {part["label"]: n for part in client.get(page).context["sections"] if (n := part["discussions"])}

    detail = reverse("projects:dossier_detail", args=[dossier.cle])
    for page in (page_of(dossier), detail):
        assert counts(porteur, page) == {"Le projet": 1, "Budget": 1}
        assert counts(chef, page) == {"Le projet": 1, "Budget": 2}


def test_a_section_costs_the_same_with_one_comment_and_two_hundred(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)

    def look():
        with CaptureQueriesContext(connection) as captured:
            page = client.get(page_of(dossier))
        return len(captured), page

    thread = CommentaireFactory(dossier=dossier, auteur=chef, champ="besoin")
    thread.mentions.set([porteur])
    before, _ = look()
    people = [UserFactory() for _ in range(5)]
    Commentaire.objects.bulk_create(
        Commentaire(
            ecrit=dossier.ecrit,
            section=Section.PROJET,
            champ="besoin",
            auteur=people[rank % 5],
            texte=f"Remarque {rank} sur le besoin des familles du quartier.",
            parent=thread if rank % 2 else None,
        )
        for rank in range(200)
    )
    for row in Commentaire.objects.all()[:50]:
        row.mentions.set([porteur])
    after, page = look()
    assert (after, page.text.count("Remarque ")) == (before, 200)
    assert len(gzip.compress(page.content)) < 60_000


# --- Digest -----------------------------------------------------------------------------------


def test_comments_are_grouped_in_one_message_by_person(duo, in_time):
    dossier, porteur, chef = duo
    first = say(dossier, chef)
    in_time.shift(timedelta(minutes=4))
    say(dossier, chef, "Et le calendrier ?", section=Section.CALENDRIER, champ="etapes")
    in_time.shift(timedelta(minutes=5, seconds=59))
    assert send_digests() == 0
    in_time.shift(timedelta(seconds=1))
    assert send_digests() == 1
    assert mailed() == [(porteur.email, "2 nouveaux commentaires sur « La halle »")]
    text = plain(Courriel.objects.get().texte)
    assert "Luc Fontanel écrit, le 10 mars 2027 à 14 h 32, dans « Le projet » :\n\nCombien de familles ?" in text
    assert "dans « Calendrier et moyens », à propos de « Grandes étapes » :\n\nEt le calendrier ?" in text
    assert f"Le projet : http://testserver{page_of(dossier)}#commentaires" in text
    assert send_digests() == 0
    assert first.annonces.get().closed_at == EN_TEMPS + APRES


def test_there_is_one_message_an_hour_at_most(duo, in_time):
    dossier, porteur, chef = duo
    say(dossier, chef)
    in_time.shift(APRES)
    assert send_digests() == 1
    say(dossier, chef, "Et les horaires ?")
    say(dossier, chef, "Et les clés ?", section=Section.PIECES)
    in_time.shift(HEURE - timedelta(seconds=1))
    assert send_digests() == 0
    in_time.shift(timedelta(seconds=1))
    assert send_digests() == 1
    assert [sujet for _, sujet in mailed()] == [
        "Nouveau commentaire sur « La halle »",
        "2 nouveaux commentaires sur « La halle »",
    ]
    assert not Annonce.objects.filter(closed_at=None).exists()
    assert {*Courriel.objects.values_list("destinataire", "occurrence")} == {
        (porteur.email, "2027-03-10T13"),
        (porteur.email, "2027-03-10T14"),
    }


def test_the_hour_is_counted_for_each_dossier(duo, in_time):
    dossier, porteur, chef = duo
    autre = DossierFactory(structure=dossier.structure, contrat=dossier.contrat, titre="Le jardin")
    say(dossier, chef)
    in_time.shift(APRES)
    send_digests()
    say(autre, chef)
    in_time.shift(APRES)
    send_digests()
    assert mailed() == [
        (porteur.email, "Nouveau commentaire sur « La halle »"),
        (porteur.email, "Nouveau commentaire sur « Le jardin »"),
    ]


def test_a_mention_comes_first(duo, in_time):
    dossier, porteur, chef = duo
    say(dossier, chef, "Rien de pressé.", section=Section.STRUCTURE)
    say(dossier, chef, "@Awa Diarra, quand ouvrez-vous ?", section=Section.BUDGET)
    in_time.shift(APRES)
    send_digests()
    assert mailed() == [(porteur.email, "Luc Fontanel vous mentionne dans « La halle »")]
    text = Courriel.objects.get().texte
    assert text.index("quand ouvrez-vous") < text.index("Rien de pressé")


def test_the_longest_names_make_a_subject_that_can_be_sent(in_time):
    chef = UserFactory(prenom="P" * 80, nom="N" * 80)
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur, chef=chef, titre="T" * 140)
    say(dossier, chef, mentions=[porteur])
    in_time.shift(APRES)
    assert send_digests() == 1
    assert mailed() == [(porteur.email, f"{'P' * 59}… vous mentionne dans « {'T' * 140} »")]


def test_who_answers_or_settles_is_not_told_what_they_read(duo, in_time):
    dossier, porteur, chef = duo
    comment = say(dossier, chef)
    settled = say(dossier, chef, "Et ceci ?")
    say(dossier, porteur, "Quarante.", parent=comment)
    resolve_comment(settled, by=porteur)
    in_time.shift(APRES)
    send_digests()
    assert mailed() == [(chef.email, "Nouveau commentaire sur « La halle »")]


def test_only_those_concerned_are_told(duo, cast, in_time):
    """The co-authors always; the EPT and the neighbours once named, in the discussion, or in charge of the dossier."""
    dossier, porteur, chef = duo
    usual = {porteur, chef, cast["invitée"], cast["pilote membre"]}

    def told(comment):
        return {annonce.user for annonce in comment.annonces.all()}

    assert told(say(dossier, porteur)) == usual - {porteur}
    assert told(say(dossier, porteur, mentions=[cast["voisin"]])) == usual - {porteur} | {cast["voisin"]}
    question = say(dossier, cast["pilote"])
    assert told(question) == usual
    assert told(say(dossier, chef, parent=question)) == usual - {chef} | {cast["pilote"]}
    Instruction.objects.create(dossier=dossier, instructeur=cast["instructrice"])
    dossier.refresh_from_db()
    hidden = say(dossier, cast["pilote"], visibilite=Visibilite.AGENTS)
    assert told(hidden) == {chef, cast["instructrice"]}
    in_time.shift(APRES)
    send_digests()
    assert {address for address, _ in mailed()} == {
        user.email for user in (*usual, cast["voisin"], cast["pilote"], cast["instructrice"])
    }


def test_who_lost_sight_of_the_dossier_is_told_nothing(duo, cast, in_time):
    dossier, porteur, chef = duo
    parti = MembreFactory(structure=dossier.structure, user=UserFactory()).user
    say(dossier, chef)
    Membre.objects.filter(user=parti).update(au=date(2027, 3, 9))
    Partage.objects.filter(user=cast["invitée"]).update(ended_at=EN_TEMPS)
    cast["pilote membre"].is_active = False
    cast["pilote membre"].save()
    in_time.shift(APRES)
    send_digests()
    assert [address for address, _ in mailed()] == [porteur.email]
    assert not Annonce.objects.filter(closed_at=None).exists()


def test_a_remark_between_agents_is_not_told_to_one_who_is_no_longer_so(duo, in_time):
    """He stays a reader of the dossier, of its open comments only."""
    dossier, _, chef = duo
    agent = UserFactory(instructeur=True)
    say(dossier, chef, "Pour tous.", mentions=[agent])
    say(dossier, chef, "Entre nous.", visibilite=Visibilite.AGENTS, mentions=[agent])
    agent.habilitations.update(au=date(2027, 3, 9))
    MembreFactory(structure=dossier.structure, user=agent)
    in_time.shift(APRES)
    send_digests()
    text = Courriel.objects.get(destinataire=agent.email).texte
    assert ("Pour tous." in text, "Entre nous." in text) == (True, False)


def test_the_digest_leaves_by_the_real_mail_server(duo, in_time, smtp):
    dossier, porteur, chef = duo
    say(dossier, chef)
    in_time.shift(APRES)
    send_digests_task()
    in_time.shift(timedelta(seconds=1))
    sweep_courriels()
    (message,) = smtp.messages
    assert (message["To"], plain(message["Subject"])) == (porteur.email, "Nouveau commentaire sur « La halle »")
    assert "Combien de familles" in message.get_body(("plain",)).get_content()


# --- In the browser ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_field_is_commented_and_a_name_completed_without_leaving_the_page(new_page):
    now = timezone.now()
    day = timedelta(days=1)
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - day,
        cloture=now + day,
        fin_instruction=(now + 2 * day).date(),
        jury_debut=(now + 3 * day).date(),
        jury_fin=(now + 4 * day).date(),
        publication_prevue=(now + 5 * day).date(),
    )
    porteur, chef = UserFactory(), UserFactory(prenom="Inès", nom="Morvan")
    dossier = DossierFactory(edition=edition, porteur=porteur, chef=chef)
    page = new_page(porteur)
    page.goto(page_of(dossier))
    page.get_by_role("link", name="Commenter : Besoin et origine").click()
    assert page.evaluate("document.activeElement.id") == "id_c-texte"
    page.keyboard.type("Un avis, @ine")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("?")
    page.get_by_role("button", name="Publier le commentaire").click()
    page.get_by_role("link", name="Besoin et origine", exact=True).wait_for()
    comment = Commentaire.objects.get()
    assert (comment.champ, comment.texte, [*comment.mentions.all()]) == ("besoin", "Un avis, @Inès Morvan ?", [chef])
