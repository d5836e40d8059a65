"""The antivirus is asked over a socket, as clamd speaks: every answer, and every way of not answering."""

import os
import socketserver
import threading
from io import BytesIO

import pytest
from django.core.exceptions import ImproperlyConfigured

from label import antivirus
from label.antivirus import AntivirusAbsent, is_reachable, scan


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        if server.mute:
            server.released.wait(10)
            return
        assert self.rfile.readline() == b"nINSTREAM\n"
        received = b""
        while length := int.from_bytes(self.rfile.read(4)):
            received += self.rfile.read(length)
            if server.limit is not None and len(received) > server.limit:
                # As clamd does: it answers, then closes without reading the rest.
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")
                return
        server.received.append(received)
        self.wfile.write(server.answer)


class _Daemon:
    """Answers `answer` to every file; beyond `limit` bytes refuses it; says nothing when `mute`."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, address):
        super().__init__(address, Conversation)
        self.answer, self.limit, self.mute, self.received = b"stream: OK\n", None, False, []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Tcp(_Daemon, socketserver.ThreadingTCPServer):
    pass


class Unix(_Daemon, socketserver.ThreadingUnixStreamServer):
    pass


@pytest.fixture
def clamd(settings):
    with Tcp(("127.0.0.1", 0)) as server:
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.released.set()
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "threat"),
    [
        (b"stream: OK\n", ""),
        (b"stream: Eicar-Test-Signature FOUND\n", "Eicar-Test-Signature"),
        (b"stream: Deux mots FOUND\n", "Deux mots"),
        (b"stream: FOUND\n", "?"),
        (b"stream: Mal\xff FOUND\n", "Mal\ufffd"),
    ],
)
def test_what_it_found(clamd, answer, threat):
    clamd.answer = answer
    assert scan(BytesIO(b"un fichier")) == threat
    assert clamd.received == [b"un fichier"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "answer cut short: b''"),
        (b"stream: OK", "answer cut short: b'stream: OK'"),
        (b"stream: Can't allocate memory ERROR\n", "answer not understood: stream: Can't allocate memory ERROR"),
        (b"UNKNOWN COMMAND\n", "answer not understood: UNKNOWN COMMAND"),
        (b"stream: peut-etre OK\n", "answer not understood: stream: peut-etre OK"),
        (b"stream: " + b"a" * 10_000 + b" FOUND\n", f"answer cut short: {b'stream: ' + b'a' * 4088}"),
    ],
    ids=["nothing", "cut", "an error", "a refusal", "a doubt", "without end"],
)
def test_what_is_no_answer_is_never_taken_for_a_clean_file(clamd, answer, said):
    clamd.answer = answer
    with pytest.raises(AntivirusAbsent) as raised:
        scan(BytesIO(b"un fichier"))
    assert str(raised.value) == said


def test_a_file_of_several_parts_arrives_whole_and_from_its_start(clamd):
    content = os.urandom(antivirus.PART * 5 + 7)
    file = BytesIO(content)
    file.read(100)
    assert scan(file) == ""
    assert clamd.received == [content]


def test_a_file_beyond_its_limit_is_told_as_such_even_in_the_middle_of_the_sending(clamd):
    clamd.limit = 100_000
    for _ in range(5):
        with pytest.raises(AntivirusAbsent, match="INSTREAM size limit exceeded"):
            scan(BytesIO(bytes(8_000_000)))
    # It is there all the same: that file is at fault.
    assert is_reachable()


def test_its_silence_has_an_end(clamd, monkeypatch):
    monkeypatch.setattr(antivirus, "SILENCE_MAX", 0.2)
    clamd.mute = True
    with pytest.raises(AntivirusAbsent, match="TimeoutError"):
        scan(BytesIO(b"un fichier"))
    # Nor is it waited for while it lets what is sent pile up.
    with pytest.raises(AntivirusAbsent, match="TimeoutError"):
        scan(BytesIO(bytes(20_000_000)))
    assert not is_reachable()


def test_a_socket_of_this_machine(settings, tmp_path):
    path = tmp_path / "clamd.sock"
    settings.CLAMAV_URL = f"unix://{path}"
    with pytest.raises(AntivirusAbsent, match="FileNotFoundError"):
        scan(BytesIO(b"un fichier"))
    with Unix(str(path)) as server:
        assert scan(BytesIO(b"un fichier")) == ""
        assert server.received == [b"un fichier"]
        server.shutdown()
    with pytest.raises(AntivirusAbsent, match="ConnectionRefusedError"):
        scan(BytesIO(b"un fichier"))


@pytest.mark.parametrize("address", ["clamav:3310", "unix://", "tcp://", "http://clamav"])
def test_an_address_that_is_none_is_an_error_of_the_settings(settings, address):
    settings.CLAMAV_URL = address
    with pytest.raises(ImproperlyConfigured):
        scan(BytesIO(b""))
