"""The minutes of the jury as data: attendance, recusals, quorum, means, proposals. Shape: the Typst template's head."""

import hashlib
import json

from django.conf import settings

from juries.classement.queries import ranking
from juries.classement.regles import METHODE
from juries.enums import College, SensProposition
from juries.models import Audition, Presence
from juries.quorum import quorum_of_all, regle_du_quorum
from label.recherche import fold
from projects.enums import Statut
from projects.models import Deport
from projects.models.dossier import by_numero

PROPOSITIONS = {
    SensProposition.LAUREAT: "propose",
    SensProposition.RESERVE: "reserve",
    SensProposition.REFUS: "non_retenu",
}


def digest(content):
    """SHA-256 in hexadecimal of bytes, or of data as canonical JSON."""
    if not isinstance(content, bytes):
        content = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()
    return hashlib.sha256(content).hexdigest()


def _attendance(jury):
    seances = jury.seances.count()
    presents = {}
    for presence in Presence.objects.filter(seance__jury=jury).select_related("jure"):
        presents.setdefault(presence.jure, 0)
        presents[presence.jure] += presence.is_present
    for jure in jury.jures.active():
        presents.setdefault(jure, 0)

    def word(nombre):
        if nombre == 0:
            return "absent"
        return "présent" if nombre == seances else f"présent ({nombre} séances sur {seances})"

    return [
        {
            "nom": college.label,
            "membres": [
                {
                    "nom": jure.nom + (" (présidence)" if jure.is_president else ""),
                    "qualite": jure.qualite,
                    "presence": word(nombre),
                    "voix": "délibérative",
                }
                for jure, nombre in sorted(presents.items(), key=lambda pair: fold(pair[0].nom))
                if jure.college == college
            ],
        }
        for college in College
    ]


def _deports(jury, dossiers):
    """Who is recused from what, members since gone included. Why is between the person and the pilote."""
    found = {}
    names = {jure.user_id: jure.nom for jure in jury.jures.filter(accepted_at__isnull=False).order_by("pk")}
    rows = Deport.objects.current().filter(user__in=names, dossier__in=dossiers).select_related("dossier")
    for row in rows.order_by(*by_numero("dossier__"), "pk"):
        found.setdefault(names[row.user_id], []).append(f"{row.dossier.numero}, {row.dossier.titre}")
    return [{"membre": nom, "dossiers": found[nom]} for nom in sorted(found, key=fold)]


def minutes(deliberation):
    """The data of `proces_verbal.typ` for a deliberation being closed; amounts in whole euros."""
    jury = deliberation.jury
    edition = jury.edition
    propositions = {p.dossier_id: p for p in deliberation.propositions.select_related("dossier")}
    ranked = ranking(Audition.objects.classees().filter(seance__jury=jury).select_related("dossier__structure"))
    auditions = [audition for audition in ranked if audition.dossier_id in propositions]
    quorum = quorum_of_all(jury, auditions)
    lines, total = [], 0
    for audition in auditions:
        dossier, proposition = audition.dossier, propositions[audition.dossier_id]
        montant = proposition.montant if proposition.sens == SensProposition.LAUREAT else None
        total += montant or 0
        lines.append(
            {
                "numero": dossier.numero,
                "titre": str(dossier),
                "structure": str(dossier.structure),
                "rang": audition.rang,
                "ex_aequo": audition.nombre_ex_aequo > 1 and audition.rang is not None,
                "moyenne": audition.moyenne,
                "ecart_type": audition.ecart_type,
                "nombre": audition.nombre_notes,
                "montant_demande": dossier.montant_demande,
                "proposition": PROPOSITIONS[proposition.sens],
                "montant": montant,
                "points_forts": proposition.points_forts,
                "motif": proposition.motif,
                "motif_interne": proposition.motif_interne,
            }
        )
    reserve = sorted((p for p in propositions.values() if p.sens == SensProposition.RESERVE), key=lambda p: p.rang)
    president = jury.jures.active().filter(is_president=True).first()
    absences = jury.edition.dossiers.filter(
        statut=Statut.NON_RETENU, passages__transition="record_absence", audition__isnull=False
    ).order_by(*by_numero())
    observations = [deliberation.synthese] if deliberation.synthese.strip() else []
    if absences:
        noms = " ; ".join(f"{dossier.numero}, {dossier}" for dossier in absences)
        observations.append(f"Porteurs absents à leur audition, dossiers non retenus : {noms}.")
    return {
        "demo": settings.DEMO or edition.is_fictive,
        "edition": edition.titre,
        "emetteur": {
            "nom": settings.LABEL_ATTRIBUANT_NOM,
            "service": settings.LABEL_SERVICE,
            "adresse": settings.LABEL_ADRESSE,
            "courriel": settings.LABEL_CONTACT_EMAIL,
        },
        "tenue_le": deliberation.tenue_le,
        "close_le": deliberation.closed_at,
        "lieu": deliberation.lieu or "au siège de l’EPT",
        "preside_par": president.nom,
        "colleges": _attendance(jury),
        "quorum": {
            "regle": regle_du_quorum(jury),
            "requis": quorum.requis,
            "presents": quorum.presents,
            "atteint": quorum.is_atteint,
            "manques": list(quorum.manques),
        },
        "deports": _deports(jury, propositions),
        "departage": jury.regle_departage,
        "methode": METHODE,
        "enveloppe": edition.enveloppe,
        "total": total,
        "dossiers": lines,
        "reserve": [
            {"rang": p.rang, "numero": p.dossier.numero, "titre": str(p.dossier), "montant": p.montant or None}
            for p in reserve
        ],
        "observations": observations,
        "signataires": [{"nom": president.nom, "qualite": "Présidence du jury"}],
    }
