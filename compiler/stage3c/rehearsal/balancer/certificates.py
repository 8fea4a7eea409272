"""The certificate authority of a rehearsal, which signs for its load balancers and databases."""

import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme


class Authority:
    """A certificate authority; only clients that trust its file accept the certificates of a rehearsal."""

    def __init__(self, folder: Path) -> None:
        """Make a new authority, whose certificate is written into a folder that exists."""
        self._made = trustme.CA(organization_name="stage3c rehearsal")
        self.file = folder / "authority.pem"
        self._made.cert_pem.write_to_path(str(self.file))
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    def context(self, names: Iterable[str]) -> ssl.SSLContext:
        """What a server with a certificate for these names uses; the same names have the same certificate."""
        key = tuple(dict.fromkeys(names))
        if key not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._made.issue_cert(*key).configure_cert(context)
            self._contexts[key] = context
        return self._contexts[key]

    def issue(self, names: Iterable[str], folder: Path) -> tuple[Path, Path]:
        """Write a certificate for names, and its key, into a folder."""
        made = self._made.issue_cert(*names)
        certificate, key = folder / "server.pem", folder / "server.key"
        certificate.write_bytes(b"".join(each.bytes() for each in made.cert_chain_pems))
        key.touch(mode=0o600)
        key.write_bytes(made.private_key_pem.bytes())
        return certificate, key


def covers(names: Iterable[str], host: str) -> bool:
    """Tell whether a certificate for these names is one for a host: `*` is exactly one label."""
    rest = host.lower().partition(".")[2]
    return any(name.lower() in (host.lower(), f"*.{rest}") for name in names)
