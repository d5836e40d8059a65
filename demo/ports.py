"""The port of the demonstration: the one asked for, when it can be had."""

from __future__ import annotations

import errno
import os
import socket

from demo.embedded import EmbeddedError, free_port


def asked() -> int:
    """The port asked for by $PORT, 8000 by default; raise EmbeddedError when that is no port."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or len(value) > 5 or not 0 < int(value) < 65536:
        raise EmbeddedError(
            f"PORT={value} n’est pas un numéro de port : donnez un nombre entre 1024 et 65535, par exemple "
            "« make demo PORT=8001 »."
        )
    return int(value)


def to_open() -> int:
    """The port asked for, when it can be had; raise EmbeddedError, which names one that can, otherwise."""
    port = asked()
    if not (error := _refused(port)):
        return port
    other = next((one for one in range(max(port, 1023) + 1, 65536) if not _refused(one)), None) or free_port()
    why = {
        errno.EADDRINUSE: "est déjà pris par un autre programme",
        errno.EACCES: "est réservé à l’administrateur de cette machine",
    }.get(error, "ne peut pas être ouvert sur cette machine")
    raise EmbeddedError(f"Le port {port} {why} : choisissez-en un autre, par exemple « make demo PORT={other} ».")


def _refused(port: int) -> int | None:
    """Why this port of the loopback address cannot be had, as a number of `errno`; None when it can."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        return error.errno
    return None
