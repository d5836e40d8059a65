"""What a mail says is true of it, and of who reads it."""

import re
from pathlib import Path

import pytest
import time_machine

from instruction.models import Instruction
from label.models import Courriel
from label.notifications import notify, registry
from projects.models import DemandeAdhesion
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import EN_TEMPS, complete_dossier, deposit, deposited_dossier, join_piece, responsable_of
from tests.factories.juries import audition_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory, StructureFactory

TEXTES = Path(__file__).parent.parent / "templates" / "courriels"
# What tells of a file that comes with the message; a file joined to a dossier is another matter.
JOINT = re.compile(r"\bjoint(?:e|s|es)? à ce\b|\bfichiers? joints?\b|\bci-joint|\ben pièce jointe\b", re.IGNORECASE)
# Said to one person, of what is theirs.
VOTRE = re.compile(r"\b(?:votre|vos)\b", re.IGNORECASE)
# True of whoever reads.
DE_CHACUN = re.compile(r"\bvotre (?:agenda|réponse|ordinateur|espace)\b", re.IGNORECASE)
SELON = r"{% (?:if|elif) destinataire (?:(?:not )?in \w+|== [\w.]+) %}.*?{% (?:else|endif) %}"
A_UN_LECTEUR = re.compile(SELON, re.DOTALL)


def text_of(key):
    return (TEXTES / f"{key}.txt").read_text()


def several_kinds(notification):
    """It goes to people who are not all the same to what it tells of, as its line of the plan says."""
    return bool(re.search(r"\bet\b|\bsinon\b", notification.a_qui))


def test_a_mail_that_says_something_is_joined_has_it():
    saying = {key for key in registry if JOINT.search(text_of(key))}
    joining = {key for key, one in registry.items() if one.files}
    assert saying - joining == set()
    assert saying == {
        "convocation", "convocation_annulee", "convocation_modifiee",
        "repetition_acceptee", "repetition_annulee", "repetition_proposee",
        "resultat_laureat", "resultat_attente", "resultat_refus",
    }  # fmt: skip
    for path in Path(TEXTES.parent / "account" / "email").glob("*.txt"):
        assert not JOINT.search(path.read_text()), path


@pytest.mark.django_db(transaction=True)
def test_the_receipt_is_told_as_it_is_joined_or_not(monkeypatch, settings):
    """Made at once or not, the message says nothing that its files do not show."""
    settings.TYPST_DELAI = 0
    with time_machine.travel(EN_TEMPS):
        dossier = complete_dossier()
        deposit(dossier, by=dossier.responsable)
    courriel = Courriel.objects.get(cle_notification="depot_recu", destinataire=dossier.responsable.email)
    assert "accusé de réception (PDF) se télécharge" in courriel.texte
    assert not JOINT.search(courriel.texte)


def test_a_mail_to_several_kinds_of_people_says_votre_to_whom_it_is():
    mixed = {key for key, one in registry.items() if several_kinds(one)}
    assert len(mixed) >= 10
    found = {key: VOTRE.findall(DE_CHACUN.sub("", A_UN_LECTEUR.sub("", text_of(key)))) for key in mixed}
    # Who deposits is of the structure, or deposits for it; who takes a charge and who leaves it each have their branch.
    found = {key: words for key, words in found.items() if key not in {"depot_recu", "responsabilite_transmise"}}
    assert {key: words for key, words in found.items() if words} == {}


def mails(key):
    return {one.destinataire: (one.sujet, one.texte) for one in Courriel.objects.filter(cle_notification=key)}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["convocation", "convocation_modifiee"])
def test_the_hearing_is_the_porteurs_and_the_chef_is_told_of_it(key):
    seance = seance_of(jury_of())
    audition = audition_of(seance)
    dossier = audition.dossier
    chef = AffectationFactory(contrat=dossier.contrat).user
    porteur = responsable_of(dossier.structure)
    notify(key, audition, occurrence="1")
    found = mails(key)
    sujet, texte = found[porteur.email]
    assert sujet.startswith("Votre audition")
    assert "votre projet" in texte
    assert "Vous aurez" in texte
    sujet, texte = found[chef.email]
    assert not VOTRE.search(sujet)
    assert VOTRE.findall(DE_CHACUN.sub("", texte)) == []
    assert dossier.titre in sujet
    assert "La structure aura" in texte


@pytest.mark.django_db
def test_whoever_stands_in_for_a_chef_or_a_responsable_is_told_so():
    pilote, chef = UserFactory(pilote=True), UserFactory()
    avec, sans = DossierFactory(chef=chef), DossierFactory()
    for dossier in (avec, sans):
        notify("idee_recue", dossier)
        notify("visa_demande", dossier)
    idees, visas = mails("idee_recue"), mails("visa_demande")
    assert idees[chef.email][0].startswith("Une idée pour votre quartier")
    assert "donner votre visa" in visas[chef.email][1]
    assert VOTRE.findall(" ".join([*idees[pilote.email], *visas[pilote.email]])) == []
    assert "nommez-en un" in visas[pilote.email][1]
    menee, seule = StructureFactory(), StructureFactory()
    responsable = responsable_of(menee)
    for structure in (menee, seule):
        notify("demande_adhesion", DemandeAdhesion.objects.create(structure=structure, user=UserFactory()))
    demandes = mails("demande_adhesion")
    assert "Sans réponse de votre part" in demandes[responsable.email][1]
    assert "c’est à l’EPT de répondre" in demandes[pilote.email][1]
    assert not VOTRE.search(demandes[pilote.email][1])


@pytest.mark.django_db
def test_a_file_set_aside_is_the_matter_of_who_joined_it():
    dossier = deposited_dossier()
    piece = join_piece(dossier)
    instructeur = UserFactory(instructeur=True)
    Instruction.objects.create(dossier=dossier, instructeur=instructeur)
    notify("piece_ecartee", piece)
    found = mails("piece_ecartee")
    assert "votre faute" in found[piece.by.email][1]
    assert not VOTRE.search(found[instructeur.email][1])
    assert piece.by.get_full_name() in found[instructeur.email][1]
