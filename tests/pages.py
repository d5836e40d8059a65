"""What a page gives back when its form is sent."""

import re


def kept_by(response):
    """What this page kept of the dossier it shows, '' when it sends none: the hidden field of its form."""
    found = re.search(r'<input[^>]*name="expected"[^>]*value="([^"]*)"', response.text)
    return found[1] if found else ""
