"""The antivirus of the tests."""

import socketserver
import threading

# In two halves: this file is not to be mistaken for a threat.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingTCPServer):
    """A daemon that speaks INSTREAM as clamd does, and knows one threat."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), ClamdConversation)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"
        self.lengths = []


class ClamdConversation(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.readline() == b"nINSTREAM\n"
        content = b""
        while length := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(length)
        self.server.lengths.append(len(content))
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n" if b"trop" in content else b"stream: %s\n" % found)
