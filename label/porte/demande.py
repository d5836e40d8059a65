"""Asking for a code in the name of a browser: what the door, and pages where something waits for it, both do."""

from label.origine import client_of
from label.porte.actions import ask_code, find_person
from label.porte.navigateur import known_browser

# The code asked for in this browser: {"code": pk, "email": address, "suite": path, "lien": bool}.
SESSION = "porte"


def send_code(request, email, *, suite="", lien=False):
    """Ask for a code in the name of this browser, which then waits for it. Raises TropVite."""
    # Looked for whatever the address: a stranger's and a person's cost the same.
    navigateur = known_browser(request, find_person(email))
    code = ask_code(email, client=client_of(request), navigateur=navigateur, suite=suite, lien=lien)
    request.session[SESSION] = {"code": code.pk, "email": code.email, "suite": suite, "lien": lien}
