"""What a message was to be made from, kept as JSON: the acts hand objects over, and the message may be made later.

An object is kept by its key and read again; what was set on it besides its columns, and dataclasses of ours, are kept
by value. Nothing is kept by pickle: what is read back from the database runs nothing.
"""

import base64
import dataclasses
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from importlib import import_module

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

PLAIN = (str, int, float, bool, type(None))


class Irrecuperable(Exception):
    """The message cannot be made again; the message says why, in French."""


def freeze(context):
    """The JSON value `thaw` gives `context` back from. What cannot be kept is named in it, and fails then only."""
    return {name: _freeze(value) for name, value in context.items()}


def thaw(recette):
    """The context kept by `freeze`. Raises Irrecuperable when something of it is gone or could not be kept."""
    return {name: _thaw(value) for name, value in recette.items()}


def _freeze(value):
    if isinstance(value, Enum):
        return {"enum": _path(type(value)), "value": value.value}
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, (datetime, date, time, Decimal)):
        return {"of": type(value).__name__, "value": str(value) if isinstance(value, Decimal) else value.isoformat()}
    if isinstance(value, bytes):
        return {"of": "bytes", "value": base64.b64encode(value).decode()}
    if isinstance(value, Model) and value.pk is not None:
        columns = {field.attname for field in value._meta.concrete_fields}
        beside = {
            name: _freeze(held)
            for name, held in vars(value).items()
            if name not in columns and not name.startswith("_") and isinstance(held, (*PLAIN, date, Decimal))
        }
        return {"model": value._meta.label, "pk": value.pk, "beside": beside}
    if dataclasses.is_dataclass(value) and _is_ours(type(value).__module__):
        fields = {field.name: _freeze(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"dataclass": _path(type(value)), "fields": fields}
    if isinstance(value, dict):
        return {"dict": [[_freeze(key), _freeze(held)] for key, held in value.items()]}
    if isinstance(value, (list, tuple, set, frozenset, QuerySet)):
        return {"list": [_freeze(held) for held in value], "tuple": isinstance(value, tuple)}
    return {"lost": type(value).__name__}


def _thaw(kept):
    match kept:
        case {"enum": path, "value": value}:
            return _found(path)(value)
        case {"of": "bytes", "value": value}:
            return base64.b64decode(value)
        case {"of": "Decimal", "value": value}:
            return Decimal(value)
        case {"of": "datetime" | "date" | "time" as name, "value": value}:
            return {"datetime": datetime, "date": date, "time": time}[name].fromisoformat(value)
        case {"model": label, "pk": pk, "beside": beside}:
            found = apps.get_model(label)._base_manager.filter(pk=pk).first()
            if found is None:
                raise Irrecuperable("Ce dont ce message parlait n’existe plus.")
            for name, value in beside.items():
                setattr(found, name, _thaw(value))
            return found
        case {"dataclass": path, "fields": fields}:
            return _found(path)(**{name: _thaw(value) for name, value in fields.items()})
        case {"dict": pairs}:
            return {_thaw(key): _thaw(value) for key, value in pairs}
        case {"list": values, "tuple": is_tuple}:
            return (tuple if is_tuple else list)(_thaw(value) for value in values)
        case {"lost": name}:
            raise Irrecuperable(f"Ce message ne peut pas être refait ({name})\u00a0: refaites l’acte qui le doit.")
    return kept


def _is_ours(module):
    return module.partition(".")[0] in {config.name for config in apps.get_app_configs() if "." not in config.name}


def _path(kind):
    return f"{kind.__module__}:{kind.__qualname__}"


def _found(path):
    """The class of ours at this path."""
    module, _, name = path.partition(":")
    if not _is_ours(module):
        raise Irrecuperable("Ce message ne peut pas être refait.")
    found = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found
