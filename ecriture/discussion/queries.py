"""What people say of a thing: who reads what, the threads of a section, how many stay open in each."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from ecriture.declaration import declaration_of
from ecriture.enums import Visibilite
from ecriture.models import Commentaire

# What a comment is about once its line or its question is gone.
RETIRE = "une ligne retirée depuis"


def names_by_group(lecteurs, visibilite):
    """Who will read it: list of (group, names joined by commas), for the line above the box."""
    found = []
    for groupe in type(lecteurs[0].groupe) if lecteurs else ():
        if names := [lecteur.nom for lecteur in lecteurs if lecteur.groupe == groupe and lecteur.lit(visibilite)]:
            found.append((groupe.label, ", ".join(names)))
    return found


def mentioned_in(texte, lecteurs):
    """The readers named «@Prénom Nom» in the text, capitals and kinds of spaces aside."""
    said = re.sub(r"\s+", " ", texte).casefold()
    return [
        lecteur
        for lecteur in lecteurs
        if re.search(rf"@{re.escape(re.sub(r'\s+', ' ', lecteur.nom).casefold())}(?!\w)", said)
    ]


def champs_of(objet, section):
    """What may be commented in a section, in its order, as {nom: label}; one query when it has rows."""
    return {nom: label for kind in declaration_of(objet).kinds_in(section) for nom, label in kind.listed(objet).items()}


def threads_of(user, objet, section):
    """The discussions of a section this person reads, open ones first: dicts `tete`, `reponses`, `champ`, `ancre`,
    `lue_par` (words)."""
    declared = declaration_of(objet)
    rows = list(
        Commentaire.objects.visible_to(user, objet)
        .filter(section=section)
        .select_related("auteur", "resolved_by")
        .prefetch_related("mentions")
    )
    answers = {}
    for row in rows:
        if row.parent_id:
            answers.setdefault(row.parent_id, []).append(row)
    labels = champs_of(objet, section) if any(row.champ for row in rows) else {}
    threads = [
        {
            "tete": row,
            "reponses": answers.get(row.pk, []),
            "champ": labels.get(row.champ, RETIRE) if row.champ else "",
            "ancre": declared.ancre(row.champ) if row.champ else "",
            "lue_par": declared.lecteurs[row.visibilite],
        }
        for row in rows
        if not row.parent_id
    ]
    return sorted(threads, key=lambda thread: thread["tete"].resolved_at is not None)


def open_heads(user, objet):
    """The first words of each discussion this person reads that stays open, as a queryset."""
    return Commentaire.objects.visible_to(user, objet).filter(resolved_at=None, parent=None)


def open_counts(user, objet):
    """How many discussions this person reads stay open, as {section: number}; one query."""
    rows = open_heads(user, objet)
    Section = declaration_of(objet).Section
    return {Section(code): n for code, n in rows.order_by().values_list("section").annotate(n=Count("pk"))}


def open_totals(user, objets):
    """How many discussions this person reads stay open in each of these things, of one kind: {pk: number}.

    One query for all, whatever their number, once what the person may read is known; those without any are left out.
    """
    ecrits = {objet.ecrit_id: objet.pk for objet in objets}
    hidden = [objet.ecrit_id for objet in objets if not declaration_of(objet).reads_agents(objet, user)]
    rows = Commentaire.objects.filter(ecrit__in=ecrits, resolved_at=None, parent=None)
    rows = rows.exclude(ecrit__in=hidden, visibilite=Visibilite.AGENTS)
    counted = rows.order_by().values_list("ecrit").annotate(n=Count("pk"))
    return {ecrits[ecrit]: n for ecrit, n in counted}


@dataclass(frozen=True)
class Ouverte:
    """One discussion left open. `champ`: its field in words, '' for the whole part; `adresse`: where it is read."""

    partie: str
    champ: str
    texte: str
    auteur: str
    at: datetime
    adresse: str


def open_threads(user, objet):
    """The discussions this person reads that stay open, as a list of `Ouverte`, part by part, oldest first."""
    declared = declaration_of(objet)
    rows = list(open_heads(user, objet).select_related("auteur"))
    labels = {code: champs_of(objet, declared.Section(code)) for code in {row.section for row in rows if row.champ}}
    order = [section.value for section in declared.Section]
    return [
        Ouverte(
            partie=declared.Section(row.section).label,
            champ=labels[row.section].get(row.champ, RETIRE) if row.champ else "",
            texte=row.texte,
            auteur=row.auteur.get_full_name(),
            at=row.created_at,
            adresse=thread_address(objet, row),
        )
        for row in sorted(rows, key=lambda row: (order.index(row.section), row.created_at, row.pk))
    ]


def thread_address(objet, commentaire):
    """Where the discussion of this comment is read."""
    page = declaration_of(objet).address("section_edit", objet, commentaire.section)
    return f"{page}#commentaire-{commentaire.parent_id or commentaire.pk}"


@dataclass(frozen=True)
class Marque:
    """What is open about one field: how many discussions, and where the first is on the page, without the #."""

    nombre: int
    ancre: str


def marks_of(threads):
    """{nom of the field: its `Marque`}, from the `threads_of` a section."""
    found = {}
    for thread in threads:
        tete = thread["tete"]
        if tete.champ and tete.resolved_at is None:
            first = found.get(tete.champ)
            ancre = first.ancre if first else f"commentaire-{tete.pk}"
            found[tete.champ] = Marque(first.nombre + 1 if first else 1, ancre)
    return found
