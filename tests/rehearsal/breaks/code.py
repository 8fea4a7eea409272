"""Breaks in the code of a service, as the mission's incident report describes them; the real services run with them."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.rehearsal.breaks.kept import Kept
from tests.rehearsal.breaks.table import Break, Undo, definition

START = '    """An application that opens its components when it starts, and closes them when it ends."""\n'
HOST = """    import json, os
    secret = json.loads(os.environ["DATABASE_URL"])
    os.environ["DB_HOST"] = secret["host"]
"""
READ = """    import boto3, os
    boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_URL"])
"""


def whole_secret(told: dict[str, Any]) -> None:
    """Inject the secret of the database as one variable, as the reported service had it."""
    secrets = told["containerDefinitions"][0]["secrets"]
    secrets.append({"name": "DATABASE_URL", "valueFrom": ":".join(secrets[0]["valueFrom"].split(":")[:7])})


def code(lines: str) -> Callable[[Kept], Undo]:
    """Run the back end with these lines at its start, from a copy."""

    def make(kept: Kept) -> Undo:
        folder = Path(tempfile.mkdtemp())
        services = folder / "services"
        shutil.copytree(ROOT / "services" / "fastapi", services / "fastapi", ignore=shutil.ignore_patterns(".venv"))
        (services / "nodejs").symlink_to(ROOT / "services" / "nodejs")
        main = services / "fastapi" / "app" / "main.py"
        text = main.read_text(encoding="utf-8")
        assert START in text
        main.write_text(text.replace(START, START + lines), encoding="utf-8")
        here, mend = contextlib.chdir(folder), definition(whole_secret)(kept)
        here.__enter__()

        def undo() -> None:
            here.__exit__(None, None, None)
            mend()
            shutil.rmtree(folder)

        return undo

    return make


CODE = (
    Break("5", "code that expects the host in a secret of RDS", code(HOST),
          "a secret that contains only username and password, as RDS makes them", Kept.served),
    Break("6", "code that takes the injected secret for its name", code(READ),
          "ECS injects the content, not the ARN", Kept.served),
)  # fmt: skip
