"""The entries of the territory in the main menu."""

from label.menu import Entry, register

register(
    Entry("Le territoire", "contrats:carte", lambda user: not user.is_authenticated, "map", 20),
    Entry(
        "Mon chef de projet",
        "contrats:recherche",
        lambda user: not getattr(user, "is_agent", False),
        "signpost-split",
        21,
    ),
    Entry(
        "Territoire",
        "contrats:quartier_list",
        lambda user: user.has_perm("contrats.change_referentiel"),
        "geo-alt",
        80,
    ),
)
