"""The entries of this floor in the main menu."""

from label.menu import Entry, register

register(
    Entry("Lauréats", "laureats:laureat_list", lambda user: not user.has_perm("laureats.view_suivi"), "award", 30),
    Entry("Vote", "laureats:vote_list", lambda user: user.has_perm("laureats.record_vote"), "megaphone", 60),
    Entry("Lauréats", "laureats:suivi", lambda user: user.has_perm("laureats.view_suivi"), "cash-coin", 65),
)
