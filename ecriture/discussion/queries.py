"""What people say of a thing: who reads what, the threads of a section, how many stay open in each."""

import re

from django.db.models import Count

from ecriture.declaration import declaration_of
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


def open_counts(user, objet):
    """How many discussions this person reads stay open, as {section: number}; one query."""
    rows = Commentaire.objects.visible_to(user, objet).filter(resolved_at=None, parent=None)
    Section = declaration_of(objet).Section
    return {Section(code): n for code, n in rows.order_by().values_list("section").annotate(n=Count("pk"))}
