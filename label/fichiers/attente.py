"""Where a large file waits while it comes in: on the disk, which may be full."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler


class SansPlace(SimpleUploadedFile):
    """A file the disk had no room for: nothing of it is kept, and `inspect_file` says so."""


class AttenteSurDisque(TemporaryFileUploadHandler):
    """Django's own; a disk without room costs the file alone, not the request: what came with it is read.

    Nothing of its name stands on the disk, where an ending may be longer than a name can be.
    """

    sans_place = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.sans_place = False
        with self._room():
            self.file = TemporaryUploadedFile("envoi", self.content_type, 0, self.charset, self.content_type_extra)
            self.file.name = self.file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._room():
            if not self.sans_place:
                super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile:
        found = None
        with self._room():
            # The last bytes leave for the disk here.
            if not self.sans_place:
                found = super().file_complete(file_size)
        return found or SansPlace(self.file_name, b"")

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self.sans_place = True
            # What is written so far goes with it; no room for that either is no news.
            with suppress(OSError, AttributeError):
                self.file.close()
