"""One stack on its whole way through an emulated account, by the commands that a user would type."""

import json
import os
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from stage3c.aws.kinds import kind_of
from stage3c.live.account import Account
from stage3c.live.ownership import tags_of_owner
from stage3c.live.search import Search
from stage3c.pipeline import Build, compile_spec
from stage3c.resources.stack import compile_stack, lock_table, state_key

from tests import terraform
from tests.conftest import ROOT
from tests.emulator import Emulator, run_command

SPEC = ROOT / "specs" / "stage3v3.yaml"
BUCKET, TABLE = "agentic-aws-terraform-state", "agentic-aws-terraform-locks"
KEY = "agentic-aws/stage3v3/terraform.tfstate"


def keys_of(change: dict[str, Any]) -> set[str]:
    """The arguments that a change changes."""
    before, after, later = change["before"], change["after"], change["after_unknown"]
    return {
        name for name in {*before, *after, *later} if later.get(name) is True or before.get(name) != after.get(name)
    }


class Journey(Struct, frozen=True, dict=True):
    """An account with a hosted zone in it, the folder that the stacks are written to, and one environment of one spec."""

    aws: Emulator
    out: Path
    spec: Path = SPEC
    environment: str | None = None
    resolver: str = "127.0.0.1:9"
    """Who knows the zone in the DNS; nobody, unless told."""

    @cached_property
    def build(self) -> Build:
        """What the spec says."""
        (build,) = compile_spec(self.spec.read_bytes(), str(self.spec), self.environment).builds
        return build

    @property
    def stack(self) -> Path:
        """Where the stack is written."""
        return self.out / self.build.stack_name

    @property
    def which(self) -> tuple[str | Path, ...]:
        """The spec and its environment, as arguments."""
        return (self.spec, *(("--env", self.environment) if self.environment else ()))

    def stage3c(self, command: str, *more: str | Path, code: int = 0) -> str:
        """Run a command that writes files."""
        done = run_command(command, *self.which, "--out", self.out, *more, aws=None)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def live(self, command: str, *more: str | Path, code: int = 0) -> Any:
        """Run a command that looks at the account, and read what it says for programs."""
        done = run_command(command, *self.which, "--format", "json", *more, aws=self.aws)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def problems(self, *, code: int = 1) -> dict[str, list[dict[str, str]]]:
        """What preflight says that is not fine, by id."""
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.live("preflight", "--resolver", self.resolver, code=code)["rows"]:
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
        store = self.out / f"bootstrap-{self.build.stack.state.bucket}"
        for command in (("init", "-input=false"), ("apply", "-auto-approve", "-input=false")):
            self.terraform(store, *command)
        self.stage3c("bootstrap", "--migrate")
        self.terraform(store, "init", "-migrate-state", "-force-copy", "-input=false")

    def write(self) -> None:
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

    def place_of_the_state(self) -> None:
        """The same without Terraform, which takes its time; for what is not about the place itself."""
        stack, s3 = self.build.stack, self.aws.client("s3")
        s3.create_bucket(Bucket=stack.state.bucket)
        s3.put_bucket_versioning(Bucket=stack.state.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.aws.client("dynamodb", stack.region).create_table(
            TableName=lock_table(stack),
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        )

    def lose_the_state(self) -> None:
        """Every version of it."""
        s3 = self.aws.client("s3")
        bucket, key = self.build.stack.state.bucket, state_key(self.build.stack)
        told = s3.list_object_versions(Bucket=bucket, Prefix=key)
        for each in [*told.get("Versions", []), *told.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])

    def changed(self) -> dict[str, dict[str, Any]]:
        """What the next apply would do, by address."""
        self.terraform(self.stack, "plan", "-input=false", "-out=plan")
        plan = json.loads(self.terraform(self.stack, "show", "-json", "plan"))
        (self.stack / "plan").unlink()
        managed = (each for each in plan["resource_changes"] if each["mode"] == "managed")
        return {each["address"]: each["change"] for each in managed if each["change"]["actions"] != ["no-op"]}

    def texts(self) -> str:
        """All that was written, by us and by Terraform, and all that is in the state bucket."""
        files = (each for each in self.out.rglob("*") if each.is_file() and ".terraform/" not in str(each))
        s3, bucket = self.aws.client("s3"), self.build.stack.state.bucket
        stored = (
            s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])["Body"].read()
            for each in s3.list_object_versions(Bucket=bucket)["Versions"]
        )
        return "\n".join([*(each.read_text(encoding="utf-8") for each in files), *(each.decode() for each in stored)])

    def forget_the_digest(self) -> None:
        """The item that tells of the lost state, as preflight's PRE109 says."""
        stack = self.build.stack
        item = {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}-md5"}}
        self.aws.client("dynamodb").delete_item(TableName=lock_table(stack), Key=item)

    def importable(self) -> set[str]:
        """The addresses of all that was written and can be looked up in an account."""
        written = json.loads((self.stack / "main.tf.json").read_text(encoding="utf-8"))["resource"]
        kinds = {kind: names for kind, names in written.items() if not kind_of(kind).not_imported}
        return {f"{kind}.{name}" for kind, names in kinds.items() for name in names}

    def inventory(self) -> dict[str, str]:
        """What exists of the stack: the import id by address."""
        stack = self.build.stack
        found = Search(Account(stack.region, self.aws.url), compile_stack(stack), tags_of_owner(stack)).run()
        return {address: each.matches[0].identity for address, each in found.items() if each.outcome == "found"}
