"""The entries of the dossiers in the main menu."""

from label.menu import Entry, register

register(
    Entry(
        "Instruction",
        "projects:instruction_list",
        lambda user: user.has_perm("projects.list_instruction"),
        "clipboard-check",
        40,
    ),
)
