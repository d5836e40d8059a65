import csv
from io import StringIO

import pytest
from django.core.management import call_command

from contrats.models import Commune, ContratCommune, ContratDeVille, Quartier, QuartierCommune, QuartierContrat
from tests.factories.label import UserFactory

_MODELS = (Commune, ContratDeVille, Quartier, ContratCommune, QuartierCommune, QuartierContrat)
_imported = []


@pytest.fixture
def territoire(db):
    """The shipped territory: imported once, then written back as it was."""
    if _imported:
        for rows in _imported:
            rows[0]._meta.model.objects.bulk_create(rows)
    else:
        import_referentiel()
        _imported.extend(list(model.objects.order_by("pk")) for model in _MODELS)


def import_referentiel(*arguments):
    """Run the command and return the lines it printed."""
    out = StringIO()
    call_command("import_referentiel", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def pilote(db):
    return UserFactory(prenom="Aline", nom="Roux", pilote=True)


@pytest.fixture
def pilote_client(client, pilote):
    client.force_login(pilote, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Folder:
    """A small territory in four files, to be changed line by line."""

    FILES = {
        "communes.csv": (
            "insee,nom,departement,codes_postaux,siren,population_municipale,lat,lon",
            "94041,Ivry-sur-Seine,94,94200,219400413,65064,48.81,2.38",
            "94076,Villejuif,94,94800,219400769,60183,48.79,2.35",
        ),
        "contrats_de_ville.csv": (
            "code,nom,generation,departement,communes_membres,nb_qpv,qpv_nommes,population_qpv,source,verified,remarque",
            "CV357,Seine-Amont,2015-2022,94,Ivry-sur-Seine,1,1,33653,ANCT,yes,",
            "CV355,Val de Bièvre,2015-2022,94,Villejuif,2,1,18725,ANCT,yes,un QPV non retrouvé",
            "CN09402M,Contrat territorial,2024-2030,94,Ivry-sur-Seine ; Villejuif,1,1,,ANCT,yes,",
        ),
        "qpv_2024.csv": (
            "code,nom,insee,communes_hors_ept,population,lat,lon,surface_ha,contrat_2024,source,verified",
            "QN09407I,Gagarine,94041,,2436,48.811,2.391,11.3,CN09402M,ANCT,yes",
        ),
        "qpv_2015.csv": (
            "code,nom,insee,contrat_2015,code_2024,source,verified,base",
            ",Gagarine,94041,CV357,QN09407I,ivrymaville,yes,périmètre inchangé",
            ",Alexandre Dumas,94076,CV355,,villejuif.fr,yes,",
        ),
    }

    def __init__(self, path):
        self.path = path
        for name, lines in self.FILES.items():
            self.write(name, *lines)

    def write(self, name, *lines):
        (self.path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def change(self, name, line, **values):
        """Change columns of one line (1 is the header)."""
        with (self.path / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        rows[line - 2] |= values
        with (self.path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    def add(self, name, line):
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
