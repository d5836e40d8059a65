"""Two fictional juries: one that heard, scored and proposed a year ago, one that is at work."""

from datetime import datetime, time, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from juries.classement.queries import ranking
from juries.composition.actions import accept_invitation, create_jury, invite_jure
from juries.declaration.actions import declare
from juries.deliberation.actions import (
    auditions_to_decide,
    close_deliberation,
    open_deliberation,
    save_propositions,
)
from juries.enums import College, SensProposition
from juries.models import Audition, Declaration, Jure, Seance
from juries.notation.actions import grille, save_bulletin
from juries.oral.actions import add_support, confirm_venue, decline_venue, save_besoin, save_presentation
from juries.oral.forms import PresentationForm
from juries.oral.queries import announced
from juries.oral.repetitions import accept_repetition, propose_repetition
from juries.seance.actions import (
    free_slot,
    hear,
    lock_seance,
    place_audition,
    record_absence,
    record_presences,
    save_seance,
)
from juries.seance.convocation import publish_convocations
from label.vus import seal
from projects.enums import Statut
from projects.models import Dossier, Membre
from projects.models.dossier import by_numero
from projects.seed_pieces import FICTIF, pdf

JURES = (
    ("presidente@demo.example", "Claire", "Astier", "Vice-présidente à la politique de la ville", College.ELUS),
    ("jure2@demo.example", "Émile", "Vasseur", "Maire adjoint", College.ELUS),
    ("jure3@demo.example", "Soraya", "Amrani", "Conseillère territoriale", College.ELUS),
    ("jure@demo.example", "Hugo", "Belmas", "Universitaire, sociologue de l’innovation", College.EXPERTS),
    ("jure5@demo.example", "Judith", "Lambert", "Préfecture, déléguée du préfet", College.EXPERTS),
    ("jure6@demo.example", "Paul", "Thévenot", "Département, direction de la ville", College.EXPERTS),
    ("jure7@demo.example", "Mina", "Slimani", "Fablab, responsable", College.TECHNICIENS),
    ("jure8@demo.example", "Yann", "Girardot", "Incubateur social", College.TECHNICIENS),
    ("jure9@demo.example", "Coumba", "Sissoko", "Bailleur, innovation sociale", College.TECHNICIENS),
)
# What the current jury has written down of the best five it heard; the deliberation is still open.
DEJA_DITS = (
    SensProposition.LAUREAT,
    SensProposition.LAUREAT,
    SensProposition.RESERVE,
    SensProposition.REFUS,
    SensProposition.LAUREAT,
)

A_REPRENDRE = "Le projet gagnerait à être repris avec les habitants."
EN_ATTENTE = "Le projet a convaincu le jury, et l’enveloppe de l’année ne suffit pas à le soutenir aussi."
POINTS_FORTS = (
    "Une équipe présente dans le quartier depuis longtemps, et des partenaires qui s’engagent.",
    "Les habitants ont écrit le projet et en tiennent les ateliers.",
    "Un budget tenu, et des indicateurs que l’on pourra vraiment lire.",
)
# Why this amount: said among the jury, and to nobody else.
AJUSTE = "Montant de l’instruction repris : les dépenses de communication n’ont pas convaincu."
DITS = {SensProposition.RESERVE: EN_ATTENTE, SensProposition.REFUS: A_REPRENDRE}


def seed(monde):
    _finished(monde)
    _at_work(monde)


def _jury(monde, edition, at):
    """The jury of `edition`, its nine members invited and seated at the aware datetime `at`."""
    with monde.le(at):
        jury = create_jury(edition, by=monde.pilote)
        jury.quorum, jury.minimum_par_college = 5, 1
        jury.save(update_fields=["quorum", "minimum_par_college"])
        for email, prenom, nom, qualite, college in JURES:
            jure = Jure(
                jury=jury,
                nom=f"{prenom} {nom}",
                qualite=qualite,
                email=email,
                college=college,
                is_president=email == "presidente@demo.example",
                invited_at=at,
            )
            invite_jure(jure, by=monde.pilote)
            accept_invitation(jure, by=monde.personne(email, prenom, nom))
    return jury


def _declare(monde, jury, *, sauf=()):
    """Everybody declares; each of two members, in collèges that stay represented, has a link with one
    dossier. `sauf`: who has not answered yet."""
    dossiers = list(Dossier.objects.filter(edition=jury.edition, statut=Statut.ADMIS).order_by(*by_numero()))
    for rang, jure in enumerate(jury.jures.active().order_by("pk")):
        if jure.email in sauf:
            continue
        answers = dict.fromkeys([dossier.pk for dossier in dossiers])
        if rang in {2, 4}:
            answers[dossiers[rang].pk] = "Membre du conseil d’administration de la structure."
        declare(jure, answers, by=jure.user)


def _seance(monde, jury, debut, dossiers, *, lieu):
    """A séance from `debut` on, with these dossiers one after the other, convoked."""
    # Half an hour each, the pauses counted, and one more hour.
    fin = debut + timedelta(minutes=30 * len(dossiers) + 60)
    seance = Seance(jury=jury, debut=debut, fin=fin, lieu=lieu, duree_presentation=10)
    seance = save_seance(seance, by=monde.pilote)
    for dossier in dossiers:
        place_audition(seance, dossier, free_slot(seance), by=monde.pilote)
    publish_convocations(seance, by=monde.pilote)
    return seance


def _hold(monde, seance, *, absent=None):
    """The members present score what they hear; `absent` names a dossier whose porteur did not come."""
    present = {jure.pk for jure in seance.jury.jures.active().exclude(email="jure9@demo.example")}
    with monde.le(seance.debut):
        record_presences(seance, present, by=monde.pilote)
    for audition in seance.auditions.select_related("dossier", "seance").order_by("debut"):
        with monde.le(audition.fin):
            if audition.dossier == absent:
                record_absence(audition, motif="Personne ne s’est présenté à l’audition.", by=monde.pilote)
                continue
            _score(monde, audition, present)
            hear(audition, by=monde.pilote)
    with monde.le(seance.fin):
        lock_seance(seance, by=monde.pilote)


def _score(monde, audition, present):
    criteres = grille(audition)
    valeur = monde.hasard.gauss(3.2, 0.8)
    free = Declaration.objects.libres().filter(dossier=audition.dossier, jure__in=present)
    for declaration in free.select_related("jure__user").order_by("jure"):
        severite = (declaration.jure_id % 5 - 2) * 0.25
        notes = {critere.pk: min(5, max(0, round(monde.hasard.gauss(valeur + severite, 0.7)))) for critere in criteres}
        save_bulletin(
            audition,
            declaration.jure,
            notes=notes,
            commentaire="Une équipe solide, un vrai ancrage." if monde.hasard.random() < 0.3 else "",
            final=True,
            by=declaration.jure.user,
        )


def _finished(monde):
    edition = monde.precedente
    jury = _jury(monde, edition, _nine(edition.jury_debut) - timedelta(days=30))
    with monde.le(_nine(edition.jury_debut) - timedelta(days=20)):
        _declare(monde, jury)
        dossiers = list(Dossier.objects.filter(edition=edition, statut=Statut.ADMIS).order_by(*by_numero()))
        half = len(dossiers) // 2
        seances = [
            _seance(monde, jury, _nine(edition.jury_debut), dossiers[:half], lieu="Salle du conseil, Orly"),
            _seance(monde, jury, _nine(edition.jury_fin), dossiers[half:], lieu="Salle du conseil, Orly"),
        ]
    for seance in seances:
        _hold(monde, seance, absent=dossiers[-1])
    with monde.le(_nine(edition.jury_fin) + timedelta(hours=9)):
        _deliberate(monde, jury)


def _deliberate(monde, jury):
    """Thirteen or so laureates within the envelope, three in reserve, the others not retained, with a reason."""
    deliberation = open_deliberation(jury)
    reste, lines, reserve = jury.edition.enveloppe, {}, 0
    for audition in auditions_to_decide(jury):
        montant = audition.dossier.instruction.montant_propose
        if montant <= reste and reserve == 0:
            reste -= montant
            lines[audition.dossier_id] = {
                "sens": SensProposition.LAUREAT,
                "montant": montant,
                "rang": None,
                "motif_interne": AJUSTE if montant < (audition.dossier.montant_demande or 0) else "",
            }
        elif reserve < 3:
            reserve += 1
            lines[audition.dossier_id] = {
                "sens": SensProposition.RESERVE,
                "montant": montant,
                "rang": reserve,
                "motif": EN_ATTENTE,
            }
        else:
            motif = "Le jury a préféré des projets où les habitants tiennent une plus grande place."
            lines[audition.dossier_id] = {"sens": SensProposition.REFUS, "montant": 0, "rang": None, "motif": motif}
    for rang, line in enumerate(lines.values()):
        line["points_forts"] = POINTS_FORTS[rang % len(POINTS_FORTS)]
    save_propositions(
        deliberation, lines, by=monde.pilote, synthese="Une année dense : le jury salue la qualité des présentations."
    )
    close_deliberation(deliberation, by=monde.pilote)


def _at_work(monde):
    """A first séance two days ago, a second one this week; one member has not declared yet."""
    edition = monde.courante
    jury = _jury(monde, edition, monde.jour(-25))
    with monde.le(monde.jour(-9)):
        _declare(monde, jury, sauf={"jure8@demo.example"})
        dossiers = list(Dossier.objects.filter(edition=edition, statut=Statut.ADMIS).order_by(*by_numero()))
        heard, waiting = dossiers[:9], dossiers[9:]
        passee = _seance(monde, jury, monde.jour(-2, 9), heard, lieu="Médiathèque de Choisy-le-Roi")
        _seance(monde, jury, monde.jour(0, 8), waiting[:3], lieu="Salle du conseil, Orly")
    with monde.le(monde.jour(-3)):
        _prepare(monde, waiting[:4])
    _hold(monde, passee, absent=heard[-1])
    _say_early(monde, passee)


def _prepare(monde, dossiers):
    """How the structures that wait prepare: one has confirmed and rehearses, one cannot come, one has not answered."""
    for rang, dossier in enumerate(dossiers):
        membre = Membre.objects.current().filter(structure=dossier.structure_id).select_related("user").first().user
        chef = dossier.contrat.chefs()[0]
        audition = announced(dossier)
        sceau = seal(audition.annonce) if audition else ""
        if rang == 0:
            confirm_venue(dossier, sceau=sceau, by=membre)
            who = {"orateurs": f"{membre.get_full_name()}, présidente", "remplacant": "Lila Benamar, animatrice"}
            save_presentation(dossier, partial(PresentationForm, who), by=membre)
            lines = (dossier.structure.nom, "", "Le besoin", "Ce que nous ferons", "Avec qui", "", FICTIF)
            content = pdf("Notre projet en dix minutes", lines)
            diaporama = SimpleUploadedFile("Notre projet en dix minutes.pdf", content, "application/pdf")
            add_support(dossier, fichier=diaporama, by=membre)
            save_besoin(dossier, "Un accès sans escalier, et un écran pour montrer nos photos.", by=membre)
        if rang == 1:
            motif = "Notre salle est inondée et nous y sommes attendus. L’après-midi, nous pourrions venir."
            decline_venue(dossier, motif=motif, sceau=sceau, by=membre)
        if rang in {0, 3}:
            date = {"debut": monde.jour(-1, 18) if rang == 0 else monde.jour(4, 18), "duree": 45}
            place = {"lieu": "Maison du projet", "visio": "", "mot": "Dix minutes devant moi, puis vos questions."}
            repetition = propose_repetition(dossier, by=chef, **date, **place)
            if rang == 0:
                accept_repetition(dossier, vu=repetition.cle, by=membre)


def _say_early(monde, seance):
    """What a first sitting of the jury would propose for the best five; nothing moves before the closing."""
    auditions = Audition.objects.filter(seance=seance, dossier__statut=Statut.AUDITIONNE)
    best = ranking(auditions.select_related("dossier__instruction"))[: len(DEJA_DITS)]
    lines = {}
    for audition, sens in zip(best, DEJA_DITS, strict=True):
        lines[audition.dossier_id] = {
            "sens": sens,
            "montant": 0 if sens == SensProposition.REFUS else audition.dossier.instruction.montant_propose,
            "rang": 1 if sens == SensProposition.RESERVE else None,
            "points_forts": POINTS_FORTS[len(lines) % len(POINTS_FORTS)],
            "motif": DITS.get(sens, ""),
        }
    with monde.le(monde.jour(-1)):
        save_propositions(open_deliberation(seance.jury), lines, by=monde.pilote)


def _nine(date):
    """Nine in the morning of that date in Paris, as an aware datetime."""
    return timezone.make_aware(datetime.combine(date, time(9)))
