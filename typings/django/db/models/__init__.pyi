# Members of our enums are members, where mypy would see the pairs (value, label) they are written with.
from enum import EnumMeta, StrEnum
from typing import Any

class _Choices(EnumMeta):
    @property
    def choices(cls) -> list[tuple[str, str]]: ...
    @property
    def values(cls) -> list[str]: ...
    @property
    def labels(cls) -> list[str]: ...
    @property
    def names(cls) -> list[str]: ...

# A base of enums has no member of its own.
class TextChoices(StrEnum, metaclass=_Choices):  # type: ignore[misc]
    @property
    def label(self) -> str: ...

def __getattr__(name: str) -> Any: ...
