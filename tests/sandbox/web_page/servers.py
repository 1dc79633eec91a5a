"""Two servers beside the sandbox: the page's own, and a witness that takes what a page sends, as a server without a gate would."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.web_page.attempts import SECRETS

_SCRIPT = (Path(__file__).parent / "attempts.js").read_text()
PAGE = f'<!doctype html><meta charset="utf-8"><body><div id="probe"></div><script>{_SCRIPT}</script></body>'


class Attacker(BaseHTTPRequestHandler):
    """Serves the page, with the referrer policy that its path names, and redirects to anywhere."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/redirect":
            self.send_response(int(given["status"]))
            self.send_header("Location", given["to"])
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Referrer-Policy", parts.path.strip("/"))
        self.send_header("Content-Length", str(len(PAGE.encode())))
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing: what is served is no part of a test's output."""


class Witness(BaseHTTPRequestHandler):
    """Notes the method and the tag of each request, and lets every page read what it answers."""

    arrived: ClassVar[dict[tuple[str, str], str | None]] = {}
    """and what the browser said of the page that asked (Sec-Fetch-Site)"""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        tag = parse_qs(parts.query).get("tag", [""])[0]
        self.arrived[self.command, tag] = self.headers["Sec-Fetch-Site"]
        named = [(kind, content) for name, kind, content in SECRETS.values() if parts.path.endswith(name)]
        kind, content = (named or [("text/plain", b"done")])[0]
        self.send_response(200)
        for name in ("Origin", "Methods", "Headers"):
            self.send_header(f"Access-Control-Allow-{name}", "*")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer

    def log_message(self, *_: object) -> None:
        """Nothing: what is served is no part of a test's output."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port of a server at 127.0.0.1, for as long as it is asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
