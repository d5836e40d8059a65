"""The lists of the laureates, as people take them away, and the open data of the grants."""

from django.conf import settings

from label.exports import Column, Table, register
from label.templatetags.label_ui import euros
from laureats import scdl
from laureats.models import Laureat, Versement
from projects.deport.queries import ensure_not_recused


def _quartiers(laureat):
    return " ; ".join(quartier.nom for quartier in laureat.quartiers.all())


def _vote(laureat):
    decision = getattr(laureat.dossier, "decision", None) if laureat.dossier_id else None
    return decision.vote if decision else None


def _ids(laureat, champ):
    return " ; ".join(filter(None, (getattr(b, champ) for b in laureat.beneficiaires.all())))


def _versements(laureat):
    """«Acompte de 70 % : 7 000 € (payé)», one after the other."""
    return " ; ".join(
        f"{versement.libelle}\u00a0: {euros(versement.montant)} ({versement.get_etat_display().lower()})"
        for versement in laureat.versements.all()
    )


def _verse(laureat):
    return sum(versement.montant for versement in laureat.versements.all() if versement.is_paye)


def for_export(laureats):
    """The queryset with all that the complete list and the open data read, in a constant number of queries."""
    return (
        laureats.with_places().select_related("dossier__decision__vote").prefetch_related("beneficiaires", "versements")
    )


def public_table(laureats):
    """The laureates as everybody sees them."""
    return Table(
        "Lauréats",
        [
            Column("annee", "Édition", "edition.annee", kind="plain"),
            Column("edition", "Édition à préciser", "edition_incertaine", kind="bool"),
            Column("ordre", "Numéro", kind="plain"),
            Column("nom", "Structure", lambda row: row.nom_affiche, width=40),
            Column("titre", "Projet", width=50),
            Column("resume", "Résumé", width=60),
            Column("contrat", "Contrat de ville", "contrat.nom", width=36),
            Column("quartiers", "Quartiers", _quartiers, width=36),
            Column("commune", "Commune", "commune.nom"),
            Column("montant", "Montant voté (€)", kind="euros"),
            Column("source", "Source", width=40),
        ],
        laureats,
    )


def laureat_table(laureats):
    """The complete list of the EPT; `laureats` comes from `for_export`."""
    return Table(
        "Lauréats",
        [
            Column("annee", "Édition", "edition.annee", kind="plain"),
            Column("numero", "Numéro", lambda row: row.dossier.numero if row.dossier_id else f"{row.ordre}", width=16),
            Column("nom", "Structure", lambda row: row.nom_affiche, width=40),
            Column("siret", "SIRET", lambda row: _ids(row, "siret"), width=18),
            Column("rna", "RNA", lambda row: _ids(row, "rna"), width=14),
            Column("titre", "Projet", width=50),
            Column("contrat", "Contrat de ville", "contrat.nom", width=36),
            Column("quartiers", "Quartiers", _quartiers, width=36),
            Column("commune", "Commune", "commune.nom"),
            Column("montant_demande", "Montant demandé (€)", "dossier.montant_demande", kind="euros"),
            Column("montant", "Montant voté (€)", kind="euros"),
            Column("deliberation", "Délibération", lambda row: vote.numero if (vote := _vote(row)) else None),
            Column("vote", "Date du vote", lambda row: vote.date if (vote := _vote(row)) else None, kind="date"),
            Column("date_notification", "Notifié le", kind="date"),
            Column("is_convention_requise", "Convention obligatoire", kind="bool"),
            Column("convention_signee_le", "Convention signée le", kind="date"),
            Column("versements", "Versements", _versements, width=50),
            Column("verse", "Déjà payé (€)", _verse, kind="euros"),
            Column("objet", "Objet de la subvention", width=50),
            Column("source", "Source", width=40),
        ],
        laureats,
    )


def versement_table(versements):
    """Payments with the grant they belong to; rows select `laureat__edition` and prefetch the beneficiaries."""
    return Table(
        "Versements",
        [
            Column("annee", "Édition", "laureat.edition.annee", kind="plain"),
            Column("numero", "Dossier", "laureat.dossier.numero", width=16),
            Column("nom", "Structure", "laureat.nom", width=40),
            Column("siret", "SIRET", lambda row: _ids(row.laureat, "siret"), width=18),
            Column("titre", "Projet", "laureat.titre", width=50),
            Column("libelle", "Versement", width=20),
            Column("montant", "Montant (€)", kind="euros"),
            Column("prevu_le", "Prévu le", kind="date"),
            Column("etat", "État", lambda row: row.get_etat_display(), width=14),
            Column("retard", "En retard", "is_en_retard", kind="bool"),
            Column("paid_on", "Payé le", kind="date"),
            Column("convention", "Convention signée le", "laureat.convention_signee_le", kind="date"),
        ],
        versements,
    )


def with_grant(versements):
    """The queryset with what the list of payments reads."""
    return versements.select_related("laureat__edition", "laureat__dossier").prefetch_related("laureat__beneficiaires")


@register("laureats", "Lauréats", "laureats.export_laureat", ligne="lauréat")
def laureats_export(edition, user):
    """The complete list, which is an official one: whole, or refused."""
    ensure_not_recused(user, edition)
    return laureat_table(for_export(Laureat.objects.visible_to(user).in_edition(edition)))


@register("versements", "Versements", "laureats.view_suivi", ligne="versement")
def versements_export(edition, user):
    """The payments, for the public accountant: whole, or refused."""
    ensure_not_recused(user, edition)
    return versement_table(with_grant(Versement.objects.visible_to(user).filter(laureat__edition=edition)))


def date_convention(laureat):
    """The date the schema requires: the convention's signature, else the notification, else the vote.

    A grant without a convention takes effect when it is notified (CRPA L221-8); the EPT may choose otherwise.
    """
    vote = _vote(laureat)
    return laureat.convention_signee_le or laureat.date_notification or (vote.date if vote else None)


def scdl_lignes(laureats):
    """One `scdl.LigneScdl` per beneficiary as (laureate, ligne) pairs; `laureats` comes from `for_export`."""
    pairs = []
    for laureat in laureats:
        versements = list(laureat.versements.all())
        condition, dates = scdl.conditions(versement.paid_on or versement.prevu_le for versement in versements)
        vote = _vote(laureat)
        for beneficiaire in laureat.beneficiaires.all():
            ligne = scdl.LigneScdl(
                nom_attribuant=settings.LABEL_ATTRIBUANT_NOM,
                id_attribuant=settings.LABEL_ATTRIBUANT_SIRET,
                date_convention=date_convention(laureat),
                nom_beneficiaire=scdl.inerte(beneficiaire.nom),
                objet=laureat.objet,
                montant=laureat.montant,
                dates_versement=dates,
                reference_decision=vote.numero if vote else "",
                id_beneficiaire=beneficiaire.siret,
                rna_beneficiaire=beneficiaire.rna,
                conditions_versement=condition,
                pourcentage=beneficiaire.part,
            )
            pairs.append((laureat, ligne))
    return pairs


def scdl_export(laureats):
    """(CSV bytes, problems): a laureate one of whose rows the schema refuses is left out whole, and listed.

    `problems`: list of (laureate, [French messages]). A natural person, who has no SIRET nor RNA, never goes out.
    """
    pairs = scdl_lignes(laureats)
    messages = {}
    for laureat in laureats:
        lignes = [ligne for owner, ligne in pairs if owner is laureat]
        found = [message for _, message in scdl.erreurs_fichier(lignes)]
        if not lignes:
            found = ["Le bénéficiaire et le montant ne sont pas connus."]
        if found:
            messages[laureat] = list(dict.fromkeys(found))
    bons = [(laureat, ligne) for laureat, ligne in pairs if laureat not in messages]
    # Each grant is sound by itself: what is left is two grants that the file could not tell apart.
    for numero, _ in scdl.erreurs_fichier(ligne for _, ligne in bons):
        messages[bons[numero - 1][0]] = [
            "Une autre subvention a le même objet et le même montant\u00a0: précisez l’objet."
        ]
    return scdl.write_scdl(ligne for laureat, ligne in bons if laureat not in messages), list(messages.items())
