"""The story of a section as people read it: who, when, and what became of each field, in words."""

from dataclasses import dataclass

from django.utils import timezone

from ecriture.declaration import declaration_of
from ecriture.enums import SorteRetouche
from ecriture.models import Retouche
from label.models import User
from label.recherche import fold, par_nom
from label.templatetags.label_ui import heure, jour_semaine, nom_du_jour, quantieme

# --- When -------------------------------------------------------------------------------------


def _day(moment, now):
    """«mardi 3 mars», with the year when it is not the present one."""
    day = timezone.localtime(moment).date()
    if day.year != timezone.localtime(now).year:
        return jour_semaine(day)
    return f"{nom_du_jour(day)} {quantieme(day)}"


def quand(debut, fin, now=None):
    """A sitting in words: «mardi 3 mars, de 14 h 02 à 14 h 31», or «mardi 3 mars à 14 h 02»."""
    now = now or timezone.now()
    if _day(debut, now) != _day(fin, now):
        return f"du {_day(debut, now)} à {heure(debut)} au {_day(fin, now)} à {heure(fin)}"
    if heure(debut) == heure(fin):
        return f"{_day(debut, now)} à {heure(debut)}"
    return f"{_day(debut, now)}, de {heure(debut)} à {heure(fin)}"


# --- The story --------------------------------------------------------------------------------

TITRES = {
    SorteRetouche.FRAPPE: "",
    SorteRetouche.ECARTEE: "écrit en même temps, gardé à part",
    SorteRetouche.CHOIX: "choisi entre deux textes",
    SorteRetouche.RESTAURATION: "texte rétabli",
}


@dataclass(frozen=True)
class Recit:
    """One entry as told. `changement`: what `Lexique.changement` gives. `titre`: how it came, '' when it was typed."""

    retouche: Retouche
    libelle: str
    quand: str
    titre: str
    changement: dict

    @property
    def is_ecartee(self):
        return self.retouche.sorte == SorteRetouche.ECARTEE


def recits(rows, lexique, now=None):
    """The entries of these Retouche (with `by` read), as a list of Recit."""
    return [
        Recit(
            row,
            lexique.libelle(row.nom, row.apres or row.avant),
            quand(row.debut, row.fin, now),
            TITRES[row.sorte],
            lexique.changement(row.nom, row.avant, row.apres),
        )
        for row in rows
    ]


def filters_of(objet, section, lexique):
    """What the story of a section is filtered by: ({field or family: label}, {key: name of a person}); two queries."""
    rows = Retouche.objects.filter(ecrit=objet.ecrit_id, section=section).order_by()
    noms = {}
    for nom in rows.values_list("nom", flat=True).distinct():
        noms[lexique.cle(nom)] = lexique.kind(nom).ensemble or lexique.libelle(nom)
    people = User.objects.filter(pk__in=rows.values("by")).order_by(*par_nom(), "pk")
    return dict(sorted(noms.items(), key=lambda item: fold(item[1]))), {
        user.cle: user.get_full_name() for user in people
    }


def story(objet, section, *, champ="", qui=""):
    """The entries of a section, latest first. `champ`: a field, or a family of rows; `qui`: the key of a person."""
    rows = Retouche.objects.filter(ecrit=objet.ecrit_id, section=section).select_related("by").order_by("-fin", "-pk")
    kind = declaration_of(objet).kinds.get(champ)
    if kind and kind.ensemble:
        rows = rows.filter(nom__startswith=f"{champ}.")
    elif champ:
        rows = rows.filter(nom=champ)
    return rows.filter(by__cle=qui) if qui else rows
