"""The table of false alarms, and the report of `make accessibilite`."""

import pytest

from tests.moteurs.__main__ import report, to_mend, unmet
from tests.moteurs.constats import Alarme, Constat, read_alarmes

TUE = Alarme("axe", "region", ".bandeau", "Ce bandeau est hors de tout repère, et c’est voulu.")
JAMAIS = Alarme("nu", "Attribut “…”.", "data-x", "Personne ne l’écrit plus depuis longtemps.")
FEUILLE = Alarme("nu", "CSS: “…”: Property “…” doesn't exist.", "x", "Une feuille de style n’est lue que par la suite.")


@pytest.mark.parametrize("missing", ["moteur", "regle", "selecteur", "raison"])
def test_a_false_alarm_says_all_of_itself(missing, tmp_path):
    entry = {"moteur": "axe", "regle": "region", "selecteur": "p", "raison": "Ce n’est pas ce que la règle cherche."}
    path = tmp_path / "alarmes.toml"
    path.write_text("[[alarme]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items()))
    assert read_alarmes(path) == [Alarme(**entry)]
    path.write_text("[[alarme]]\n" + "".join(f'{key} = "{value}"\n' for key, value in (entry | {missing: ""}).items()))
    with pytest.raises(ValueError, match="lacks its engine, its rule, its selector or its reason"):
        read_alarmes(path)


def found(moteur, regle, alarme=None):
    return vars(Constat(moteur, regle, "<p>", "Voilà.", alarme)) | {"alarme": alarme and vars(alarme)}


def test_the_report_says_each_mode_each_false_alarm_and_what_is_to_mend():
    lines = [
        {
            "vue": "label:accueil",
            "qui": ["anonyme", "pilote"],
            "nu": [found("nu", "Duplicate ID “…”.")],
            "modes": {"clair": [found("axe", "region", TUE)], "sombre": [found("equal-access", "list")]},
        },
        {"vue": "label:tableau", "qui": ["pilote"], "nu": [], "modes": {"clair": []}},
    ]
    assert list(report(lines, [TUE, JAMAIS, FEUILLE])) == [
        "2 pages de formes différentes, 3 atteintes par 2 personnes.",
        "",
        "| mode | pages | nu : défauts, fausses alarmes | axe : défauts, fausses alarmes "
        "| equal-access : défauts, fausses alarmes |",
        "|---|---|---|---|---|",
        "| source HTML | 2 | 1, 0 | – | – |",
        "| clair | 2 | – | 0, 1 | 0, 0 |",
        "| sombre | 1 | – | 0, 0 | 1, 0 |",
        "",
        "| fausse alarme | où | fois | raison |",
        "|---|---|---|---|",
        f"| axe : region | `.bandeau` | 1 | {TUE.raison} |",
        "À retirer, plus rencontrée : nu, Attribut “…”., data-x",
        "À réparer, nu : Duplicate ID “…”.\n    <p>\n    Voilà.\n    1 fois, d’abord label:accueil",
        "À réparer, equal-access : list\n    <p>\n    Voilà.\n    1 fois, d’abord label:accueil, sombre",
    ]
    assert [one["regle"] for _, _, one in to_mend(lines)] == ["Duplicate ID “…”.", "list"]
    assert unmet(lines, [TUE, JAMAIS, FEUILLE]) == [JAMAIS]
