"""The entries of this floor in the main menu."""

from label.menu import Entry, register

register(
    Entry("Lauréats", "laureats:laureat_list", lambda user: True, "award", 30),
    Entry(
        "Vote et publication", "laureats:vote_list", lambda user: user.has_perm("laureats.record_vote"), "megaphone", 60
    ),
    Entry("Suivi des lauréats", "laureats:suivi", lambda user: user.has_perm("laureats.view_suivi"), "cash-coin", 65),
)
