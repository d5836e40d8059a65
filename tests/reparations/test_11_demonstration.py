"""The fictional year as `make demo` leaves it: what it holds, and its current édition led to its publication."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files import File
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from juries.models import Deliberation, Jure, Jury, Proposition, Seance
from label.fichiers.inspection import inspect_file
from label.models import Courriel, Edition, User
from label.models.courriel import Etat
from laureats.models import Laureat, Versement
from projects.enums import Statut
from projects.models import Dossier, Passage, Piece, Structure
from projects.seed import DATA
from tests.dates import contradictions
from tests.parcours.pages import confirm, download, fill, follow, pdf_text, press, says, words

# Without a closed deliberation nothing is proposed, and without a publication nobody is a laureate.
APRES_LE_JURY = {Statut.PROPOSE, Statut.RESERVE, Statut.NON_RETENU, Statut.LAUREAT}
REFUS = "Le projet gagnerait à être repris avec les habitants."


@pytest.mark.django_db(transaction=True)
def test_11_the_demonstration_runs_from_where_it_stands_to_its_publication(new_page, settings):
    settings.DEMO = True
    call_command("import_referentiel", verbosity=0, stdout=StringIO())
    call_command("seed", stdout=StringIO())
    courante = whole_and_fictional()
    with pytest.raises(CommandError, match="contient déjà une édition"):
        call_command("seed", stdout=StringIO())
    pilote = new_page(User.objects.get(email="pilote@demo.example"))
    soir = timezone.localtime().replace(hour=18, minute=0)
    with time_machine.travel(soir):
        hear_the_seance_of_the_day(pilote, courante)
        schedule_the_last(pilote, courante, soir + timedelta(days=1))
    with time_machine.travel(soir + timedelta(days=1)):
        hear_the_seance_of_the_day(pilote, courante)
        deliberate(pilote, courante)
        vote_and_publish(pilote, courante)


def whole_and_fictional():
    """What the éditions hold, and that nothing in them can be taken for real. Returns the one before its jury."""
    suivante, courante, precedente = Edition.objects.filter(is_historique=False).order_by("-annee")
    found = Counter(Dossier.objects.filter(edition__in=[courante, suivante]).values_list("statut", flat=True))
    absents = Dossier.objects.filter(edition=courante, passages__transition="record_absence").count()
    assert set(found) == set(Statut) - APRES_LE_JURY | {Statut.NON_RETENU}
    assert (found.total(), found[Statut.NON_RETENU]) == (65, absents)
    assert Dossier.objects.filter(edition=precedente).count() == 40
    assert contradictions() == []
    assert unreadable() == []
    assert unlikely() == []
    assert not Dossier.objects.filter(edition=precedente, statut__in=["admis", "auditionne", "propose"]).exists()
    assert [Laureat.objects.filter(edition__annee=annee).count() for annee in (2018, 2019)] == [13, 14]
    assert [jury.jures.active().count() for jury in Jury.objects.order_by("pk")] == [9, 9]
    assert set(Jure.objects.values_list("college", flat=True)) == {"elus", "experts", "techniciens"}
    assert {"prevu", "paye"} <= set(Versement.objects.values_list("etat", flat=True))
    assert sum(Laureat.objects.filter(edition=precedente).values_list("montant", flat=True)) <= precedente.enveloppe
    assert not User.objects.exclude(email__endswith="@demo.example").exists()
    assert not Structure.objects.filter(is_fictive=False).exists()
    # What was told months ago leaves no worker anything to send.
    assert set(Courriel.objects.values_list("etat", flat=True)) == {Etat.ENVOYE}
    # Each proposal of an open deliberation is of a dossier that still awaits it.
    ouvertes = Proposition.objects.filter(deliberation__closed_at=None)
    assert Counter(ouvertes.values_list("dossier__statut", flat=True)) == {Statut.AUDITIONNE: 5}
    return courante


def unlikely():
    """What no life shows: hours nobody would choose, words that do not agree, the sequel of others, a reason that the
    dossier itself belies."""
    found = []
    for one in Edition.objects.filter(is_historique=False):
        if (heure := timezone.localtime(one.ouverture)).minute or not 8 <= heure.hour <= 18:
            found.append(f"{one} ouvre à {heure:%H:%M}")
    for seance in Seance.objects.all():
        for moment in map(timezone.localtime, (seance.debut, seance.fin)):
            if moment.minute % 15 or moment.hour > 20:
                found.append(f"séance à {moment:%H:%M}")
    feminins = set(json.loads((DATA / "personnes_fictives.json").read_text())["feminins"])
    for one in Structure.objects.exclude(representant_nom=""):
        is_feminine = one.representant_nom.partition(" ")[0] in feminins
        if one.representant_fonction != ("présidente" if is_feminine else "président"):
            found.append(f"{one.representant_nom}, {one.representant_fonction}")
    carried = defaultdict(set)
    for titre, structure in Dossier.objects.values_list("titre", "structure"):
        carried[titre].add(structure)
    found += [f"{titre} : porté par plusieurs structures" for titre, those in carried.items() if len(those) > 1]
    found += [
        f"{passage.dossier.numero} : {passage.motif}"
        for passage in Passage.objects.filter(vers=Statut.IRRECEVABLE).select_related("dossier")
        if "hors du territoire" in passage.motif and passage.dossier.quartiers.exists()
    ]
    return found


def unreadable():
    """The files joined that our door, or a reader of PDF or of images, would not take; those without their words."""
    found = []
    for piece in Piece.objects.select_related("dossier__structure"):
        with piece.fichier.open("rb") as file:
            mime, _ = inspect_file(File(file, name=piece.nom))
            file.seek(0)
            if mime == "application/pdf":
                said = " ".join(page.extract_text() for page in PdfReader(file, strict=True).pages)
                is_read = piece.dossier.structure.nom in said and "Document fictif" in said
            else:
                with Image.open(file) as image:
                    image.load()
                    is_read = min(image.size) >= 600
        if not is_read:
            found.append(f"{piece.dossier_id}, {piece.nom} : {mime}")
    kinds = Counter(name.rpartition(".")[2] for name in Piece.objects.values_list("nom", flat=True))
    assert set(kinds) == {"pdf", "jpg"}
    return found


def hear_the_seance_of_the_day(pilote, edition):
    """Presences, then each audition of today was heard, and the notes are locked."""
    seance = Jury.objects.get(edition=edition).seances.get(debut__date=timezone.localdate())
    pilote.goto(f"/jury/seances/{seance.cle}/")
    follow(pilote, "Présences")
    for jure in Jure.objects.active().filter(jury__edition=edition).exclude(email="jure9@demo.example"):
        pilote.get_by_label(jure.nom).check()
    press(pilote, "Enregistrer les présences")
    follow(pilote, "Verrouiller les notes")
    press(pilote, "Verrouiller")
    for audition in seance.auditions.select_related("dossier").order_by("debut"):
        press(pilote, f"Auditionné : {audition.dossier}")
        says(pilote, "a été auditionné")
    assert set(seance.auditions.values_list("dossier__statut", flat=True)) == {Statut.AUDITIONNE}


def schedule_the_last(pilote, edition, jour):
    """A last séance for the dossiers admitted that no séance holds yet."""
    pilote.goto(f"/jury/{edition.annee}/seances/")
    follow(pilote, "Créer une séance")
    fill(pilote, {"Jour": f"{jour:%Y-%m-%d}", "Début": "09:00", "Fin": "12:00", "Lieu": "Salle du conseil, Orly"})
    press(pilote, "Enregistrer la séance")
    waiting = list(Dossier.objects.filter(edition=edition, statut=Statut.ADMIS, audition=None).order_by("numero"))
    assert waiting
    for dossier in waiting:
        choice = pilote.locator("#id_dossier option").filter(has_text=dossier.numero)
        pilote.locator("#id_dossier").select_option(value=choice.get_attribute("value"))
        press(pilote, "Placer")
        says(pilote, "est placé")
    follow(pilote, f"Convocations ({len(waiting)})")
    press(pilote, "Envoyer")
    says(pilote, "messages sont partis")


def deliberate(pilote, edition):
    """What the jury had written down stands; the others are decided, the minutes are made."""
    pilote.goto(f"/jury/{edition.annee}/deliberation/")
    before = proposed(edition)
    assert len(before) == 5
    undecided = Dossier.objects.filter(edition=edition, statut=Statut.AUDITIONNE, proposition=None).order_by("numero")
    for dossier in list(undecided):
        line = pilote.locator(".proposition", has_text=dossier.numero)
        line.locator("[data-sens]").select_option("refus")
        line.get_by_label("Motif communiqué").fill(REFUS)
    press(pilote, "Enregistrer les propositions")
    says(pilote, "Les propositions sont enregistrées")
    assert before.items() <= proposed(edition).items()
    assert "Avant de clore" not in words(pilote)
    follow(pilote, "Clore la délibération")
    press(pilote, "Clore et établir le procès-verbal")
    says(pilote, "La délibération est close")
    minutes = pdf_text(download(pilote, lambda: follow(pilote, "Procès-verbal (PDF)")))
    numeros = Proposition.objects.filter(dossier__edition=edition).values_list("dossier__numero", flat=True)
    assert [numero for numero in numeros if numero not in minutes] == []


def proposed(edition):
    rows = Proposition.objects.filter(dossier__edition=edition)
    return {pk: line for pk, *line in rows.values_list("dossier", "sens", "montant", "rang", "motif")}


def vote_and_publish(pilote, edition):
    """The council follows the jury; every result leaves at once, and the laureates are the jury's."""
    lines = proposed(edition)
    assert Deliberation.objects.get(jury__edition=edition).is_closed
    pilote.goto(f"/laureats/vote/{edition.annee}/")
    fill(pilote, {"Date du vote": f"{timezone.localdate()}", "Numéro de la délibération": "2027-118"})
    press(pilote, "Enregistrer le vote")
    says(pilote, "Le vote est enregistré. Rien n’est encore publié.")
    assert "Rien ne peut être publié" not in words(pilote)
    confirm(pilote, "Publier les résultats")
    says(pilote, "Les résultats sont publiés")
    edition.refresh_from_db()
    assert edition.is_published
    retenus = {pk: montant for pk, (sens, montant, _, _) in lines.items() if sens == "laureat"}
    assert dict(Laureat.objects.filter(edition=edition).values_list("dossier", "montant")) == retenus
    statuts = dict(Dossier.objects.filter(pk__in=lines).values_list("pk", "statut"))
    # Who the jury kept in reserve waits on, as the council follows it.
    ends = {"laureat": Statut.LAUREAT, "reserve": Statut.RESERVE, "refus": Statut.NON_RETENU}
    assert statuts == {pk: ends[sens] for pk, (sens, *_) in lines.items()}
    owed = Courriel.objects.filter(cle_notification="resultat_laureat", etat=Etat.DU)
    assert set(owed.values_list("object_id", flat=True)) == set(retenus)


@pytest.mark.django_db
def test_11_the_fictional_year_is_refused_outside_the_demonstration():
    with pytest.raises(CommandError, match="en démonstration"):
        call_command("seed", stdout=StringIO())
    assert Edition.objects.count() == 0
