"""Those whom a server calls: webhooks and callbacks, a mail server, a sign-in provider. Each answers well, or lets who calls wait."""
import json
import pathlib
import socketserver
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# So long one that is slow says nothing; whoever calls gives up sooner.
SLOW_S = 40


class Receiver:
    """An HTTP server on this machine, with TLS where a certificate is given. What came in while it was well is in `taken`."""

    def __init__(self, certificate=None, documents=None):
        self.is_slow, self.taken, self.tried = False, [], 0
        self.documents = documents or {}
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                owner.tried += 1
                if owner.is_slow:
                    owner.drag()
                    self.close_connection = True
                    return
                owner.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                text = json.dumps(owner.documents.get(self.path, {})).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is the handler's thread's: one who calls and says nothing keeps no other waiting.
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.place = f"localhost:{self.port}"
        self.url = f"{'https' if certificate else 'http'}://{self.place}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def drag(self):
        """Waits until it is well again, or nobody waits any more."""
        until = time.monotonic() + SLOW_S
        while self.is_slow and time.monotonic() < until:
            time.sleep(0.1)

    def bodies(self):
        """What came in, as JSON."""
        return [(path, json.loads(body)) for path, _, body in list(self.taken) if body]

    def close(self):
        self.is_slow = False
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """Takes mails (RFC 5321). A slow one takes the connection and says nothing."""

    def __init__(self):
        self.is_slow, self.mails, self.tried = False, [], 0
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                owner.tried += 1
                until = time.monotonic() + SLOW_S
                while owner.is_slow and time.monotonic() < until:
                    time.sleep(0.1)
                try:
                    self.converse()
                except (BrokenPipeError, ConnectionError):
                    pass

            def converse(self):
                self.say("220 trial")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.say("354 go on")
                        mail = b""
                        while (line := self.rfile.readline()) and line != b".\r\n":
                            mail += line
                        owner.mails.append(mail.decode("utf-8", "replace"))
                    elif word == b"QUIT":
                        return self.say("221 bye")
                    self.say("250 trial")

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def numbers(self):
        """The Message-ID of each mail that it took."""
        lines = [line for mail in self.mails for line in mail.splitlines()]
        return [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("message-id:")]

    def close(self):
        self.is_slow = False
        self.server.shutdown()
        self.server.server_close()


def certificates(folder):
    """An authority, and a certificate of its for `localhost` with the key: the two files."""
    folder = pathlib.Path(folder)

    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=folder)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=trial authority",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=localhost")
    (folder / "own.ext").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "own.ext", "-out", "own.pem")
    both = folder / "own-with-key.pem"
    both.write_text((folder / "own.key").read_text() + (folder / "own.pem").read_text())
    return folder / "ca.pem", both
