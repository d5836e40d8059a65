"""The kinds of field that are the dossier's own: its quartiers, its communes, its lead contrat, its indicateurs."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from contrats.models import Commune, ContratDeVille, Quartier
from ecriture.colonnes import Colonne
from ecriture.kinds import kept
from ecriture.lignes import Lignes
from label.templatetags.label_ui import NBSP
from projects.dossier.actions import PlusieursContrats, choose
from projects.enums import REDACTION
from projects.models import Dossier, Indicateur
from projects.structure.kinds import names_by


class _Liste(Colonne):
    """Places ticked in a list, by their code."""

    model = None

    def places(self, dossier):
        """{code: (primary key, ticked, …)} of what may be ticked, and of what is."""
        raise NotImplementedError

    def read(self, dossier, nom):
        return sorted(code for code, place in self.places(dossier).items() if place[1])

    def clean(self, dossier, nom, valeur):
        if not isinstance(valeur, list) or not all(isinstance(code, str) for code in valeur):
            raise ValidationError("Cette liste n’a pas pu être lue.")
        return sorted(set(valeur))

    def write(self, lot, nom, valeur):
        self.link(lot.objet, set(valeur))

    def link(self, dossier, wanted, *, contrat=None):
        """Tick these codes and no other, in one statement that may also give the dossier to another contrat: its
        (primary key or None,), or None to leave it."""
        known = self.places(dossier).items()
        gone = [pk for code, (pk, coche, *_) in known if coche and code not in wanted]
        new = [pk for code, (pk, coche, *_) in known if not coche and code in wanted]
        if not gone and not new and contrat is None:
            return
        table, column = self.column.m2m_db_table(), self.column.m2m_reverse_name()
        statement = (
            f"WITH gone AS (DELETE FROM {table} WHERE dossier_id = %s AND {column} = ANY(%s)), "
            f"new AS (INSERT INTO {table} (dossier_id, {column}) SELECT %s, unnest(%s::bigint[]) "
            "ON CONFLICT DO NOTHING) "
        )
        params = [dossier.pk, gone, dossier.pk, new]
        if contrat is None:
            statement += "SELECT 1"
        else:
            statement += "UPDATE projects_dossier SET contrat_id = %s WHERE id = %s"
            params += [*contrat, dossier.pk]
        with connection.cursor() as cursor:
            cursor.execute(statement, params)

    def ancre(self, nom):
        return f"div_id_{nom}"

    def mots(self, lexique, nom, valeur):
        names = lexique.known(nom, lambda: names_by(self.model, self.code))
        return [names.get(str(item), str(item)) for item in valeur or []]


class Communes(_Liste):
    code, model = "insee", Commune

    def places(self, dossier):
        linked = Dossier.communes.through.objects.filter(dossier=dossier.pk, commune=OuterRef("pk"))
        rows = Commune.objects.annotate(coche=Exists(linked)).order_by().values_list("insee", "pk", "coche")
        return kept(dossier, "communes", lambda: {insee: (pk, coche) for insee, pk, coche in rows})


class Quartiers(_Liste):
    code, model = "identifiant", Quartier

    def places(self, dossier):
        """{identifiant: (pk, ticked, {pk of its contrats})} of the quartiers of the édition's generation, and of those
        ticked: one of another generation has no contrat."""
        return kept(dossier, "quartiers", lambda: self._find(dossier))

    def _find(self, dossier):
        generation = dossier.edition.generation
        linked = Dossier.quartiers.through.objects.filter(dossier=dossier.pk, quartier=OuterRef("pk"))
        rows = Quartier.objects.annotate(coche=Exists(linked)).filter(Q(generation=generation) | Q(coche=True))
        columns = ("identifiant", "pk", "coche", "generation", "contrats__pk", "contrats__generation")
        found = {}
        for code, pk, coche, own, contrat, its in rows.order_by().values_list(*columns):
            contrats = found.setdefault(code, (pk, coche, set()))[2]
            if own == its == generation:
                contrats.add(contrat)
        return found

    def write(self, lot, nom, valeur):
        dossier, known, contrat = lot.objet, self.places(lot.objet), None
        wanted = set(valeur) & known.keys()
        if dossier.statut in REDACTION and wanted:
            try:
                chosen = choose(sorted(set().union(*(known[code][2] for code in wanted))), dossier.contrat_id)
                contrat = None if chosen == dossier.contrat_id else (chosen,)
            except PlusieursContrats:
                # The choice between them is the next question on the page; the dossier keeps its chef de projet.
                pass
        self.link(dossier, wanted, contrat=contrat)


class Contrat(Colonne):
    """The lead contrat, chosen among those of the quartiers."""

    code = "code"

    def read(self, dossier, nom):
        return dossier.contrat.code if dossier.contrat else ""

    def clean(self, dossier, nom, valeur):
        return str(valeur or "")

    def write(self, lot, nom, valeur):
        dossier = lot.objet
        possible = ContratDeVille.objects.in_generation(dossier.edition.generation)
        contrat = possible.for_quartiers(dossier.quartiers.all()).filter(code=valeur).first()
        if contrat is None or dossier.statut not in REDACTION:
            raise ValidationError("Ce contrat de ville ne suit pas les quartiers choisis.")
        lot.columns["contrat"] = contrat

    def listed(self, dossier):
        return {}

    def is_whole(self, lexique, nom):
        return True

    def mots(self, lexique, nom, valeur):
        return lexique.known("contrat", lambda: names_by(ContratDeVille, "code")).get(valeur, valeur) if valeur else ""


class Indicateurs(Lignes):
    famille, model, lien, most = "indicateur", Indicateur, "dossier", 20
    parts = {"libelle": "Indicateur", "cible": "Cible"}
    ensemble, compte = "Indicateurs", "indicateur,indicateurs"
    faits = ("ajouté", "retiré")

    def clean(self, dossier, nom, valeur):
        if valeur is None:
            return None
        if not isinstance(valeur, dict):
            raise ValidationError("Cet indicateur n’a pas pu être lu.")
        row = {name: str(valeur.get(name) or "").strip() for name in ("libelle", "cible")}
        for name, libelle in (("libelle", "L’indicateur"), ("cible", "La cible")):
            longest = Indicateur._meta.get_field(name).max_length
            if len(row[name]) > longest:
                raise ValidationError(f"{libelle} compte {longest} caractères au plus.")
        return row if any(row.values()) else None

    def libelle(self, lexique, nom, valeur=None):
        return f"Indicateur «{NBSP}{valeur['libelle']}{NBSP}»" if valeur and valeur["libelle"] else "Indicateur"

    def listed(self, dossier):
        return {f"indicateur.{row.cle}": f"Indicateur{NBSP}: {row.libelle}" for row in dossier.indicateurs.all()}
