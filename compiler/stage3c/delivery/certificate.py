"""What a server shows before any request: its addresses and its certificate."""

import socket
import ssl
import time
from typing import Final

_TIMEOUT_SECONDS: Final = 5.0
_DAYS_MIN: Final = 14
_SECONDS_PER_DAY: Final = 86_400


def address_faults(host: str) -> list[str]:
    """Why a host name has no address."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [f"{host} does not resolve"]
    return [] if found else [f"{host} has no addresses"]


def certificate_faults(host: str, port: int, hostnames: tuple[str, ...]) -> list[str]:
    """What is wrong with the certificate that a server shows: chain, names, days left."""
    return [fault for name in dict.fromkeys((host, *hostnames)) for fault in _faults(name, host, port)]


def _faults(name: str, host: str, port: int) -> list[str]:
    """The faults for one name, asked of the server at `host`."""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            shown = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return [f"the certificate for {name} is not valid: {error.verify_message}"]
    except ssl.SSLError:
        return [f"TLS with {name} failed"]
    except (OSError, UnicodeError):
        return [f"no connection to port {port} of {host}"]
    days = (ssl.cert_time_to_seconds(str(shown["notAfter"])) - time.time()) / _SECONDS_PER_DAY
    return [f"the certificate for {name} expires in {days:.0f} days"] if days < _DAYS_MIN else []
