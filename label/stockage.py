"""Where deposited files are kept: whole or not at all."""

from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class Stockage(FileSystemStorage):
    """Django's own; a file that the disk had no room for leaves no piece of itself behind."""

    def _save(self, name: str, content: File) -> str:
        # Names hold a random key: what stands there afterwards is ours.
        before = self.exists(name)
        try:
            return super()._save(name, content)
        except OSError:
            if not before:
                Path(self.path(name)).unlink(missing_ok=True)
            raise
