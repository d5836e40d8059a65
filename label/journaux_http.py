"""The same of gunicorn's journals. Apart: what is not a web server has no need of gunicorn, long to import."""

from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from label.journaux import Ligne, masked


class Acces(Logger):
    """gunicorn's journals: one line for each request, and what falls outside the application."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Ligne(self.error_fmt, self.datefmt))

    def atoms(self, *args: Any) -> dict[str, Any]:
        return {
            name: masked(value) if isinstance(value, str) else value for name, value in super().atoms(*args).items()
        }
