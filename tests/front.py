"""The front of a real place, with its own configuration (`deploy/nginx/`), on a port of this machine."""

import http.client
import os
import shutil
from pathlib import Path

from demo.embedded import Service

ROOT = Path(__file__).resolve().parent.parent
FICHIERS = ROOT / "deploy" / "nginx"
# That of this machine, or the one that `scripts/nginx` took.
_PLACES = ("nginx", "/usr/sbin/nginx", str(ROOT / ".cache/nginx/usr/sbin/nginx"))
PROGRAMME = next((path for place in _PLACES if (path := shutil.which(place))), "nginx")
# What is not shipped: where it listens, where the application is, where it may write.
_CONF = """
{user}
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/corps;
    proxy_temp_path {folder}/mandataire;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {files}/commun.conf;
    access_log {folder}/arrivees.log {journal};
    upstream application {{ server 127.0.0.1:{application}; }}
    server {{
        listen 127.0.0.1:{port}{options} backlog=1024;
        root {files};
        set $schema {schema};
        include {files}/site.conf;
    }}
}}
"""


class Front(Service):
    """nginx before the application that listens on the port `application`; it listens on `port`.

    `schema`: what it says people speak to it (the bars and tests speak plain HTTP). `options`: other words of its
    directive `listen` (http2…). `journal`: the form of its journal.
    """

    name = "nginx"

    def __init__(
        self,
        folder: Path,
        port: int,
        application: int,
        *,
        schema: str = "http",
        options: str = "",
        journal: str = "arrivees",
    ) -> None:
        super().__init__()
        self.folder, self.port = folder, port
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.log, self.arrivals = folder / "nginx.log", folder / "arrivees.log"
        self.conf = folder / "nginx.conf"
        self.conf.write_text(
            _CONF.format(
                user="user root;" if os.geteuid() == 0 else "",
                workers=1,
                folder=folder,
                files=FICHIERS,
                application=application,
                port=port,
                options=f" {options}" if options else "",
                schema=schema,
                journal=journal,
            )
        )

    def start(self) -> None:
        """Start it and wait until it answers (an error of its own when the application is not there)."""
        self.spawn([PROGRAMME, "-e", "stderr", "-c", self.conf], log=self.log, cwd=self.folder)
        self.wait_until(self._answers, log=self.log, seconds=20)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/frontal-panne.css")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
