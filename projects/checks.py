"""What start-up verifies of the dossiers: the table of moves, and what other modules must have given it."""

import rules
from django.core.checks import Error, register

from projects.lifecycle import LIFECYCLE


@register()
def check_gates(app_configs, **kwargs):
    """Every gate the table of moves declares is filled, by this floor or by one above."""
    return [
        Error(
            f"La porte de «\u202f{name}\u202f», déclarée dans projects/lifecycle.py, n’est remplie par personne.",
            hint=f"@LIFECYCLE.gate({name!r}) sur la fonction qui dit ce qui manque, dans un module lu au démarrage.",
            id="projects.E001",
        )
        for name in LIFECYCLE.unfilled
    ]


@register()
def check_permissions(app_configs, **kwargs):
    """Every permission the table of moves asks for is given by the rules of this floor or of one above."""
    return [
        Error(
            f"Le passage «\u202f{transition.name}\u202f» demande {transition.perm}, qu’aucun rules.py ne donne.",
            hint="Le droit s’ajoute dans le rules.py de l’étage qu’il nomme.",
            id="projects.E002",
        )
        for transition in LIFECYCLE.transitions.values()
        if transition.perm is not None and not rules.perm_exists(transition.perm)
    ]
