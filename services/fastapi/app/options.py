"""What may be set and need not be: log level, address, and where the root certificates of the database are."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import settings
from app.settings import Settings, SettingsError

RDS_BUNDLE = Path("/app/rds-global-bundle.pem")


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("names no file")
    return path


class Options(BaseSettings):
    """Plain variables with defaults."""

    model_config = SettingsConfigDict(
        case_sensitive=True, extra="ignore", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    HOST: Annotated[str, Field(min_length=1)] = "0.0.0.0"  # noqa: S104 - in a container everything else is closed
    PORT: Annotated[int, Field(ge=1, le=65535)] = 8000
    DB_SSLROOTCERT: Annotated[Path, AfterValidator(_file)] = RDS_BUNDLE


def load() -> Options:
    """The options, or a SettingsError that lists all that is wrong with them."""
    try:
        return Options()
    except ValidationError as error:
        faults = [f"{each['loc'][0]} is malformed: {each['msg']}." for each in error.errors(include_input=False)]
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
    if given is None or chosen is None:
        raise SettingsError(faults) from None
    return given, chosen
