# Django says no types: all of it is taken as it is, but what is written beside this file.
from typing import Any

def __getattr__(name: str) -> Any: ...
