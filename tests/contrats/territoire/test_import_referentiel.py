"""`import_referentiel`: twice is once, staff edits win, what is refused is said."""

import csv
import json
from pathlib import Path

import pytest
from django.core.management import CommandError

import contrats
from contrats.models import Commune, ContratDeVille, Quartier
from label.enums import Generation
from tests.contrats.conftest import import_referentiel

SHIPPED = Path(contrats.__file__).parent / "data"


def shipped(name):
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything():
    """Every row with its links, to compare two states of the database."""
    return {
        "communes": list(Commune.objects.order_by("pk").values()),
        "contrats": [
            (row, sorted(contrat.communes.values_list("insee", flat=True)))
            for row, contrat in zip(
                ContratDeVille.objects.order_by("pk").values(), ContratDeVille.objects.order_by("pk"), strict=True
            )
        ],
        "quartiers": [
            (
                row,
                sorted(quartier.communes.values_list("insee", flat=True)),
                sorted(quartier.contrats.values_list("code", flat=True)),
            )
            for row, quartier in zip(
                Quartier.objects.order_by("pk").values(), Quartier.objects.order_by("pk"), strict=True
            )
        ],
    }


def test_shipped_data_hold_the_frame_of_the_label(territoire):
    """The figures the EPT publishes: 8 contrats and 31 QPV in 2015, 36 QPV in 2024, over 24 communes."""
    assert {
        "communes": Commune.objects.count(),
        "contrats 2015": ContratDeVille.objects.in_generation(Generation.G2015).count(),
        "contrats 2024": ContratDeVille.objects.in_generation(Generation.G2024).count(),
        "qpv 2015": Quartier.objects.in_generation(Generation.G2015).count(),
        "qpv 2024": Quartier.objects.in_generation(Generation.G2024).count(),
    } == {"communes": 24, "contrats 2015": 8, "contrats 2024": 2, "qpv 2015": 31, "qpv 2024": 36}


def test_the_two_unnamed_quartiers_are_of_val_de_bievre_and_say_so(territoire):
    unnamed = Quartier.objects.filter(libelle_a_completer=True)
    assert [(row.nom, [c.nom for c in row.contrats.all()], row.code) for row in unnamed] == [
        ("Libellé à compléter par l’EPT (n°\u00a01)", ["Val de Bièvre"], ""),
        ("Libellé à compléter par l’EPT (n°\u00a02)", ["Val de Bièvre"], ""),
    ]


def test_every_shipped_line_is_in_the_database_as_written(territoire):
    for name, generation, contrat in (
        ("qpv_2024.csv", Generation.G2024, "contrat_2024"),
        ("qpv_2015.csv", Generation.G2015, "contrat_2015"),
    ):
        read = {
            (
                row["nom"].replace("'", "’"),
                row["code"],
                tuple(sorted(row["insee"].split())),
                tuple(sorted(row[contrat].split())),
            )
            for row in shipped(name)
        }
        stored = {
            (
                quartier.nom,
                quartier.code,
                tuple(sorted(quartier.communes.values_list("insee", flat=True))),
                tuple(sorted(quartier.contrats.values_list("code", flat=True))),
            )
            for quartier in Quartier.objects.in_generation(generation).filter(libelle_a_completer=False)
        }
        assert stored == read


def test_importing_twice_changes_nothing(territoire):
    before = everything()
    assert import_referentiel() == [
        "communes.csv : 0 créés, 0 mis à jour, 24 inchangés, 0 conservés, 0 refusés",
        "contrats_de_ville.csv : 0 créés, 0 mis à jour, 10 inchangés, 0 conservés, 0 refusés",
        "qpv_2024.csv : 0 créés, 0 mis à jour, 36 inchangés, 0 conservés, 0 refusés",
        "qpv_2015.csv : 0 créés, 0 mis à jour, 29 inchangés, 0 conservés, 0 refusés",
    ]
    assert everything() == before


def test_a_2015_quartier_stands_where_its_successor_or_its_commune_stands(territoire):
    gagarine = Quartier.objects.get(generation=Generation.G2015, nom="Gagarine")
    balzac = Quartier.objects.get(generation=Generation.G2015, nom="Balzac")
    vitry = Commune.objects.get(insee="94081")
    assert gagarine.position == gagarine.successeur.position == (2.3917, 48.81078)
    assert (balzac.successeur, balzac.position) == (None, vitry.position)


@pytest.mark.django_db
def test_a_small_folder_creates_its_rows(folder):
    assert import_referentiel("--dossier", str(folder.path)) == [
        "communes.csv : 2 créés, 0 mis à jour, 0 inchangés, 0 conservés, 0 refusés",
        "contrats_de_ville.csv : 3 créés, 0 mis à jour, 0 inchangés, 0 conservés, 0 refusés",
        "  1 quartiers sans libellé connu ajoutés, à compléter",
        "qpv_2024.csv : 1 créés, 0 mis à jour, 0 inchangés, 0 conservés, 0 refusés",
        "qpv_2015.csv : 2 créés, 0 mis à jour, 0 inchangés, 0 conservés, 0 refusés",
    ]


@pytest.mark.django_db
def test_a_changed_line_updates_what_nobody_edited(folder):
    import_referentiel("--dossier", str(folder.path))
    folder.change("communes.csv", 2, population_municipale="66000")
    folder.change("qpv_2024.csv", 2, insee="94041 94076")
    lines = import_referentiel("--dossier", str(folder.path))
    assert [line for line in lines if ", 1 mis à jour" in line] == [
        "communes.csv : 0 créés, 1 mis à jour, 1 inchangés, 0 conservés, 0 refusés",
        "qpv_2024.csv : 0 créés, 1 mis à jour, 0 inchangés, 0 conservés, 0 refusés",
    ]
    assert Commune.objects.get(insee="94041").population == 66000
    gagarine = Quartier.objects.get(code="QN09407I")
    assert sorted(gagarine.communes.values_list("insee", flat=True)) == ["94041", "94076"]


@pytest.mark.django_db
def test_staff_edits_are_kept_and_the_other_fields_follow_the_file(folder):
    import_referentiel("--dossier", str(folder.path))
    Commune.objects.filter(insee="94041").update(nom="Ivry")
    villejuif = Commune.objects.get(insee="94076")
    dumas = Quartier.objects.get(nom="Alexandre Dumas")
    dumas.communes.add(Commune.objects.get(insee="94041"))
    folder.change("communes.csv", 2, population_municipale="66000")
    lines = import_referentiel("--dossier", str(folder.path))
    # contrats_de_ville.csv names its communes: the renamed one is not found, and it is said.
    assert lines == [
        "communes.csv : 0 créés, 0 mis à jour, 1 inchangés, 1 conservés, 0 refusés",
        "  communes.csv, ligne 2 : Ivry, nom conservé « Ivry » (fichier : « Ivry-sur-Seine »)",
        "contrats_de_ville.csv : 0 créés, 0 mis à jour, 3 inchangés, 0 conservés, 0 refusés",
        "qpv_2024.csv : 0 créés, 0 mis à jour, 1 inchangés, 0 conservés, 0 refusés",
        "qpv_2015.csv : 0 créés, 0 mis à jour, 1 inchangés, 1 conservés, 0 refusés",
        "  qpv_2015.csv, ligne 3 : Alexandre Dumas, communes conservé « 94041, 94076 » (fichier : « 94076 »)",
    ]
    ivry = Commune.objects.get(insee="94041")
    assert (ivry.nom, ivry.population) == ("Ivry", 66000)
    assert set(dumas.communes.all()) == {ivry, villejuif}


@pytest.mark.django_db
def test_an_official_code_filled_by_staff_survives_and_then_finds_the_row(folder):
    import_referentiel("--dossier", str(folder.path))
    dumas = Quartier.objects.get(nom="Alexandre Dumas")
    Quartier.objects.filter(pk=dumas.pk).update(code="QP094020")
    import_referentiel("--dossier", str(folder.path))
    assert Quartier.objects.get(pk=dumas.pk).code == "QP094020"
    # The official file arrives, with the code and another spelling: the same row, not a new one.
    folder.change("qpv_2015.csv", 3, code="QP094020", nom="Alexandre Dumas (Villejuif)")
    import_referentiel("--dossier", str(folder.path))
    found = Quartier.objects.get(generation=Generation.G2015, code="QP094020")
    assert (found.pk, found.nom, found.identifiant) == (dumas.pk, "Alexandre Dumas (Villejuif)", dumas.identifiant)


@pytest.mark.django_db
def test_a_placeholder_completed_by_staff_stays_completed(folder):
    import_referentiel("--dossier", str(folder.path))
    Quartier.objects.filter(libelle_a_completer=True).update(nom="Lallier", libelle_a_completer=False)
    import_referentiel("--dossier", str(folder.path))
    assert Quartier.objects.in_generation(Generation.G2015).count() == 3
    assert not Quartier.objects.filter(libelle_a_completer=True).exists()


@pytest.mark.django_db
def test_refused_lines_are_reported_exactly_and_the_others_taken(folder):
    folder.add("communes.csv", "94,Ville courte,94,,,,,")
    folder.add("communes.csv", "94081,Vitry-sur-Seine,94,94400,,beaucoup,,")
    folder.add("communes.csv", "94022,Choisy-le-Roi,94,94600,,45946,48.76,")
    folder.add("communes.csv", "94041,Ivry en double,94,,,,,")
    folder.add("communes.csv", "94054,Orly,94")
    folder.add("communes.csv", "94065,Rungis,94,94150,,5611,148,2.35")
    folder.add("communes.csv", "94073,Thiais,94,94320,,32918,48.76,2.38")
    folder.add("contrats_de_ville.csv", "CV999,Ailleurs,2015-2022,94,Grigny,1,1,,,yes,")
    folder.add("contrats_de_ville.csv", "CV998,Autrefois,2007-2014,94,Villejuif,1,1,,,yes,")
    folder.add("qpv_2024.csv", "QPX,Mal codé,94041,,,,,,CN09402M,,yes")
    folder.add("qpv_2024.csv", "QN09499N,Sans commune,,,,,,,CN09402M,,yes")
    folder.add("qpv_2015.csv", ",Orphelin,94041,CV000,,,yes,")
    folder.add("qpv_2015.csv", ",Perdu,94041,CV357,QN00000N,,yes,")
    lines = import_referentiel("--dossier", str(folder.path))
    assert lines == [
        "communes.csv : 3 créés, 0 mis à jour, 0 inchangés, 0 conservés, 6 refusés",
        "  communes.csv, ligne 4 : refusée, « 94 » n’est pas un code Insee de commune",
        "  communes.csv, ligne 5 : refusée, colonne « population_municipale » : "
        "« beaucoup » n’est pas un nombre entier",
        "  communes.csv, ligne 6 : refusée, la position est incomplète : il faut la latitude et la longitude",
        "  communes.csv, ligne 7 : refusée, même objet qu’à la ligne 2",
        "  communes.csv, ligne 8 : refusée, la ligne compte moins de valeurs que l’en-tête de colonnes",
        "  communes.csv, ligne 9 : refusée, latitude : Assurez-vous que cette valeur est inférieure ou égale à 90.",
        "contrats_de_ville.csv : 3 créés, 0 mis à jour, 0 inchangés, 0 conservés, 2 refusés",
        "  1 quartiers sans libellé connu ajoutés, à compléter",
        "  contrats_de_ville.csv, ligne 5 : refusée, commune inconnue : Grigny",
        "  contrats_de_ville.csv, ligne 6 : refusée, « 2007-2014 » n’est pas une génération connue",
        "qpv_2024.csv : 1 créés, 0 mis à jour, 0 inchangés, 0 conservés, 2 refusés",
        "  qpv_2024.csv, ligne 3 : refusée, « QPX » n’est pas un code de quartier prioritaire",
        "  qpv_2024.csv, ligne 4 : refusée, aucun code de commune",
        "qpv_2015.csv : 2 créés, 0 mis à jour, 0 inchangés, 0 conservés, 2 refusés",
        "  qpv_2015.csv, ligne 4 : refusée, contrat de ville : code inconnu CV000",
        "  qpv_2015.csv, ligne 5 : refusée, quartier de 2024 inconnu : QN00000N",
    ]
    assert set(Commune.objects.values_list("nom", flat=True)) == {"Ivry-sur-Seine", "Villejuif", "Thiais"}


@pytest.mark.django_db
def test_a_bad_file_is_refused_whole_and_the_others_are_read(folder):
    folder.write("qpv_2024.csv", "code;nom", "QN09407I;Gagarine")
    (folder.path / "communes.csv").write_bytes("insee,nom,departement\n94041,Orléans é,94\n".encode("latin-1"))
    (folder.path / "qpv_2015.csv").unlink()
    assert import_referentiel("--dossier", str(folder.path)) == [
        "communes.csv : 0 créés, 0 mis à jour, 0 inchangés, 0 conservés, 1 refusés",
        "  communes.csv, ligne 1 : refusée, le fichier n’est pas en UTF-8",
        "contrats_de_ville.csv : 0 créés, 0 mis à jour, 0 inchangés, 0 conservés, 3 refusés",
        "  contrats_de_ville.csv, ligne 2 : refusée, commune inconnue : Ivry-sur-Seine",
        "  contrats_de_ville.csv, ligne 3 : refusée, commune inconnue : Villejuif",
        "  contrats_de_ville.csv, ligne 4 : refusée, commune inconnue : Ivry-sur-Seine, Villejuif",
        "qpv_2024.csv : 0 créés, 0 mis à jour, 0 inchangés, 0 conservés, 1 refusés",
        "  qpv_2024.csv, ligne 1 : refusée, il manque la colonne « contrat_2024 » et la colonne « insee »",
        "qpv_2015.csv : 0 créés, 0 mis à jour, 0 inchangés, 0 conservés, 1 refusés",
        "  qpv_2015.csv, ligne 1 : refusée, le fichier est absent du dossier",
    ]


@pytest.mark.django_db
def test_line_numbers_hold_after_a_value_in_several_lines(folder):
    folder.add("qpv_2024.csv", '"QN09499N","Deux\nlignes",94041,,,,,,CN09402M,,yes')
    folder.add("qpv_2024.csv", "QPX,Mal codé,94041,,,,,,CN09402M,,yes")
    lines = import_referentiel("--dossier", str(folder.path))
    assert [line for line in lines if "refusée" in line] == [
        "  qpv_2024.csv, ligne 5 : refusée, « QPX » n’est pas un code de quartier prioritaire"
    ]


@pytest.mark.django_db
def test_a_row_that_left_the_files_is_kept_and_named(folder):
    import_referentiel("--dossier", str(folder.path))
    folder.write("qpv_2015.csv", *folder.FILES["qpv_2015.csv"][:2])
    lines = import_referentiel("--dossier", str(folder.path))
    assert lines[-1] == "  qpv_2015.csv : Alexandre Dumas est en base mais plus dans le fichier, gardé"
    assert Quartier.objects.filter(nom="Alexandre Dumas").exists()


def test_a_missing_folder_stops_the_command(db, tmp_path):
    with pytest.raises(CommandError, match="n’existe pas"):
        import_referentiel("--dossier", str(tmp_path / "absent"))


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[2.37, 48.80], [2.40, 48.80], [2.40, 48.83], [2.37, 48.83], [2.37, 48.80]]],
}


def feature(properties, geometry=SQUARE):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_contours_are_taken_by_code_and_refused_with_their_rank(folder, db, tmp_path):
    lambert = {
        "type": "Polygon",
        "coordinates": [[[652000.0, 6862000.0], [653000.0, 6862000.0], [652000.0, 6863000.0]]],
    }
    features = [
        feature({"insee": "94041", "nom": "Ivry"}),
        feature({"code": "QN09407I", "insee": ["94041"]}),
        feature({"CODE_QP": "QN07501M"}),
        feature({"nom": "sans code"}),
        feature({"insee": "94076"}, {"type": "Point", "coordinates": [2.3, 48.8]}),
        feature({"insee": "94076"}, lambert),
    ]
    path = tmp_path / "contours.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    expected = [
        "contours.geojson : 2 contours pris, 0 inchangés, 1 hors du référentiel, 3 refusés",
        "  contours.geojson, entité 4 : refusée, aucun code Insee, de quartier ou de contrat dans les propriétés",
        "  contours.geojson, entité 5 : refusée, la géométrie n’est ni un polygone ni un multipolygone",
        "  contours.geojson, entité 6 : refusée, les coordonnées ne sont pas des degrés (WGS84)",
    ]
    assert import_referentiel("--dossier", str(folder.path), "--contours", str(path))[-4:] == expected
    square = {"type": "MultiPolygon", "coordinates": [[SQUARE["coordinates"][0]]]}
    assert Commune.objects.get(insee="94041").contour == square
    assert Quartier.objects.get(code="QN09407I").contour == square
    # The perimeter of a code in «I» did not change: the 2015 quartier is drawn with it.
    assert Quartier.objects.get(generation=Generation.G2015, nom="Gagarine").trace == square
    again = import_referentiel("--dossier", str(folder.path), "--contours", str(path))
    assert again[-4] == "contours.geojson : 0 contours pris, 2 inchangés, 1 hors du référentiel, 3 refusés"


def test_an_unreadable_contour_file_is_refused(folder, db, tmp_path):
    path = tmp_path / "faux.geojson"
    path.write_text("ceci n’est pas du JSON")
    assert import_referentiel("--dossier", str(folder.path), "--contours", str(path))[-2:] == [
        "faux.geojson : 0 contours pris, 0 inchangés, 0 hors du référentiel, 1 refusés",
        "  faux.geojson, entité 1 : refusée, "
        "le fichier est illisible ou n’est pas un GeoJSON de type FeatureCollection",
    ]
