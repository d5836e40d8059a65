"""The kinds of field of the budget: its lines, and the amount requested that the EPT's own line follows."""

from django.db import IntegrityError, transaction

from ecriture.colonnes import Euros
from ecriture.declaration import ChampInconnu
from ecriture.lignes import Lignes
from label.templatetags.label_ui import NBSP, euros
from projects.budget.plan import EPT, PLAN, SUBVENTION
from projects.budget.saisie import clean_ligne
from projects.enums import Sens
from projects.models import BudgetLigne, LibelleCompte


def row_of(ligne):
    """One line of the budget as the screen sends it."""
    return {name: getattr(ligne, name) for name in ("sens", "compte", "libelle", "montant", "is_obtenu")}


class LignesBudget(Lignes):
    famille, model, lien, most = "ligne", BudgetLigne, "dossier", 60
    parts = {"compte": "Compte", "libelle": "Libellé", "montant": "Montant", "is_obtenu": "Financement obtenu"}
    ensemble, compte = "Lignes du budget", "ligne du budget,lignes du budget"

    def valeur_of(self, row):
        return row_of(row)

    def read(self, dossier, nom):
        ligne = self.rows(dossier).get(self.cle(nom))
        if ligne and ligne.is_ept:
            # Written from the amount requested, never by itself.
            raise ChampInconnu(nom)
        return ligne and row_of(ligne)

    def noms(self, dossier):
        return [f"ligne.{cle}" for cle, row in self.rows(dossier).items() if not row.is_ept]

    def clean(self, dossier, nom, valeur):
        row = None if valeur is None else clean_ligne(valeur)
        return row if row and (row["montant"] or row["libelle"]) else None

    def libelle(self, lexique, nom, valeur=None):
        valeur = valeur or {}
        named = valeur.get("libelle") or self._compte(lexique, valeur.get("compte"))
        return f"Ligne «{NBSP}{named}{NBSP}»" if named else "Ligne du budget"

    def listed(self, dossier):
        return {f"ligne.{row.cle}": _listed(row) for row in dossier.budget_lignes.all()}

    def part(self, lexique, key, value):
        if value is None:
            return ""
        match key:
            case "montant":
                return euros(value)
            case "compte":
                return self._compte(lexique, value)
        return super().part(lexique, key, value)

    def _compte(self, lexique, compte):
        if not compte:
            return ""
        plan = lexique.known("plan", lambda: LibelleCompte.objects.plan(lexique.objet.edition_id))
        try:
            return plan.libelle(compte)
        except KeyError:
            return compte


def _listed(row):
    label = f"{row.get_sens_display()}{NBSP}: {PLAN.intitule(row.compte)}"
    return f"{label} – {row.libelle}" if row.libelle else label


class MontantDemande(Euros):
    def finish(self, lot):
        """The EPT's own line follows the amount requested."""
        dossier, montant = lot.objet, lot.columns[self.column.name]
        own = dossier.budget_lignes.filter(is_ept=True)
        if not montant:
            own.delete()
        elif not dossier.montant_demande or not own.update(montant=montant):
            line = {"sens": Sens.PRODUIT, "compte": SUBVENTION, "libelle": EPT, "montant": montant}
            try:
                with transaction.atomic():
                    dossier.budget_lignes.create(is_ept=True, **line)
            except IntegrityError:
                own.update(montant=montant)
