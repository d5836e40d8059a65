"""Writing together: versions, conflicts, the budget grid, files, comments."""

import hashlib
import zipfile
from datetime import datetime
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from label.models import Courriel
from projects.actions.elaboration import SectionPerimee, add_comment, add_piece, resolve_comment, save_section
from projects.enums import Section, Statut, Visibilite
from projects.fichiers import clean_name, inspect_file
from projects.models import Commentaire, Dossier, Piece, Redaction
from tests.factories.contrats import QuartierFactory
from tests.factories.label import PARIS, PieceDemandeeFactory, UserFactory
from tests.factories.projects import (
    CommentaireFactory,
    DemandeComplementFactory,
    DossierFactory,
    MembreFactory,
    PieceFactory,
)

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


def address(dossier, section):
    return reverse("projects:section_edit", args=[dossier.cle, section])


def shown(client, dossier, section):
    """The fields of the page of a section, as a browser would send them back unchanged."""
    form = client.get(address(dossier, section)).context["form"]
    fields = [
        *form,
        *(bound for name in ("charges", "produits", "indicateurs") for row in _rows(form, name) for bound in row),
    ]
    data = {}
    for bound in fields:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.html_name] = [*value] if isinstance(value, list) else str(value)
    return data


def _rows(form, name):
    formset = getattr(form, name, None)
    return [formset.management_form, *formset] if formset is not None else []


# --- Sections ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("section", [section for section in Section if section != Section.PIECES])
def test_a_page_sent_back_unchanged_changes_nothing_but_the_version(client, section):
    porteur = UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur)
    before = _everything(dossier)
    client.force_login(porteur)
    response = client.post(address(dossier, section), shown(client, dossier, section))
    assert (response.status_code, response.headers["Location"]) == (302, address(dossier, section))
    assert _everything(dossier) == before
    assert Redaction.objects.values_list("section", "version", "by").get() == (section, 1, porteur.pk)


def _everything(dossier):
    dossier = Dossier.objects.get(pk=dossier.pk)
    ignored = {"_state", "updated_at"}
    return (
        {name: value for name, value in vars(dossier).items() if name not in ignored},
        {name: value for name, value in vars(dossier.structure).items() if name != "_state"},
        list(dossier.quartiers.order_by("pk")),
        list(dossier.communes.order_by("pk")),
        sorted(dossier.budget_lignes.values_list("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")),
        list(dossier.indicateurs.values_list("libelle", "cible")),
    )


@pytest.mark.django_db
def test_a_save_says_the_hour_and_may_lead_to_the_next_section(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "projet") | {"besoin": "Beaucoup\r\nde vélos", "suivante": "oui"}
    response = client.post(address(dossier, "projet"), data, follow=True)
    assert response.redirect_chain == [(address(dossier, "territoire"), 302)]
    assert "«\u00a0Le projet\u00a0» est enregistré à 14\u00a0h\u00a032." in response.text
    assert Dossier.objects.get().besoin.replace("\r\n", "\n") == "Beaucoup\nde vélos"
    assert "par Awa Diarra" in client.get(address(dossier, "projet")).text


@pytest.mark.django_db
def test_bad_input_is_told_by_the_field_and_kept(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "projet") | {"resume": "x" * 301, "innovation": "À garder"}
    response = client.post(address(dossier, "projet"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["resume"]
    assert "À garder" in response.text
    assert Dossier.objects.get().innovation == ""


@pytest.mark.django_db
def test_a_save_against_an_older_version_shows_both_texts_then_passes_knowingly(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    mine = shown(client, dossier, "projet") | {"besoin": "Le texte d’Awa", "objectifs": "Ceux d’Awa"}
    theirs = {"besoin": "Le texte de Luc", "innovation": "L’ajout de Luc"}
    save_section(dossier, Section.PROJET, values=theirs, version=0, by=chef)

    response = client.post(address(dossier, "projet"), mine)
    assert response.status_code == 409
    assert "Luc Fontanel a enregistré cette partie à 14\u00a0h\u00a032" in response.text
    assert [(c.champ, c.sien) for c in response.context["conflits"]] == [("besoin", ["Le texte de Luc"])]
    kept = response.context["form"]
    assert {name: kept[name].value() for name in ("besoin", "objectifs", "innovation", "version")} == {
        "besoin": "Le texte d’Awa",
        "objectifs": "Ceux d’Awa",
        "innovation": "L’ajout de Luc",
        "version": "1",
    }
    assert Dossier.objects.get().besoin == "Le texte de Luc"

    again = {bound.html_name: bound.value() or "" for bound in kept}
    assert client.post(address(dossier, "projet"), again).status_code == 302
    saved = Dossier.objects.get()
    assert (saved.besoin, saved.objectifs, saved.innovation) == ("Le texte d’Awa", "Ceux d’Awa", "L’ajout de Luc")
    assert Redaction.objects.get(section=Section.PROJET).version == 2


@pytest.mark.django_db
def test_two_budgets_written_at_once_are_both_shown(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    mine = shown(client, dossier, "budget") | {"montant_demande": "5000", "charges-0-montant": "7000"}
    line = {"sens": "charge", "compte": "64", "libelle": "", "montant": 3_000, "is_obtenu": False}
    save_section(dossier, Section.BUDGET, values={}, version=0, by=chef, lignes=[line])
    response = client.post(address(dossier, "budget"), mine)
    assert response.status_code == 409
    assert [(c.champ, c.sien) for c in response.context["conflits"]] == [
        ("lignes", ["64 Charges de personnel\u00a0: 3\u202f000\u00a0€"])
    ]
    assert response.context["form"].charges[0]["montant"].value() == "7000"
    assert list(dossier.budget_lignes.values_list("compte", "montant")) == [("64", 3_000)]


@pytest.mark.django_db
def test_indicators_not_touched_here_take_the_new_ones(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    mine = shown(client, dossier, "evaluation") | {"evaluation": "On comptera."}
    save_section(
        dossier, Section.EVALUATION, values={}, version=0, by=chef, indicateurs=[{"libelle": "Vélos", "cible": "200"}]
    )
    response = client.post(address(dossier, "evaluation"), mine)
    assert (response.status_code, response.context["conflits"]) == (409, [])
    assert response.context["form"].indicateurs[0]["libelle"].value() == "Vélos"


@pytest.mark.django_db
def test_the_action_refuses_an_older_version_whoever_calls_it(duo):
    dossier, porteur, chef = duo
    first = save_section(dossier, Section.CALENDRIER, values={"etapes": "Une"}, version=0, by=porteur)
    assert (first.version, first.by) == (1, porteur)
    with pytest.raises(SectionPerimee) as refused:
        save_section(dossier, Section.CALENDRIER, values={"etapes": "Deux"}, version=0, by=chef)
    assert refused.value.redaction.by == porteur
    assert Dossier.objects.get().etapes == "Une"
    # Another section has its own version.
    save_section(dossier, Section.PROJET, values={"besoin": "B"}, version=0, by=chef)


@pytest.mark.django_db
def test_only_its_authors_write(client, duo):
    dossier, _, _ = duo
    agent = UserFactory(pilote=True)
    client.force_login(agent)
    page = client.get(address(dossier, "projet"))
    assert "Vous pouvez lire et commenter ce dossier" in page.text
    assert 'name="titre"' not in page.text
    posted = client.post(address(dossier, "projet"), {"titre": "Volé", "version": "0"})
    assert posted.status_code == 403
    assert Dossier.objects.get().titre != "Volé"


@pytest.mark.django_db
def test_a_get_creates_no_version(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    for section in Section:
        assert client.get(address(dossier, section)).status_code == 200
    assert not Redaction.objects.exists()


@pytest.mark.django_db
def test_changing_quartiers_routes_the_draft_to_their_contrat(client, duo):
    dossier, porteur, _ = duo
    elsewhere = QuartierFactory()
    client.force_login(porteur)
    data = shown(client, dossier, "territoire")
    kept = data["quartiers"]
    both = client.post(address(dossier, "territoire"), data | {"quartiers": [*kept, elsewhere.identifiant]})
    assert both.status_code == 302
    assert Dossier.objects.get().contrat == dossier.contrat
    data = shown(client, dossier, "territoire")
    client.post(address(dossier, "territoire"), data | {"quartiers": [elsewhere.identifiant]})
    assert Dossier.objects.get().contrat == elsewhere.contrats.get()


@pytest.mark.django_db
def test_a_complement_reopens_the_asked_sections_only(client):
    porteur = UserFactory()
    demande = DemandeComplementFactory()
    MembreFactory(structure=demande.dossier.structure, user=porteur)
    client.force_login(porteur)
    with time_machine.travel(datetime(2027, 6, 20, 9, 0, tzinfo=PARIS), tick=False):
        client.force_login(porteur)
        assert 'name="montant_demande"' in client.get(address(demande.dossier, "budget")).text
        closed = client.get(address(demande.dossier, "projet")).text
        assert 'name="titre"' not in closed
        assert "n’est pas concernée par le complément demandé" in closed


# --- Budget -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_budget_writes_the_line_of_the_ept_from_the_amount(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    data = shown(client, dossier, "budget") | {
        "montant_demande": "6000",
        "charges-0-montant": "8000",
        "charges-0-libelle": "Outils",
        "produits-1-montant": "2000",
        "produits-1-libelle": "Commune",
        "produits-1-is_obtenu": "on",
    }
    assert client.post(address(dossier, "budget"), data).status_code == 302
    lines = dossier.budget_lignes.order_by("sens", "ordre")
    assert list(lines.values_list("sens", "compte", "libelle", "montant", "is_obtenu", "is_ept")) == [
        ("charge", "60", "Outils", 8_000, False, False),
        ("produit", "74", "EPT Grand-Orly Seine Bièvre", 6_000, False, True),
        ("produit", "74", "Commune", 2_000, True, False),
    ]
    assert "Le budget est équilibré" in client.get(address(dossier, "budget")).text
    data = shown(client, dossier, "budget") | {
        "montant_demande": "7000",
        "charges-0-libelle": "",
        "charges-0-montant": "",
    }
    client.post(address(dossier, "budget"), data)
    assert list(lines.values_list("compte", "montant")) == [("74", 7_000), ("74", 2_000)]
    page = client.get(address(dossier, "budget")).text
    assert "Il manque 9\u202f000\u00a0€ du côté des charges" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("charges-0-montant", "12,50", "Un nombre entier d’euros, sans centimes."),
        ("charges-0-montant", "-5", "supérieure ou égale à 0"),
        ("charges-5-montant", "100", "Choisissez le compte de ce montant."),
        ("charges-0-compte", "74", "Sélectionnez un choix valide."),
    ],
)
def test_a_wrong_line_is_told_and_kept(client, duo, field, value, message):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    response = client.post(address(dossier, "budget"), shown(client, dossier, "budget") | {field: value})
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{value}"' in response.text
    assert not dossier.budget_lignes.exists()


# --- Files ------------------------------------------------------------------------------------

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names, **contents):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name in names:
            written.writestr(name, contents.get(name, "<x/>"))
        for name, content in contents.items():
            written.writestr(name, content)
    return file.getvalue()


ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, ("application/pdf", "pdf")),
        (PNG, ("image/png", "png")),
        (JPEG, ("image/jpeg", "jpg")),
        (archive("[Content_Types].xml", "word/document.xml"), (DOCX, "docx")),
        (ODT, ("application/vnd.oasis.opendocument.text", "odt")),
    ],
)
def test_a_file_is_known_by_its_content(content, kind):
    assert inspect_file(SimpleUploadedFile("menteur.exe", content, "text/html")) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00\x03\x00\x00\x00\x04",
        b"du texte",
        b"GIF89a\x01\x00\x01\x00",
        archive("n-importe.txt"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("content.xml", mimetype="application/epub+zip"),
        b"PK\x03\x04abime",
        b"",
    ],
)
def test_other_contents_are_refused_whatever_their_name(content):
    with pytest.raises(ValidationError):
        inspect_file(SimpleUploadedFile("statuts.pdf", content, "application/pdf"))


def test_a_file_too_heavy_is_refused(settings):
    settings.TAILLE_MAX_PIECE = len(PDF)
    assert inspect_file(SimpleUploadedFile("a.pdf", PDF)) == ("application/pdf", "pdf")
    with pytest.raises(ValidationError):
        inspect_file(SimpleUploadedFile("a.pdf", PDF + b"\n"))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Statuts 2026.PDF", "Statuts 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Temp\\a<b>|.pdf", "a b.pdf"),
        ("fdp.\u202eexe", "fdp.pdf"),
        (".pdf", "pdf.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_names_are_cleaned(name, cleaned):
    assert clean_name(name, "pdf") == cleaned


@pytest.mark.django_db
def test_a_file_replaces_another_which_is_kept(client, duo):
    dossier, porteur, _ = duo
    demandee = PieceDemandeeFactory(edition=dossier.edition)
    client.force_login(porteur)
    post = reverse("projects:piece_add", args=[dossier.cle])
    for content in (PDF, PDF + b"\nv2"):
        file = SimpleUploadedFile("statuts.exe", content)
        client.post(post, {"demandee": demandee.pk, "fichier": file})
    old, new = Piece.objects.order_by("pk")
    assert (old.remplacee_at, new.remplacee_at) == (EN_TEMPS, None)
    assert (new.nom, new.type_mime, new.taille) == ("statuts.pdf", "application/pdf", len(PDF) + 3)
    assert new.sha256 == hashlib.sha256(PDF + b"\nv2").hexdigest()
    with old.fichier.open() as kept:
        assert kept.read() == PDF
    assert "statuts" not in new.fichier.name
    assert Redaction.objects.get(section=Section.PIECES).version == 2
    client.post(reverse("projects:piece_remove", args=[dossier.cle, new.cle]))
    assert Piece.objects.filter(remplacee_at=None).count() == 0
    assert Piece.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_file_is_told_on_the_page(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    post = reverse("projects:piece_add", args=[dossier.cle])
    empty = client.post(post, {"fichier": SimpleUploadedFile("vide.pdf", b"")})
    assert (empty.status_code, "Ce fichier est vide." in empty.text) == (422, True)
    wrong = client.post(post, {"fichier": SimpleUploadedFile("image.svg", b"<svg/>")})
    assert "n’est pas d’un format accepté" in wrong.text
    assert not Piece.objects.exists()


@pytest.mark.django_db
def test_a_piece_of_another_edition_is_not_answered_here(duo):
    dossier, porteur, _ = duo
    other = PieceDemandeeFactory(edition__annee=2028)
    with pytest.raises(ValidationError):
        add_piece(dossier, fichier=SimpleUploadedFile("a.pdf", PDF), by=porteur, demandee=other)


@pytest.mark.django_db
def test_a_file_leaves_through_the_permission_and_may_do_nothing(client, duo):
    dossier, porteur, _ = duo
    piece = PieceFactory(dossier=dossier, nom="Statuts signés.pdf")
    link = reverse("projects:piece_download", args=[piece.cle])
    client.force_login(UserFactory())
    assert client.get(link).status_code == 404
    client.force_login(porteur)
    response = client.get(link)
    assert b"".join(response.streaming_content) == b"%PDF-1.7\n%%EOF"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=utf-8''Statuts%20sign%C3%A9s.pdf" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; sandbox"
    )
    shown_inline = client.get(link, {"voir": "1"})
    assert b"".join(shown_inline.streaming_content) == b"%PDF-1.7\n%%EOF"
    assert shown_inline.headers["Content-Disposition"].startswith("inline; ")
    document = PieceFactory(dossier=dossier, type_mime=DOCX, nom="a.docx")
    answer = client.get(reverse("projects:piece_download", args=[document.cle]), {"voir": "1"})
    answer.close()
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


# --- Comments ---------------------------------------------------------------------------------


def mailed():
    return sorted(Courriel.objects.values_list("destinataire", flat=True))


@pytest.mark.django_db
def test_a_comment_reaches_the_other_authors_and_is_answered(client, duo):
    dossier, porteur, chef = duo
    post = reverse("projects:commentaire_create", args=[dossier.cle, Section.PROJET])
    client.force_login(chef)
    client.post(post, {"c-texte": "Combien de familles ?", "c-visibilite": "co_auteurs"})
    comment = Commentaire.objects.get()
    assert mailed() == [porteur.email]
    client.force_login(porteur)
    assert "Combien de familles ?" in client.get(address(dossier, "projet")).text
    client.post(post, {"c-texte": "Quarante.", "c-parent": comment.pk})
    answer = comment.reponses.get()
    assert (answer.auteur, answer.visibilite, answer.section) == (porteur, Visibilite.CO_AUTEURS, Section.PROJET)
    assert mailed() == sorted([porteur.email, chef.email])
    client.post(reverse("projects:commentaire_resolve", args=[dossier.cle, comment.pk]), {"regle": "oui"})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (EN_TEMPS, porteur)
    client.post(reverse("projects:commentaire_resolve", args=[dossier.cle, comment.pk]), {"regle": "non"})
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


@pytest.mark.django_db
def test_what_agents_say_to_each_other_stays_among_them(client, duo):
    dossier, porteur, chef = duo
    hidden = add_comment(dossier, Section.PROJET, by=chef, texte="Entre nous.", visibilite=Visibilite.AGENTS)
    assert mailed() == []
    client.force_login(porteur)
    assert "Entre nous." not in client.get(address(dossier, "projet")).text
    resolve = reverse("projects:commentaire_resolve", args=[dossier.cle, hidden.pk])
    assert client.post(resolve, {"regle": "oui"}).status_code == 404
    with pytest.raises(PermissionDenied):
        add_comment(dossier, Section.PROJET, by=porteur, texte="Ah ?", parent=hidden)
    with pytest.raises(PermissionDenied):
        add_comment(dossier, Section.PROJET, by=porteur, texte="Caché", visibilite=Visibilite.AGENTS)
    with pytest.raises(PermissionDenied):
        resolve_comment(hidden, by=porteur)
    client.post(
        reverse("projects:commentaire_create", args=[dossier.cle, Section.PROJET]),
        {"c-texte": "Caché", "c-visibilite": "agents"},
    )
    assert Commentaire.objects.get(texte="Caché").visibilite == Visibilite.CO_AUTEURS
    agent = UserFactory(instructeur=True)
    answer = add_comment(dossier, Section.PROJET, by=agent, texte="Vu.", parent=hidden)
    assert answer.visibilite == Visibilite.AGENTS


@pytest.mark.django_db
def test_a_blank_comment_is_refused_on_the_page(client, duo):
    dossier, porteur, _ = duo
    client.force_login(porteur)
    response = client.post(reverse("projects:commentaire_create", args=[dossier.cle, Section.PIECES]), {"c-texte": " "})
    assert response.status_code == 422
    assert not Commentaire.objects.exists()


@pytest.mark.django_db
def test_a_section_costs_the_same_with_one_comment_and_thirty(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address(dossier, "projet"))
        return len(captured)

    thread = CommentaireFactory(dossier=dossier, auteur=chef)
    before = queries()
    for rank in range(30):
        CommentaireFactory(dossier=dossier, auteur=UserFactory(), parent=thread if rank % 2 else None)
    assert queries() == before
    assert dossier.statut == Statut.CO_ELABORATION
