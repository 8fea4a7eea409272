"""`python -m app.migrate`: bring the schema up to date and say what was applied; exit 0, or 1 with the reason."""

import asyncio
import sys

import psycopg

from app import options
from app.migrations import MigrationError, migrate, migrations
from app.parts import connect_to_migrate, credentials_of
from app.settings import SettingsError


async def _run() -> list[str]:
    given, chosen = options.load_all()
    async with await connect_to_migrate(given, chosen, credentials_of(given)) as connection:
        return await migrate(connection, migrations())


def main() -> int:
    """Run the command."""
    try:
        names = asyncio.run(_run())
    except (SettingsError, MigrationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except psycopg.Error as error:
        # The text of the error holds the user's name, which is secret here.
        sys.stderr.write(f"the database cannot be migrated: {type(error).__name__}\n")
        return 1
    sys.stdout.write("".join(f"applied {name}\n" for name in names) or "nothing to apply\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
