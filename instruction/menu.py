"""The entry of the instruction in the main menu."""

from label.menu import Entry, register

register(
    Entry(
        "Instruction",
        "instruction:instruction_list",
        lambda user: user.has_perm("instruction.list_instruction"),
        "clipboard-check",
        40,
    ),
)
