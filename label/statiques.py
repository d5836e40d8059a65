"""The static files of a real place: each under a name made of its content, and never taken from a page still open."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils import timezone
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How long the files of a build stay after another has taken its place: a page opened before goes on finding its own.
GARDE = timedelta(days=30)
# Builds replaced, as they were: `<seconds since 1970 when it was replaced>.json`, the manifest.
REMPLACEES = "versions"
HACHE = re.compile(r"\.[0-9a-f]{12}(\.\w+)?$")


class Statiques(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, for scripts that import one another; what stands under a hashed name is never written again."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:
        # The name says the content: what is there may be read by somebody at this very moment.
        return name if HACHE.search(name) and self.exists(name) else super()._save(name, content)

    def delete(self, name: str) -> None:
        if not HACHE.search(name):
            super().delete(name)

    def compress_files(self, paths: Iterable[str]) -> Any:
        return super().compress_files([name for name in paths if not self.exists(f"{name}.gz")])

    def save_manifest(self) -> None:
        """Keep the list of the build this one replaces; remove what only builds replaced long ago named."""
        before = json.loads(self.read_manifest() or "{}")
        super().save_manifest()
        if before and before["hash"] != self.manifest_hash:
            name = f"{REMPLACEES}/{int(timezone.now().timestamp())}.json"
            super()._save(name, ContentFile(json.dumps(before).encode()))
        self._forget(timezone.now() - GARDE)

    def _forget(self, limit: datetime) -> None:
        root = Path(self.location)
        named = set(self.hashed_files.values())
        for path in (root / REMPLACEES).glob("*.json"):
            # What Django added to make a name unique (two builds in one second) is not the time.
            if int(path.stem.partition("_")[0]) < limit.timestamp():
                path.unlink()
            else:
                named |= set(json.loads(path.read_text())["paths"].values())
        for path in root.rglob("*"):
            name = re.sub(r"\.(gz|br)$", "", path.relative_to(root).as_posix())
            if HACHE.search(name) and name not in named and path.is_file():
                path.unlink()
