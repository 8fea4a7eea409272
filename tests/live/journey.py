"""One stack on its whole way through an emulated account, by the commands that a user would type."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.live.account import Account
from compiler.live.search import Search
from compiler.resources.stack import compile_stack
from tests import terraform
from tests.conftest import ROOT
from tests.emulator import Emulator, run_command
from tests.resources.stacks import reference

SPEC = ROOT / "specs" / "stage3v3.yaml"
STORE = "bootstrap-agentic-aws-terraform-state"
BUCKET, TABLE = "agentic-aws-terraform-state", "agentic-aws-terraform-locks"
KEY = "agentic-aws/stage3v3/terraform.tfstate"


@dataclass(frozen=True)
class Journey:
    """An account with a hosted zone in it, and the folder that the stacks are written to."""

    aws: Emulator
    out: Path

    @property
    def stack(self) -> Path:
        """Where the reference stack is written."""
        return self.out / "stage3v3"

    def stage3c(self, command: str, *more: str | Path, code: int = 0) -> str:
        """Run a command that writes files."""
        done = run_command(command, SPEC, "--out", self.out, *more, aws=None)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def live(self, command: str, *more: str | Path, code: int = 0) -> Any:
        """Run a command that looks at the account, and read what it says for programs."""
        done = run_command(command, SPEC, "--format", "json", *more, aws=self.aws)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def problems(self, *, code: int = 1) -> dict[str, list[dict[str, str]]]:
        """What preflight says that is not fine, by id."""
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.live("preflight", code=code)["rows"]:
            if row["outcome"] != "ok":
                found.setdefault(row["id"], []).append(row)
        return found

    def terraform(self, folder: Path, *arguments: str) -> str:
        """Run Terraform, which must succeed."""
        done = self.aws.terraform(folder, *arguments)
        assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
        return done.stdout

    def bootstrap(self) -> None:
        """The place of the state, as its README says."""
        self.stage3c("bootstrap")
        for command in (("init", "-input=false"), ("apply", "-auto-approve", "-input=false")):
            self.terraform(self.out / STORE, *command)
        self.stage3c("bootstrap", "--migrate")
        self.terraform(self.out / STORE, "init", "-migrate-state", "-force-copy", "-input=false")

    def build(self) -> None:
        """The stack, with fewer retries than a real account wants: what an emulator cannot do fails at once."""
        self.stage3c("build")
        document = json.loads((self.stack / "main.tf.json").read_text(encoding="utf-8"))
        provider = {**document["provider"]["aws"][0], "max_retries": 2}
        (self.stack / "emulator_override.tf.json").write_text(json.dumps({"provider": {"aws": provider}}))
        self.terraform(self.stack, "init", "-input=false")

    def apply(self) -> None:
        """Apply, and look whether anything is left to do."""
        self.terraform(self.stack, "apply", "-auto-approve", "-input=false")
        assert "No changes" in self.terraform(self.stack, "plan", "-input=false")

    def killed_apply(self, seconds: float) -> bool:
        """Start an apply and kill it, with the provider, after a while; tell whether it was still running."""
        command = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
        settings = {**terraform.environment(), **self.aws.environment}
        nowhere = subprocess.DEVNULL
        run = subprocess.Popen(
            command, cwd=self.stack, env=settings, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
        try:
            run.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            return True
        return False

    def lose_the_state(self) -> None:
        """Every version of it."""
        s3 = self.aws.client("s3")
        told = s3.list_object_versions(Bucket=BUCKET, Prefix=KEY)
        for each in [*told.get("Versions", []), *told.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=BUCKET, Key=each["Key"], VersionId=each["VersionId"])

    def inventory(self) -> dict[str, str]:
        """What exists of the stack: the import id by address."""
        stack = reference()
        found = Search(Account(stack.region, self.aws.url), compile_stack(stack), stack.name).run()
        return {address: each.matches[0].identity for address, each in found.items() if each.outcome == "found"}
