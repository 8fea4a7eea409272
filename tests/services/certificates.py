"""Certificates for servers on the loopback: an authority, and a certificate for `localhost` from it."""

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct


class Certificates(Struct, frozen=True):
    """Files in PEM."""

    authority: Path
    certificate: Path
    key: Path
    authority_key: ec.EllipticCurvePrivateKey


def write_certificates(folder: Path, of: Certificates | None = None, address: str = "127.0.0.1") -> Certificates:
    """Make a certificate, by a new authority or by the one given."""
    key = ec.generate_private_key(ec.SECP256R1())
    if of:
        authority_key, authority = of.authority_key, x509.load_pem_x509_certificate(of.authority.read_bytes())
    else:
        authority_key = ec.generate_private_key(ec.SECP256R1())
        authority = _certificate(address, authority_key, authority_key, None)
    certificate = _certificate(address, key, authority_key, authority)
    made = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key", authority_key)
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.key.chmod(0o600)
    return made


def _certificate(
    address: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
) -> x509.Certificate:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "server" if issuer else f"authority {x509.random_serial_number()}")]
    )
    now = dt.datetime.now(dt.UTC)
    addresses = [x509.IPAddress(ipaddress.ip_address(address))]
    names = [x509.DNSName("localhost")] if address == "127.0.0.1" else []
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        builder = builder.add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
    return builder.sign(signer, hashes.SHA256())
