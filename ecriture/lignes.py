"""The kind of field that is a row of its own: as many as people add, each named by the screen that made it."""

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Model, TextField

from ecriture.declaration import ChampInconnu
from ecriture.kinds import Changement, Echange, Kind, Lot, Valeur, kept

if TYPE_CHECKING:
    from ecriture.lexique import Lexique
    from ecriture.models import Written


class Lignes(Kind):
    """Rows `<famille>.<uuid>` of a model that points at the thing and has `cle` (the uuid) and `ordre`.

    Subclasses say `famille`, `model`, `lien` (the name of its key to the thing), `most` (how many rows), `parts`
    ({key of the value: label}), and how a row is cleaned and named.
    """

    is_famille = True
    famille = lien = ""
    model: type[Model]
    most = 0
    parts: dict[str, str] = {}
    # What is said of one that comes, of one that goes, as its name agrees.
    faits = ("ajoutée", "retirée")

    def ensure(self, nom: str) -> None:
        self.cle(nom)

    def cle(self, nom: str) -> uuid.UUID:
        written = nom.partition(".")[2]
        try:
            cle = uuid.UUID(written)
        except ValueError:
            raise ChampInconnu(nom) from None
        # One spelling: another would be a second field of the same row.
        if str(cle) != written:
            raise ChampInconnu(nom)
        return cle

    def rows(self, objet: "Written") -> dict[uuid.UUID, Model]:
        """{cle: row} of every row, in order."""
        return kept(objet, self.famille, lambda: {r.cle: r for r in self.model.objects.filter(**{self.lien: objet})})

    def valeur_of(self, row: Model) -> dict[str, Any]:
        """One row as the screen sends it."""
        return {name: getattr(row, name) for name in self.parts}

    def read(self, objet: "Written", nom: str) -> Valeur:
        row = self.rows(objet).get(self.cle(nom))
        return row and self.valeur_of(row)

    def noms(self, objet: "Written") -> list[str]:
        return [f"{self.famille}.{cle}" for cle in self.rows(objet)]

    def is_prose(self, objet: "Written", nom: str, part: str = "") -> bool:
        return part in self.parts and isinstance(self.model._meta.get_field(part), TextField)

    def write(self, lot: Lot, nom: str, valeur: Valeur) -> None:
        cle, rows = self.cle(nom), self.rows(lot.objet)
        row = rows.get(cle)
        if valeur is None:
            if row is not None:
                self.model.objects.filter(pk=rows.pop(cle).pk).delete()
        elif row is not None:
            self.model.objects.filter(pk=row.pk).update(**valeur)
        elif len(rows) >= self.most:
            raise ValidationError(f"{self.most} lignes au plus.")
        else:
            ordre = max((other.ordre for other in rows.values()), default=0) + 1
            rows[cle] = self.model.objects.create(**{self.lien: lot.objet}, cle=cle, ordre=ordre, **valeur)

    def changement(self, lexique: "Lexique", nom: str, avant: Valeur, apres: Valeur) -> Changement:
        old, new = avant or {}, apres or {}
        found = [
            Echange(libelle, self.part(lexique, key, old.get(key)), self.part(lexique, key, new.get(key)))
            for key, libelle in self.parts.items()
            if old.get(key) != new.get(key)
        ]
        # Of a line that comes or goes, what it does not say is not told.
        changed = [item for item in found if item.avant or item.apres]
        return {
            "echanges": [item for item in changed if (avant and apres) or {item.avant, item.apres} != {"", "non"}],
            "fait": "" if avant and apres else self.faits[0 if apres else 1],
        }

    def mots(self, lexique: "Lexique", nom: str, valeur: Valeur) -> str:
        said = [
            libelle if row is True else self.part(lexique, key, row)
            for key, libelle in self.parts.items()
            if (row := (valeur or {}).get(key)) not in (None, "", False)
        ]
        return " · ".join(said)

    def part(self, lexique: "Lexique", key: str, value: Valeur) -> str:
        """One value of a row in words."""
        if isinstance(value, bool):
            return "oui" if value else "non"
        return "" if value is None else str(value)
