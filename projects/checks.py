"""What start-up verifies of the dossiers: the table of moves, and what other modules must have given it."""

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
