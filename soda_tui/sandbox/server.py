"""The embedded GitHub on a loopback port, for other processes: GraphQL, and the remotes over http.

`python -m soda_tui.sandbox.server --root DIR [--port 0] [--enterprise] [--control]` builds the demo's world below DIR
and prints the server's URL as its first line. With `--estate REPOSITORIES [OPEN [CLOSED [BRANCHES]]]` that world is as
many repositories, acme/r001 and so on, the first with so many issues, each with so many work branches. The token that
it takes is `gho_sandbox0000000000000000000000000000` (GH_TOKEN), the API's address is the URL (GITHUB_API_URL), and
remotes are at URL/OWNER/NAME.git.
"""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import IO, Any
from urllib.parse import urlsplit

from soda_tui.sandbox.api import answer
from soda_tui.sandbox.control import control
from soda_tui.sandbox.faults import Fault
from soda_tui.sandbox.git_http import GitRequest, Refusal, admit, backend, cgi_headers, git_request
from soda_tui.sandbox.model import Repository
from soda_tui.sandbox.schema import ENTERPRISE
from soda_tui.sandbox.web import Reply, Request
from soda_tui.sandbox.world import World

_MEBIBYTE = 1024 * 1024
_MAX_BODY = 256 * _MEBIBYTE
_MAX_IDLE = 60.0
_log = logging.getLogger(__name__)


class SandboxServer:
    """Serves a world on 127.0.0.1 in threads of its own; `control` opens `/_control/`.

    `certificate` is a file with a certificate and its key, with which it speaks https. `wait` passes the time of slow
    answers; by default it ends early when the server stops. `delay` is how many seconds each request, and each git
    command, takes longer than this machine needs for it.
    """

    def __init__(
        self,
        world: World,
        port: int = 0,
        *,
        control: bool = False,
        wait: Callable[[float], object] | None = None,
        delay: float = 0.0,
        certificate: Path | None = None,
    ) -> None:
        self._stopping = threading.Event()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._scheme, self._http.socket = (
                "https",
                context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False),
            )
        self._http.world = world
        self._http.control = control
        self._http.wait = wait or self._stopping.wait
        self._http.delay = delay
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        """Where it is: `http://127.0.0.1:PORT` or https, also the API's URL; remotes are at `URL/OWNER/NAME.git`."""
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> SandboxServer:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all connections and free the port."""
        self._stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.end_connections()
        self._http.server_close()

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    world: World
    control: bool
    wait: Callable[[float], object]
    delay: float

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # HTTPServer would ask the network for the name of 127.0.0.1, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            _log.exception("the sandbox could not answer")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _MAX_IDLE
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with tempfile.SpooledTemporaryFile(_MEBIBYTE) as body:
            size = self._read_body(body)
            if size is None:
                self._send(Reply(413, b"too large\n"))
                return
            body.seek(0)
            asked = git_request(self.command, parts.path, parts.query, headers)
            # A git command asks for the refs first, whatever it goes on with.
            if self.server.delay and (asked is None or asked.rest == "info/refs"):
                self.server.wait(self.server.delay)
            if asked is not None:
                self._git(asked, body, size)
            elif parts.path.startswith("/_control/") and self.server.control:
                self._send(control(self.server.world, self.command, parts.path, body.read()))
            else:
                self._send(answer(self.server.world, Request(self.command, parts.path, headers, body.read())))

    def _read_body(self, body: IO[bytes]) -> int | None:
        """Copy the request's body, chunked or not; its size, or None where it is too large."""
        size = 0
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while (length := int(self.rfile.readline(80).split(b";")[0] or b"0", 16)) and size <= _MAX_BODY:
                size += self._copy(body, length)
                self.rfile.readline(80)
            while self.rfile.readline(8192).strip():
                continue
        else:
            size = int(self.headers.get("Content-Length") or 0)
            if size <= _MAX_BODY:
                self._copy(body, size)
        if size > _MAX_BODY:
            self.close_connection = True
            return None
        return size

    def _copy(self, body: IO[bytes], length: int) -> int:
        left = length
        while left:
            data = self.rfile.read(min(left, _MEBIBYTE))
            if not data:
                raise ConnectionResetError("the client vanished within its request")
            body.write(data)
            left -= len(data)
        return length

    def _send(self, reply: Reply) -> None:
        if reply.delay:
            self.server.wait(reply.delay)
        if reply.dropped:
            self.close_connection = True
            return
        # Not `send_response`, which would say a date of its own.
        self.send_response_only(reply.status)
        for name, value in {"date": self.date_time_string(), **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.truncated else reply.body)
        self.close_connection = self.close_connection or reply.truncated

    def _git(self, asked: GitRequest, body: IO[bytes], size: int) -> None:
        # curl silently repeats a request that a kept connection swallowed; a fault would then go unnoticed.
        self.close_connection = True
        order = self.server.world.faults.take(f"git {asked.service} {asked.name}")
        fault = order.fault if order is not None else None
        if fault is Fault.BAD_GATEWAY:
            self._send(Reply(502, b"<html>502 Bad Gateway</html>", {"content-type": "text/html"}))
            return
        if fault is Fault.DROP_BEFORE:
            return
        if order is not None and fault is Fault.SLOW:
            self.server.wait(order.seconds)
        with self.server.world.lock:
            admitted = admit(self.server.world, asked)
        if isinstance(admitted, Refusal):
            challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'} if admitted.challenge else {}
            self._send(Reply(admitted.status, admitted.words.encode(), {"content-type": "text/plain", **challenge}))
            return
        self._run_backend(admitted, asked, body, size, dropped=fault is Fault.DROP_AFTER)

    def _run_backend(
        self, repository: Repository, asked: GitRequest, body: IO[bytes], size: int, *, dropped: bool
    ) -> None:
        with backend(repository, asked, body, size) as output:
            status, headers = cgi_headers(output)
            if dropped:
                while output.read(_MEBIBYTE):
                    continue
                return
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while data := output.read(65536):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.write(b"0\r\n\r\n")


def main(arguments: Sequence[str]) -> int:
    """Serve the demo's world, or an estate, until a signal ends it."""
    from soda_tui.sandbox.demo import TOKEN, VIEWER, build_demo
    from soda_tui.sandbox.estate import Size, build

    parser = argparse.ArgumentParser(prog="python -m soda_tui.sandbox.server", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="an empty folder for the remotes and clones")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--enterprise", action="store_true", help="have the schema of an older Enterprise Server")
    parser.add_argument("--control", action="store_true", help="let clients order faults and act as people")
    parser.add_argument("--estate", type=int, nargs="+", metavar="N", help="REPOSITORIES [OPEN [CLOSED [BRANCHES]]]")
    options = parser.parse_args(arguments)
    if options.estate is None:
        world = build_demo(options.root, lambda: datetime.now(UTC)).world
    else:
        world = World(options.root, lambda: datetime.now(UTC))
        world.add_token(TOKEN, VIEWER)
        build(world, Size(*options.estate[:4]), VIEWER)
    world.lacks = ENTERPRISE if options.enterprise else frozenset()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with SandboxServer(world, options.port, control=options.control) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
