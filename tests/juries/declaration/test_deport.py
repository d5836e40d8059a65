"""A déport removes the dossier from the member everywhere."""

import io
import re
from datetime import date, datetime

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse
from django.utils import timezone
from pypdf import PdfReader

from contrats.models import Affectation
from ecriture.enums import Visibilite
from ecriture.models import Commentaire
from juries.declaration.actions import add_deport, declare, lift_deport, pin_recusals
from juries.deliberation.actions import close_deliberation, open_deliberation, save_propositions
from juries.models import Audition, Bulletin, Declaration, Mention
from juries.notation.actions import NotationRefusee, save_bulletin
from juries.quorum import quorums
from juries.seance.convocation import publish_convocations
from label.models import Courriel
from projects.enums import Droit, Section
from projects.models import Deport, Membre, Partage, Piece
from tests.factories.juries import (
    audition_of,
    dossier_of,
    final_ballot,
    free,
    heard,
    jure_of,
    jury_of,
    present,
    recuse,
    seance_of,
    support_of,
)
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import RetoucheFactory

pytestmark = pytest.mark.django_db


# What the structure prepares, at the address of its dossier.
ORAUX = {
    "oral_detail", "oral_ics", "presentation_edit", "besoin_edit", "support_add", "support_download", "support_remove",
    "venue_confirm", "venue_decline", "repetition_edit", "repetition_accept", "repetition_cancel", "repetition_ics",
}  # fmt: skip


def urls_of_the_jury():
    """Every address of this floor as (name, parameter names)."""
    patterns = next(p for p in get_resolver().url_patterns if getattr(p, "app_name", None) == "juries").url_patterns
    return [(p.name, list(p.pattern.converters)) for p in patterns]


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def secret_words(dossier):
    return [dossier.titre, dossier.numero, dossier.structure.nom, dossier.resume, dossier.cle, "Note confiée au secret"]


def scene(*, agent=False):
    """Two auditions heard; our member hears the first and is recused of the second; the president hears both."""
    jury = jury_of(quorum=1)
    seance = seance_of(jury)
    ouverte, secrete = audition_of(seance), audition_of(seance)
    secrete.dossier.instruction.note_synthese = "Note confiée au secret"
    secrete.dossier.instruction.save()
    piece = Piece(
        dossier=secrete.dossier,
        nom="secret.pdf",
        type_mime="application/pdf",
        taille=4,
        sha256="0" * 64,
        by=secrete.dossier.created_by,
    )
    piece.fichier.save("secret.pdf", ContentFile(b"%PDF"))
    president = jure_of(jury, is_president=True)
    membre = jure_of(jury, user=UserFactory(pilote=True) if agent else None)
    free(president, ouverte, secrete)
    free(membre, ouverte)
    recuse(membre, secrete)
    present(seance, president, membre)
    heard(ouverte), heard(secrete)
    bulletin = final_ballot(secrete, president, 5, 5, commentaire="Avis réservé au secret")
    final_ballot(ouverte, president, 3, 3)
    final_ballot(ouverte, membre, 4, 4)
    return jury, seance, ouverte, secrete, membre, president, bulletin, piece


def test_a_recused_member_finds_nothing_at_any_address(client):
    jury, seance, ouverte, secrete, membre, _, bulletin, piece = scene()
    client.force_login(membre.user)
    deport = Deport.objects.get(user=membre.user)
    support = support_of(secrete.dossier)
    found = {}
    for name, parameters in urls_of_the_jury():
        for audition in (ouverte, secrete):
            values = {
                "edition__annee": jury.edition.annee,
                "cle": membre.cle if name.startswith("jure_") else audition.cle if "audition" in name else seance.cle,
                "pk": bulletin.pk if "bulletin" in name else deport.pk,
                "jeton": membre.jeton,
                "export": "notes",
                "piece": piece.cle,
                "support": support.cle,
                "sceau": "x" * 16,
            }
            if name in ("notation", "piece_download", "support_read", "venue_keep"):
                values["cle"] = audition.cle
            if name in ORAUX:
                values["cle"] = audition.dossier.cle
            kwargs = {parameter: values[parameter] for parameter in parameters}
            for format in ("", "?format=csv", "?tri=ecart"):
                response = client.get(reverse(f"juries:{name}", kwargs=kwargs) + format)
                text = body(response).decode("utf-8", "replace")
                found[name, audition == secrete, format] = response.status_code
                # The page of a refusal says back the address asked, which names the dossier.
                asked = {secrete.dossier.cle} if name in ORAUX else set()
                for word in set(secret_words(secrete.dossier)) - asked:
                    assert word not in text, (name, format, word)
                assert "Avis réservé au secret" not in text
    opened = {name for (name, _, _), status in found.items() if status == 200}
    assert opened == {
        "audition_detail",
        "audition_list",
        "cahier",
        "cahier_pdf",
        "classement",
        "declaration_edit",
        "invitation_accept",
        "jury_detail",
        "notation",
    }
    assert {
        name: found[name, True, ""] for name in ("audition_detail", "notation", "piece_download", "support_read")
    } == {
        "audition_detail": 404,
        "notation": 404,
        "piece_download": 404,
        "support_read": 404,
    }
    assert client.get(reverse("label:tableau")).status_code == 200
    assert secrete.dossier.titre not in client.get(reverse("label:tableau")).content.decode()


def test_what_the_recused_member_posts_changes_nothing(client):
    jury, _, _, secrete, membre, president, _, _ = scene()
    client.force_login(membre.user)
    critere = jury.edition.criteres.first()
    posted = client.post(reverse("juries:notation", args=[secrete.cle]), {f"critere_{critere.pk}": "1", "final": "1"})
    assert posted.status_code == 404
    assert list(Bulletin.objects.filter(audition=secrete).values_list("jure", flat=True)) == [president.pk]
    with pytest.raises(NotationRefusee):
        save_bulletin(secrete, membre, notes={critere.pk: 1}, by=membre.user)


def test_the_ranking_of_the_recused_member_counts_and_ranks_without_the_dossier(client):
    jury, _, ouverte, secrete, membre, president, _, _ = scene()
    client.force_login(membre.user)
    page = client.get(reverse("juries:classement", args=[jury.edition.annee]))
    assert [(a.pk, a.rang) for a in page.context["page_obj"]] == [(ouverte.pk, 1)]
    client.force_login(president.user)
    page = client.get(reverse("juries:classement", args=[jury.edition.annee]))
    assert [(a.pk, a.rang) for a in page.context["page_obj"]] == [(secrete.pk, 1), (ouverte.pk, 2)]


def test_the_mails_of_the_recused_member_never_name_the_dossier():
    _, seance, ouverte, secrete, membre, president, _, _ = scene()
    publish_convocations(seance, by=UserFactory(pilote=True))
    texts = [c.texte + c.html for c in Courriel.objects.filter(user=membre.user)]
    files = [bytes(f.contenu).decode() for c in Courriel.objects.filter(user=membre.user) for f in c.fichiers.all()]
    assert len(texts) == len(files) == 1
    assert ouverte.dossier.titre in texts[0]
    for text in texts + files:
        assert not [word for word in [*secret_words(secrete.dossier), secrete.cle] if word in text]
    theirs = Courriel.objects.get(user=president.user)
    assert secrete.dossier.titre in theirs.texte
    assert mail.outbox == []


def test_a_pilote_who_sits_and_is_recused_finds_it_in_no_screen_of_the_jury(client):
    jury, seance, ouverte, secrete, membre, _, bulletin, piece = scene(agent=True)
    client.force_login(membre.user)
    annee = jury.edition.annee
    for url in [
        reverse("juries:audition_detail", args=[secrete.cle]),
        reverse("juries:notation", args=[secrete.cle]),
        reverse("juries:piece_download", args=[secrete.cle, piece.cle]),
        reverse("juries:bulletin_correct", args=[bulletin.pk]),
    ]:
        assert client.get(url).status_code == 404, url
    for url in [
        reverse("juries:cahier", args=[seance.cle]),
        reverse("juries:audition_list", args=[annee]),
        reverse("juries:classement", args=[annee]),
        reverse("juries:declaration_edit", args=[annee]),
        reverse("juries:jury_detail", args=[annee]),
        reverse("juries:deport_list", args=[annee]),
        reverse("juries:export_download", args=[annee, "notes"]) + "?format=csv",
    ]:
        response = client.get(url)
        text = body(response).decode()
        assert response.status_code == 200, url
        assert not [word for word in secret_words(secrete.dossier) if word in text], url
    # His own work of pilote goes on, but for this dossier.
    page = client.get(reverse("juries:seance_detail", args=[seance.cle])).content.decode()
    assert (ouverte.dossier.titre in page, secrete.dossier.titre in page) == (True, False)


def test_the_recused_member_is_in_neither_mean_nor_quorum():
    jury, _, ouverte, secrete, membre, _, _, _ = scene()
    assert {pk: q.presents for pk, q in quorums(jury, [ouverte, secrete]).items()} == {ouverte.pk: 2, secrete.pk: 1}
    add_deport(
        Declaration.objects.get(jure=membre, dossier=ouverte.dossier), motif="Ma sœur y travaille", by=membre.user
    )
    ouverte.refresh_from_db()
    assert (str(ouverte.moyenne), ouverte.nombre_notes) == ("12.00", 1)
    assert quorums(jury, [ouverte])[ouverte.pk].presents == 1
    assert Audition.objects.heard_by(membre.user).count() == 0


def test_only_the_pilote_lifts_a_deport_and_it_is_written_down(client):
    _, _, _, secrete, membre, _, _, _ = scene()
    deport = Deport.objects.get(user=membre.user)
    url = reverse("juries:deport_lift", args=[deport.pk])
    client.force_login(membre.user)
    assert client.post(url, {"motif": "Je me suis trompé"}).status_code == 404
    pilote = UserFactory(pilote=True)
    client.force_login(pilote)
    assert client.post(url, {"motif": ""}).status_code == 200
    assert Deport.objects.get(pk=deport.pk).ended_at is None
    client.post(url, {"motif": "Homonymie vérifiée"})
    assert Deport.objects.get(pk=deport.pk).ended_by == pilote
    mention = Mention.objects.get()
    assert (mention.acte, mention.by, mention.motif) == ("levee_deport", pilote, "Homonymie vérifiée")
    assert mention.dossier == secrete.dossier
    assert secrete in Audition.objects.heard_by(membre.user)


def test_who_had_a_hand_in_a_dossier_is_recused_by_the_application():
    jury = jury_of()
    edition = jury.edition
    seance = seance_of(jury)
    auditions = [audition_of(seance) for _ in range(7)]
    dossiers = [audition.dossier for audition in auditions]
    membre = jure_of(jury)
    user = membre.user
    RetoucheFactory(dossier=dossiers[0], by=user)
    Commentaire.objects.create(
        ecrit=dossiers[1].ecrit, section=Section.PROJET, auteur=user, texte="Précisez", visibilite=Visibilite.AGENTS
    )
    Membre.objects.create(structure=dossiers[2].structure, user=user, du=date(2020, 1, 1), au=date(2027, 2, 1))
    Affectation.objects.create(user=user, contrat=dossiers[3].contrat, du=date(2021, 1, 1), au=date(2027, 3, 1))
    # Neither a past without this édition, nor another structure, makes a link.
    Membre.objects.create(structure=dossiers[4].structure, user=user, du=date(2015, 1, 1), au=date(2019, 1, 1))
    Affectation.objects.create(user=user, contrat=dossiers[5].contrat, du=date(2015, 1, 1), au=date(2020, 1, 1))
    assert edition.ouverture == datetime(2027, 1, 4, 9, 0, tzinfo=PARIS)

    assert declare(membre, {dossier.pk: None for dossier in dossiers}, by=user) == (3, 0)
    assert set(Deport.objects.values_list("dossier", "is_pinned")) == {(dossier.pk, True) for dossier in dossiers[:4]}
    assert set(Audition.objects.heard_by(user)) == set(auditions[4:])
    assert pin_recusals(jury) == 0


def test_who_was_invited_to_write_a_dossier_is_recused_even_once_gone():
    jury = jury_of()
    seance = seance_of(jury)
    written, read = audition_of(seance).dossier, audition_of(seance).dossier
    membre = jure_of(jury)
    now = timezone.now()
    for dossier, droit in ((written, Droit.ECRITURE), (read, Droit.LECTURE)):
        Partage.objects.create(
            dossier=dossier,
            email=membre.user.email,
            user=membre.user,
            droit=droit,
            jeton_sha256=str(dossier.pk),
            by=UserFactory(),
            expire_at=now + Partage.DELAI,
            accepted_at=now,
            ended_at=now,
        )
    assert pin_recusals(jury) == 1
    assert list(Deport.objects.values_list("dossier", flat=True)) == [written.pk]


def test_a_lifted_recusal_is_not_pinned_again():
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    membre = jure_of(jury)
    RetoucheFactory(dossier=audition.dossier, by=membre.user)
    assert pin_recusals(jury) == 1
    lift_deport(Deport.objects.get(), motif="Simple correction d’une faute", by=UserFactory(pilote=True))
    assert pin_recusals(jury) == 0
    assert Deport.objects.get().ended_at is not None


def test_before_declaring_a_member_knows_only_title_structure_and_commune(client):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    membre = jure_of(jury)
    client.force_login(membre.user)
    text = client.get(reverse("juries:declaration_edit", args=[2027])).content.decode()
    dossier = audition.dossier
    assert all(word in text for word in (dossier.titre, dossier.structure.nom, dossier.structure.commune.nom))
    assert not any(word in text for word in (dossier.resume, dossier.innovation, dossier.numero, "6 000", "8 000"))
    assert client.get(reverse("juries:audition_detail", args=[audition.cle])).status_code == 404


def test_declaring_is_dossier_by_dossier_and_keeps_what_was_typed(client):
    jury = jury_of()
    un, deux, trois = (dossier_of(jury) for _ in range(3))
    membre = jure_of(jury)
    client.force_login(membre.user)
    url = reverse("juries:declaration_edit", args=[2027])
    page = client.get(url).content.decode()
    assert " checked" not in page
    wrong = client.post(url, {f"lien_{un.cle}": "aucun", f"lien_{deux.cle}": "lien", f"nature_{deux.cle}": " "})
    assert wrong.status_code == 200
    assert "Dites en quelques mots la nature du lien." in wrong.content.decode()
    assert re.search(rf'name="lien_{un.cle}"[^>]*value="aucun"[^>]*checked', wrong.content.decode())
    assert Declaration.objects.count() == 0
    client.post(
        url, {f"lien_{un.cle}": "aucun", f"lien_{deux.cle}": "lien", f"nature_{deux.cle}": "Mon frère y travaille"}
    )
    assert set(Declaration.objects.values_list("dossier", flat=True)) == {un.pk, deux.pk}
    assert list(Deport.objects.values_list("user", "dossier", "motif", "is_pinned", "ended_at")) == [
        (membre.user_id, deux.pk, "Mon frère y travaille", False, None)
    ]
    page = client.get(url).content.decode()
    assert trois.titre in page
    assert deux.titre not in page


def test_a_link_remembered_later_takes_the_dossier_away_and_the_ballot_with_it(client):
    _, _, ouverte, _, membre, _, _, _ = scene()
    client.force_login(membre.user)
    url = reverse("juries:deport_create", args=[2027])
    client.post(url, {"dossier": ouverte.dossier.cle, "motif": "Je viens d’y adhérer"})
    ouverte.refresh_from_db()
    assert ouverte.nombre_notes == 1
    assert Bulletin.objects.filter(audition=ouverte, jure=membre).exists()
    assert client.get(reverse("juries:audition_detail", args=[ouverte.cle])).status_code == 404


def test_the_minutes_stay_closed_to_a_recused_member(client):
    jury, _, _, _, membre, president, _, _ = scene()
    pilote = UserFactory(pilote=True)
    deliberation = open_deliberation(jury)
    lines = {
        dossier.pk: {"sens": "laureat", "montant": 5_000, "rang": None, "motif": ""}
        for dossier in jury.edition.dossiers.all()
    }
    save_propositions(deliberation, lines, by=pilote)
    close_deliberation(deliberation, by=pilote)
    url = reverse("juries:proces_verbal", args=[2027])
    client.force_login(membre.user)
    assert client.get(url).status_code == 403
    client.force_login(president.user)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body(client.get(url)))).pages)
    assert membre.nom in text
