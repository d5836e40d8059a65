"""Writing to the right person: discovered by `label.apps`, as what each floor says of it in `contact.py`."""

from label.contact import messages, sujets  # noqa: F401
