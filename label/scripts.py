"""The scripts as their files tell: what a module imports, and all that comes with it."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

# Each alone at the start of its line, possibly over several: how the house writes them, and how Django finds them to
# give each its hashed name.
IMPORT = re.compile(r'^(?:import|export)\s(?:[^;"`]*\sfrom\s)?"(?P<cible>\.[^"\n]+)";$', re.MULTILINE)


@cache
def with_imports(name: str) -> tuple[str, ...]:
    """The static names of a module and of all it imports, near or far, the nearest first: a tuple."""
    found, place = [name], 0
    while place < len(found):
        one, place = found[place], place + 1
        cibles = IMPORT.findall(Path(finders.find(one)).read_text())
        near = [posixpath.normpath(posixpath.join(posixpath.dirname(one), cible)) for cible in cibles]
        found += [other for other in dict.fromkeys(near) if other not in found]
    return tuple(found)
