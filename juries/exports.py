"""The lists of the jury, as people take them away."""

from operator import itemgetter

from django.db.models import CharField, Value
from django.db.models.functions import Coalesce, NullIf

from juries.enums import College
from juries.models import Audition, Note
from label.exports import Column, Table, register
from projects.models.dossier import by_numero


def ranking_table(auditions, corrigees):
    """The ranking as seen: rank, means on 20, number of ballots. `auditions` come from `classement.queries.fetch`."""
    return Table(
        "Classement",
        [
            Column("rang", "Rang", kind="int"),
            Column("ex_aequo", "Ex æquo", lambda a: a.rang is not None and a.nombre_ex_aequo > 1, kind="bool"),
            Column("numero", "Numéro", "dossier.numero", width=14),
            Column("titre", "Projet", "dossier.titre", width=44),
            Column("structure", "Structure", "dossier.structure.nom", width=36),
            Column("moyenne", "Moyenne sur 20", kind="decimal"),
            Column("ecart_type", "Écart-type", kind="decimal"),
            Column("nombre_notes", "Bulletins comptés", kind="int"),
            Column("corrigee", "Moyenne corrigée", lambda a: corrigees.get(a.dossier_id), kind="decimal"),
            Column("demande", "Montant demandé", "dossier.montant_demande", kind="euros"),
        ],
        auditions,
    )


@register("notes", "Notes du jury : qui, sur quel critère", "juries.export_notes", ligne="note")
def scores_table(edition, user):
    """Every note of every final ballot the person may see, counted or not, one line per criterion; streamed."""
    auditions = Audition.objects.visible_to(user).filter(seance__jury__edition=edition)
    rows = (
        Note.objects.filter(bulletin__audition__in=auditions, bulletin__final_at__isnull=False)
        .order_by(*by_numero("bulletin__audition__dossier__"), "bulletin_id", "critere__ordre")
        .values_list(
            "bulletin__audition__dossier__numero",
            "bulletin__audition__dossier__titre",
            "bulletin__jure__nom",
            "bulletin__jure__college",
            "critere__nom",
            "critere__poids",
            "valeur",
            "critere__note_max",
            "sans_avis",
            "bulletin__final_at",
        )
    )
    headings = [
        ("numero", "Numéro", "text"),
        ("titre", "Projet", "text"),
        ("membre", "Membre du jury", "text"),
        ("college", "Collège", "text"),
        ("critere", "Critère", "text"),
        ("poids", "Poids", "int"),
        ("note", "Note", "int"),
        ("note_max", "Note maximale", "int"),
        ("sans_avis", "Sans avis", "bool"),
        ("rendu", "Bulletin rendu le", "datetime"),
    ]
    colleges = dict(College.choices)

    def cell(place, name):
        return (lambda row: colleges[row[place]]) if name == "college" else itemgetter(place)

    columns = [Column(name, heading, cell(place, name), kind) for place, (name, heading, kind) in enumerate(headings)]
    return Table("Notes du jury", columns, rows.iterator(chunk_size=5000))


@register("plan_auditions", "Plan des auditions", "juries.export_plan", ligne="audition")
def plan_table(edition, user):
    """Who is heard, when and where, in order of time."""
    contact = Coalesce(NullIf("dossier__structure__representant_nom", Value("")), "dossier__structure__nom")
    rows = (
        Audition.objects.managed_by(user)
        .filter(seance__jury__edition=edition)
        .annotate(
            porteur=contact,
            salle=Coalesce(NullIf("seance__lieu", Value("")), "seance__visio", output_field=CharField()),
        )
        .select_related("dossier__structure", "dossier__contrat")
        .order_by("debut", "pk")
    )
    return Table(
        "Plan des auditions",
        [
            Column("jour", "Jour", "debut", kind="date"),
            Column("debut", "Début", kind="datetime"),
            Column("fin", "Fin", kind="datetime"),
            Column("salle", "Lieu ou visioconférence", width=36),
            Column("numero", "Numéro", "dossier.numero", width=14),
            Column("titre", "Projet", "dossier.titre", width=44),
            Column("structure", "Structure", "dossier.structure.nom", width=36),
            Column("porteur", "Représentant", width=28),
            Column("contrat", "Contrat de ville", "dossier.contrat.nom", width=30),
            Column("statut", "Statut", lambda a: a.dossier.get_statut_display()),
            Column("convoque", "Convoqué le", "convoked_at", kind="datetime"),
        ],
        rows.iterator(chunk_size=2000),
    )


OFFERED = {"notes": scores_table, "plan_auditions": plan_table}
