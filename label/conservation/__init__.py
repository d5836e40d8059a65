"""What is kept, how long, and how it goes. What this floor itself keeps is registered with the room."""

from label.conservation import comptes, demandes, passagers  # noqa: F401
