"""Who may ask the server: nobody else's page, and nobody without the token."""

import dataclasses
import hmac
import ipaddress
import secrets
import socket


@dataclasses.dataclass(frozen=True)
class Access:
    """Whom to answer.

    Attributes:
        token: first part of each path, so that each request shows it; empty
            on loopback.
    """

    token: str = ""

    def path(self, target: str, host: str) -> str | None:
        """Returns which file a request asks for, None if it is refused.

        Without a token the name that the browser was given must be one of
        this machine: another's name that leads here (DNS rebinding) would let
        that site's page read from us.

        Args:
            target: of the request line, such as `/style.css?x=1`.
            host: the header.
        """
        path = target.partition("?")[0].removeprefix("/")
        if not self.token:
            return path if _is_loopback(host) else None
        given, _, path = path.partition("/")
        known = hmac.compare_digest(given.encode(), self.token.encode())
        return path if known else None


def for_host(host: str | None) -> Access:
    """Returns the access of a server at an address, None being loopback."""
    return Access(secrets.token_urlsafe(16) if host else "")


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] if _has_port(host) else host
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")


def shown(host: str) -> str:
    """Returns the address to type for a server that listens at `host`.

    For all addresses (0.0.0.0) that is the one that leads to the network.
    """
    if host not in ("0.0.0.0", "::"):
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # Sends nothing: only a route.
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()
