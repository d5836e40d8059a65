"""What the fields of a thing hold, what moved in them, and what a page needs to save them by themselves."""

from ecriture.declaration import declaration_of
from ecriture.lexique import Lexique
from ecriture.models import Champ, Divergence
from label.templatetags.label_ui import heure
from label.textes import TEXTE_MAX


def read_champ(objet, nom):
    """What the database holds for this field. Raises ChampInconnu."""
    return declaration_of(objet).kind(nom).read(objet, nom)


def read_champs(objet, noms):
    """What the database holds for these fields, {nom: valeur}: the rows of each kind in one query."""
    return {nom: read_champ(objet, nom) for nom in noms}


def moved(objet, since):
    """The fields written after the revision `since`, as the script of a page reads them."""
    rows = Champ.objects.filter(ecrit=objet.ecrit_id, revision__gt=since).select_related("by").order_by("revision")
    held = read_champs(objet, [row.nom for row in rows])
    return [
        {
            "nom": row.nom,
            "section": row.section,
            "version": row.version,
            "valeur": held[row.nom],
            "par": row.by.get_full_name() if row.by else "",
            "heure": heure(row.at),
        }
        for row in rows
    ]


def etat_of(objet, section, form):
    """What the script of a section starts from: where to send, and each field with its version and value.

    `form` None: a section whose page holds no field still tells who is there, and follows what others write.
    """
    declared = declaration_of(objet)
    rows = Champ.objects.filter(ecrit=objet.ecrit_id, section=section)
    versions = dict(rows.values_list("nom", "version")) if form else {}
    stored = form.stored() if form else {}
    return {
        "section": section,
        "revision": objet.revision,
        "vie": declared.address("vie", objet),
        "champs": declared.address("champ_save", objet, "x").removesuffix("x/"),
        "longueur": TEXTE_MAX,
        "valeurs": {nom: {"version": versions.get(nom, 0), "valeur": valeur} for nom, valeur in stored.items()},
    }


def divergences_of(objet, section):
    """The open divergences of a section, as the page shows them side by side.

    `est_texte`: both may be joined; `quoi`: how the page calls the two.
    """
    rows, lexique = Divergence.objects.waiting(objet, section), Lexique(objet)
    return [
        {
            "pk": row.pk,
            "nom": row.nom,
            "sien": _shown(lexique, row.nom, row.sien),
            "mien": _shown(lexique, row.nom, row.mien),
            "par": row.by.get_full_name(),
            "autre": row.autre.get_full_name() if row.autre else "",
            "est_texte": _are_texts(row) and lexique.kind(row.nom).is_prose(objet, row.nom),
            "quoi": "valeurs" if lexique.is_whole(row.nom) or not _are_texts(row) else "textes",
            "libelle": lexique.libelle(row.nom, row.sien or row.mien),
        }
        for row in rows.select_related("by", "autre")
    ]


def _are_texts(row):
    return isinstance(row.sien, str) and isinstance(row.mien, str)


def _shown(lexique, nom, valeur):
    """A value in words."""
    said = lexique.mots(nom, valeur)
    return ", ".join(said) if isinstance(said, list) else said
