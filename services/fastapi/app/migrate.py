"""`python -m app.migrate [--status | --dry-run]`: bring the schema up to date and print what was applied.

Exit 0, 1 with the reason on standard error, or 78 when the settings are wrong.
"""

import argparse
import asyncio
import sys

import psycopg

from app import options
from app.components import connect_to_migrate, credentials_of
from app.database import REFUSED, is_refused, reason_for
from app.migrations import MigrationError, migrate, migrations, pending
from app.options import EXIT_BAD_SETTINGS
from app.settings import SettingsError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.migrate", description="Apply pending migrations.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--status", action="store_true", help="List applied and pending migrations, and change nothing.")
    mode.add_argument("--dry-run", action="store_true", help="Apply pending migrations, then roll all of them back.")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> list[str]:
    given, chosen = options.load_all()
    wanted = migrations()
    async with await connect_to_migrate(given, chosen, credentials_of(given)) as connection:
        if arguments.status:
            missing = await pending(connection, wanted)
            return [f"{'pending' if each.name in missing else 'applied'} {each.name}" for each in wanted]
        names = await migrate(connection, wanted, dry_run=arguments.dry_run)
    verb = "would apply" if arguments.dry_run else "applied"
    return [f"{verb} {name}" for name in names] or ["nothing to apply"]


def main() -> int:
    """Run the command."""
    arguments = _arguments()
    try:
        lines = asyncio.run(_run(arguments))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BAD_SETTINGS
    except MigrationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except psycopg.Error as error:
        # The driver's own text contains the user name, which is secret here.
        sys.stderr.write(f"the schema cannot be migrated: {REFUSED if is_refused(error) else reason_for(error)}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
