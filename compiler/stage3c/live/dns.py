"""The public DNS, asked for name servers. Owns the only import of dnspython."""

from ipaddress import ip_address
from typing import Any

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import UsageError
from stage3c.shipped import install_command

_WAIT_MAX_SECONDS = 4.0
_PORT = 53


def name_servers(zone: str, resolver: str | None = None) -> list[str]:
    """The name servers of a zone, sorted, in lower case; none where nobody delegates it, or to servers that do not know it.

    `resolver` is an address with an optional port, `127.0.0.1:5353`; the system's own unless told.
    """
    try:
        from dns import exception  # noqa: PLC0415 - an extra
        from dns import resolver as dns  # noqa: PLC0415 - likewise
    except ModuleNotFoundError:
        raise Unanswered(f"asking the DNS needs dnspython: {install_command('aws')}") from None
    try:
        asked = dns.Resolver(configure=resolver is None)
        if resolver is not None:
            address, port = resolver_of(resolver)
            asked.nameservers, asked.port = [address], port
        answer = asked.resolve(f"{zone}.", "NS", lifetime=_WAIT_MAX_SECONDS)
    except (dns.NXDOMAIN, dns.NoAnswer):
        return []
    except dns.NoNameservers:
        if _works(asked):
            return []
        raise Unanswered("the resolver fails at everything") from None
    except exception.DNSException as error:
        raise Unanswered(f"the DNS did not answer ({type(error).__name__})") from None
    return sorted(str(record.target).rstrip(".").lower() for record in answer)


def _works(asked: Any) -> bool:  # noqa: ANN401 - dnspython is an extra
    """Whether a resolver answers for the root, so that its failure at a zone is the zone's."""
    from dns import exception  # noqa: PLC0415 - likewise
    from dns import resolver as dns  # noqa: PLC0415 - likewise

    try:
        asked.resolve(".", "NS", lifetime=_WAIT_MAX_SECONDS)
    except (dns.NXDOMAIN, dns.NoAnswer):
        return True
    except exception.DNSException:
        return False
    return True


def resolver_of(text: str) -> tuple[str, int]:
    """Address and port of a resolver."""
    host, colon, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    try:
        return str(ip_address(host.strip("[]"))), int(port) if colon else _PORT
    except ValueError:
        raise UsageError("the resolver is no IP address.", "--resolver 1.1.1.1, or 127.0.0.1:5353") from None
