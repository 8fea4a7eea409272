"""What may be set and need not be: log level, address, and how the database proves who it is.

The Node.js service reads the same options in the same way, and says the same when they are wrong.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import settings
from app.settings import Settings, SettingsError

EXIT_BAD_SETTINGS: Final = 78  # EX_CONFIG of sysexits.h
RDS_BUNDLE: Final = Path("/app/rds-global-bundle.pem")
LEVELS: Final = {"DEBUG": "DEBUG", "INFO": "INFO", "WARN": "WARNING", "WARNING": "WARNING", "ERROR": "ERROR"}
PORT_MAX: Final = 65535


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError("is not a log level; expected: DEBUG, INFO, WARN or ERROR")
    return LEVELS[value.upper()]


def _port(value: str | int) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", str(value), re.ASCII) or not 1 <= int(value) <= PORT_MAX:
        raise ValueError(f"is not a port; expected: a number from 1 to {PORT_MAX}")
    return int(value)


def _host(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; expected: an address to listen on")
    return value


def _switch(value: str | bool) -> bool:  # noqa: FBT001 - the default is one
    if value not in {"true", "false", True, False}:
        raise ValueError("is not a switch; expected: true or false")
    return value in {"true", True}


class Options(BaseSettings):
    """Plain variables with defaults."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    LOG_LEVEL: Annotated[str, BeforeValidator(_level)] = "INFO"
    HOST: Annotated[str, BeforeValidator(_host)] = "0.0.0.0"  # noqa: S104 - in a container everything else is closed
    PORT: Annotated[int, BeforeValidator(_port)] = 8000
    DB_SSLROOTCERT: Path = RDS_BUNDLE
    LOCAL_DATABASE_WITHOUT_TLS: Annotated[bool, BeforeValidator(_switch)] = False
    """For development: no TLS to a database on this machine. `stage3c build` refuses a spec that sets it."""


def load() -> Options:
    """The options, or a SettingsError that lists all that is wrong with them."""
    try:
        return Options()
    except ValidationError as error:
        faults = [f"{each['loc'][0]} {each['ctx']['error']}." for each in error.errors(include_input=False)]
        raise SettingsError(faults) from None


def load_all() -> tuple[Settings, Options]:
    """Settings and options, or one SettingsError that lists all that is wrong with any of them."""
    faults: list[str] = []
    given: Settings | None = None
    chosen: Options | None = None
    try:
        given = settings.load()
    except SettingsError as error:
        faults += error.faults
    try:
        chosen = load()
    except SettingsError as error:
        faults += error.faults
    if chosen is not None:
        faults += _database_faults(given, chosen)
    if given is None or chosen is None or faults:
        raise SettingsError(faults) from None
    return given, chosen


def _database_faults(given: Settings | None, chosen: Options) -> list[str]:
    """The database proves who it is by a certificate, unless it is on this machine and the developer says so."""
    if not chosen.LOCAL_DATABASE_WITHOUT_TLS:
        missing = "DB_SSLROOTCERT names no file; expected: the root certificates of the database."
        return [] if chosen.DB_SSLROOTCERT.is_file() else [missing]
    hosts = [host for host in (given.DB_HOST, given.DB_REPLICA_HOST) if host] if given else []
    if all(_is_here(host) for host in hosts):
        return []
    return ["LOCAL_DATABASE_WITHOUT_TLS is set, and the database is not on this machine; expected: DB_HOST=localhost."]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
