"""Where the benchmark takes place: services of its own in a folder of its own, gone at the end whatever happens."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from demo.embedded import Service, free_port
from demo.postgres import Postgres
from demo.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent


class Web(Service):
    """gunicorn as in production: two processes of four threads, settings of production, HTTP on the loopback."""

    name = "gunicorn"

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__()
        self.log, self.port = folder / "web.log", port

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "label.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", 2, "--threads", 4, "--keep-alive", 30, "--no-control-socket", "--graceful-timeout", 5]
        self.spawn(command, log=self.log, cwd=ROOT, env=os.environ.copy())
        self.wait_until(self._answers, log=self.log, seconds=60)

    def _answers(self) -> bool:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/accessibilite/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def prepare(stack: ExitStack) -> Web:
    """Start PostgreSQL and Valkey, put the tables in, set the environment Django reads; return the web server, stopped.

    PostgreSQL keeps its durability (fsync, synchronous commits). What `stack` holds is undone when it closes.
    """
    from tests.schema import fill_template

    folder = Path(tempfile.mkdtemp(prefix="label-bench-"))
    folder.chmod(0o711)  # the account of the database crosses it
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    postgres = Postgres(folder / "postgres")
    stack.callback(postgres.erase)
    url = stack.enter_context(postgres)
    broker_server = Valkey(folder / "valkey")
    broker = stack.enter_context(broker_server)
    port = free_port()
    (folder / "fichiers").mkdir(mode=0o700)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "label.settings",
        "DATABASE_URL": url.replace("/label?", "/bench?"),
        "BROKER_URL": broker,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEMO": "false",
        "DEBUG": "false",
        "HTTPS": "false",
        "STATIC_PLAIN": "false",
        "DATABASE_POOLED": "true",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(folder / "fichiers"),
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "ERROR",
        # Nobody listens there, unless the case said who does.
        "EMAIL_HOST": os.environ.get("EMAIL_HOST", "127.0.0.1"),
    }
    fill_template(url)
    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True)
    web = Web(folder, port)
    # For whoever takes them away and brings them back.
    web.postgres, web.broker = postgres, broker_server
    stack.callback(web.stop)
    return web
