"""The entries of the dossiers in the main menu."""

from label.menu import Entry, register
from projects.rules import is_a_chef

register(
    Entry(
        "Proposer une idée", "projects:idee_create", lambda user: not getattr(user, "is_agent", False), "lightbulb", 10
    ),
    Entry(
        "Dossiers",
        "projects:dossier_list",
        lambda user: user.is_authenticated and user.has_perm("projects.list_dossier"),
        "folder2-open",
        30,
    ),
    Entry(
        "Mon portefeuille",
        "projects:portefeuille_list",
        # The staff reach theirs, if they have one, from the dashboard: nothing is asked of the database for them.
        lambda user: user.is_authenticated and not user.is_agent and is_a_chef.test(user),
        "diagram-3",
        25,
    ),
)
