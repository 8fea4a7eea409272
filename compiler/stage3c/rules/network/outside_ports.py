"""Which port of a server outside the stack a variable clearly implies, by its value or its name."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from stage3c.language.model.service import ArnOf, Service

# The ports of well-known protocols, the usual one first: the IANA registry, and each product's documentation,
# https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml (2026-11-28).
_SMTP: Final = ("SMTP", (587, 465, 2525, 25))
_POSTGRES: Final = ("PostgreSQL", (5432, 6432, 6543))
_MYSQL: Final = ("MySQL", (3306,))
_REDIS: Final = ("Redis", (6379, 6380))
_MONGODB: Final = ("MongoDB", (27017,))
_AMQP: Final = ("AMQP", (5671, 5672))
_KAFKA: Final = ("Kafka", (9092, 9093, 9094, 9096, 9098))
_HTTP: Final = ("HTTP", (80,))
_HTTPS: Final = ("HTTPS", (443,))
_BY_SCHEME: Final = {
    "smtp": _SMTP, "smtps": ("SMTP", (465, 587)), "postgres": _POSTGRES, "postgresql": _POSTGRES, "mysql": _MYSQL,
    "mariadb": _MYSQL, "redis": _REDIS, "rediss": _REDIS, "mongodb": _MONGODB, "mongodb+srv": _MONGODB,
    "amqp": ("AMQP", (5672, 5671)), "amqps": _AMQP, "kafka": _KAFKA, "http": _HTTP, "https": _HTTPS,
    "ldap": ("LDAP", (389,)), "ldaps": ("LDAP", (636,)), "sftp": ("SFTP", (22,)), "ftp": ("FTP", (21,)),
    "memcached": ("memcached", (11211,)), "nats": ("NATS", (4222,)), "mqtt": ("MQTT", (1883,)), "mqtts": ("MQTT", (8883,)),
}  # fmt: skip
_ADDRESS: Final = (
    r"(HOST|HOSTNAME|SERVER|SERVERS|URL|URI|DSN|ADDRESS|ENDPOINT|BROKERS|BOOTSTRAP_SERVERS|CONNECTION_STRING)"
)
_BY_PRODUCT: Final = {
    "SMTP": _SMTP, "MAIL": _SMTP, "EMAIL": _SMTP, "REDIS": _REDIS, "VALKEY": _REDIS, "MONGO": _MONGODB, "MONGODB": _MONGODB,
    "RABBITMQ": _AMQP, "AMQP": _AMQP, "KAFKA": _KAFKA, "POSTGRES": _POSTGRES, "POSTGRESQL": _POSTGRES, "MYSQL": _MYSQL,
    "MARIADB": _MYSQL,
}  # fmt: skip
_NAMED: Final = re.compile(rf"(?:^|_)({'|'.join(_BY_PRODUCT)})_{_ADDRESS}$")
_A_DATABASE: Final = re.compile(r"(^|_)(DATABASE|DB)_(URL|URI|DSN)$")
_NOT_CALLED: Final = re.compile(r"ORIGIN|ALLOW|CORS|REDIRECT|CALLBACK|PUBLIC|ISSUER|AUDIENCE|SCHEMA|NAMESPACE|PROXY")
_LOCAL: Final = re.compile(r"localhost|127\.[0-9.]+|0\.0\.0\.0|169\.254\.[0-9.]+|::1", re.IGNORECASE)
_HOST_AND_PORT: Final = re.compile(r"[A-Za-z0-9.-]+:([1-9][0-9]{0,4})(?:,|$)")
_PORT_MAX: Final = 65535


class Implied(Struct, frozen=True):
    """A variable, and the ports of which one must be open for what it names."""

    section: str  # environment | secrets
    variable: str
    protocol: str
    ports: tuple[int, ...]


def implied_ports(service: Service) -> Iterator[Implied]:
    """What the variables and secrets of a service imply; what is local, or only mentions an address, implies nothing."""
    for variable, value in service.environment.items():
        found = _of_value(variable, value) or (_of_name(service, variable) if _names_a_host(value) else None)
        if found:
            yield Implied("environment", variable, *found)
    for variable, source in service.secrets.items():
        named = None if isinstance(source, ArnOf) else _of_name(service, variable)
        of_own = not isinstance(source, ArnOf) and source.split(".")[0] in service.uses
        if named and not of_own:
            yield Implied("secrets", variable, *named)


def _of_value(variable: str, value: str) -> tuple[str, tuple[int, ...]] | None:
    """What a URL implies: its port, else those of its scheme."""
    try:
        url = urlsplit(value.strip().removeprefix("jdbc:"))
        host, port = url.hostname or "", url.port
    except ValueError:
        return None
    known = _BY_SCHEME.get(url.scheme.lower())
    if known is None or not host or _LOCAL.fullmatch(host) or _NOT_CALLED.search(variable.upper()):
        return None
    return (known[0], (port,)) if port else known


def _of_name(service: Service, variable: str) -> tuple[str, tuple[int, ...]] | None:
    upper = variable.upper()
    named = _NAMED.search(upper)
    found = _BY_PRODUCT[named[1]] if named else None
    if found is None and _A_DATABASE.search(upper) and not service.uses:
        found = _POSTGRES
    if found is None:
        return None
    said = _port_of(service.environment.get(variable, "")) or _said_beside(service.environment.items(), upper)
    return (found[0], (said,)) if said else found


def _port_of(value: str) -> int | None:
    """The port behind a plain host: `mail.example.com:2525`."""
    found = _HOST_AND_PORT.match(value.strip())
    return int(found[1]) if found and int(found[1]) <= _PORT_MAX else None


def _said_beside(environment: Iterable[tuple[str, str]], variable: str) -> int | None:
    """The port that another variable of the same prefix gives: `SMTP_PORT` beside `SMTP_HOST`."""
    port = re.sub(rf"_{_ADDRESS}$", "_PORT", variable)
    value = next((value for name, value in environment if name.upper() == port), "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,4}", value) and int(value) <= _PORT_MAX else None


def _names_a_host(value: str) -> bool:
    """A host with a dot, perhaps with a port: not `true`, `console` or a name of this machine."""
    host = value.split(",", maxsplit=1)[0].strip().rpartition("@")[2].split(":")[0]
    return "/" not in host and "." in host and not _LOCAL.fullmatch(host)
