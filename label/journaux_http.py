"""The same of gunicorn's journals. Apart: what is not a web server has no need of gunicorn, long to import."""

import logging
import os
from datetime import timedelta
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from label.journaux import Ligne, LigneJson, discreet

# A path comes decoded: written as it is, a line break in it would begin a line of somebody's own.
_SIGNES = {sign: f"\\x{sign:02x}" for sign in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class Acces(Logger):
    """gunicorn's journals: one line for each request, and what falls outside the application.

    An access is who spoke to us (behind our front, the front), the verb, the path, the status, bytes and seconds: not
    what was searched, nor the page before, nor the browser.
    """

    def setup(self, cfg: Config) -> None:
        # gunicorn writes before it loads the application.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "label.settings")
        # Our settings read the file of variables, which nothing has read yet.
        from django.conf import settings

        super().setup(cfg)
        json = settings.LOG_FORMAT == "json"
        for handler in self.error_log.handlers:
            handler.setFormatter(LigneJson() if json else Ligne(self.error_fmt, self.datefmt))
        for handler in self.access_log.handlers:
            handler.setFormatter(LigneJson() if json else logging.Formatter("%(asctime)s %(message)s"))

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        if self.access_log_enabled:
            atoms = self.atoms(resp, req, environ, request_time)
            said = {
                "client": atoms["h"],
                "demande": discreet(f"{atoms['m']} {atoms['U']}".translate(_SIGNES)),
                "statut": atoms["s"],
                "octets": atoms["B"],
                "secondes": request_time.total_seconds(),
            }
            self.access_log.info(" ".join(str(value) for value in said.values()), extra={"acces": said})
