"""The HTTP server of the page."""

import http.server
import ipaddress
import socket
import socketserver
from collections.abc import Mapping
from http import HTTPStatus

from tflm.play.access import Access, shown
from tflm.play.site import File

LOOPBACK = "127.0.0.1"

_HEADERS = {
    "Cache-Control": "no-store",
    # All that the page uses comes from here.
    "Content-Security-Policy": "default-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    # Apart from other sites, its clock is exact to 5 microseconds, not 100.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # It would tell the token.
    "X-Content-Type-Options": "nosniff",
}


class Server(http.server.ThreadingHTTPServer):
    """Serves the files of a page, and nothing else.

    Args:
        site: the files by path.
        access: whom to answer.
        host: an address of this machine; loopback if it is None.
        port: 0 for a free one.

    Raises:
        ValueError: `host` is no address or `port` no port.
        OSError: nothing can listen there.
    """

    daemon_threads = True
    # Of the usual 5, more than 200 who come at once wait for up to a minute.
    request_queue_size = 1024

    def __init__(
        self,
        site: Mapping[str, File],
        access: Access,
        host: str | None = None,
        port: int = 0,
    ):
        if not 0 <= port <= 65535:
            raise ValueError(f"port must be from 0 to 65535, got {port}")
        host = LOOPBACK if host is None else host
        self.address_family = _family(host)
        self.site, self.access = site, access
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise OSError(
                f"cannot listen at {host}, port {port} ({error.strerror}): "
                f"give an address of this machine and a free port"
            ) from None

    @property
    def url(self) -> str:
        """What to open, with the token."""
        host, port = self.socket.getsockname()[:2]
        path = f"{self.access.token}/" if self.access.token else ""
        return f"http://{shown(host)}:{port}/{path}"

    def server_bind(self) -> None:
        """Binds the socket, and asks the network for no name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing when a browser hangs up."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server
    timeout = 60  # Seconds; who says nothing for longer is hung up on.

    def do_GET(self) -> None:
        """Answers with a file, or 403 or 404."""
        path = self.server.access.path(self.path, self.headers.get("Host", ""))
        if path is None:
            self._answer(HTTPStatus.FORBIDDEN)
        elif path not in self.server.site:
            self._answer(HTTPStatus.NOT_FOUND)
        else:
            self._answer(HTTPStatus.OK, self.server.site[path])

    do_HEAD = do_GET

    def _answer(self, status: HTTPStatus, file: File | None = None) -> None:
        if file is None:
            file = File(f"{status.phrase}\n".encode(), "text/plain")
        self.send_response(status)
        headers = {
            "Content-Type": file.type,
            "Content-Length": str(len(file.content)),
            **_HEADERS,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(file.content)

    def version_string(self) -> str:
        """Returns the header Server, without the version of Python."""
        return "tflm"

    def log_message(self, file_format: str, *arguments: object) -> None:
        """Says nothing: a log would show the token."""


def _family(host: str) -> socket.AddressFamily:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        raise ValueError(
            f"--host must be an address such as 192.168.1.20, got {host!r}"
        ) from None
    return socket.AF_INET6 if version == 6 else socket.AF_INET
