"""What a server shows before any request: its addresses and its certificate."""

import socket
import ssl
import time
from typing import Final

from stage3c.delivery.detour import Detour

_TIMEOUT_SECONDS: Final = 5.0
_DAYS_MIN: Final = 14
_SECONDS_PER_DAY: Final = 86_400


def address_faults(host: str, detour: Detour | None = None) -> list[str]:
    """Why a host name has no address."""
    if detour is not None:
        return [] if detour.knows(host) else [f"{host} does not resolve"]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [f"{host} does not resolve"]
    return [] if found else [f"{host} has no addresses"]


def certificate_faults(host: str, port: int, hostnames: tuple[str, ...], detour: Detour | None = None) -> list[str]:
    """What is wrong with the certificate that a server shows: chain, names, days left."""
    place = (host, port) if detour is None else detour.place(host, port)
    if place is None:
        return [f"no connection to port {port} of {host}"]
    context = trusting(detour)
    names = dict.fromkeys((host, *hostnames))
    return [fault for name in names for fault in _faults(name, (host, port), place, context)]


def trusting(detour: Detour | None) -> ssl.SSLContext:
    """Trust what the system trusts, or the file that SSL_CERT_FILE names, or the authority of a detour alone."""
    return ssl.create_default_context(cafile=detour.authority if detour else None)


def _faults(name: str, asked: tuple[str, int], place: tuple[str, int], context: ssl.SSLContext) -> list[str]:
    """The faults for one name, asked of the server at `asked`, which is reached at `place`."""
    host, port = asked
    try:
        with (
            socket.create_connection(place, timeout=_TIMEOUT_SECONDS) as plain,
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
