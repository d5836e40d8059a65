"""The jury in the main menu."""

from label.menu import Entry, register


def _enters(user):
    return user.is_authenticated and user.has_perm("juries.enter_jury")


register(Entry("Jury", "juries:jury_home", _enters, "people", 40))
