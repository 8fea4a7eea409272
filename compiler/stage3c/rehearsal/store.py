"""The bootstrap stack of a rehearsal: state bucket and lock tables, whose apply goes on while that of the stack begins."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from stage3c.live.account import Account
from stage3c.output import files
from stage3c.output.render import state_store_files
from stage3c.rehearsal.processes import Processes
from stage3c.rehearsal.terraform import Terraform
from stage3c.resources.state_store import StateStore

_LOOK_SECONDS: Final = 0.2
_MISSING: Final = ("NoSuchBucket", "ResourceNotFoundException")


class Store:
    """Bucket and tables, and the Terraform that makes them."""

    def __init__(self, running: Processes, store: StateStore, url: str) -> None:
        """Write the files of the stack, whose state is local at first."""
        self._store = store
        folder = running.work / store.name
        files.write_all({folder / name: text for name, text in state_store_files(store, moved=False).items()})
        self.terraform = Terraform(running, folder, url, store.region)
        self._applying: Future[None] | None = None

    def begin(self, account: Account) -> None:
        """Apply it, and return as soon as other states can use it: the provider waits a minute for the lifecycle rules."""
        self.terraform.run("init")
        threads = ThreadPoolExecutor(1)
        self._applying = threads.submit(self._apply)
        threads.shutdown(wait=False)
        while not (self._applying.done() or self._is_usable(account)):
            time.sleep(_LOOK_SECONDS)
        if self._applying.done():
            self._applying.result()

    def finish(self) -> None:
        """Wait until all of it is made, and its state is in its own bucket; raises what went wrong."""
        assert self._applying is not None
        self._applying.result()

    def move_back(self) -> None:
        """Move its state out of the bucket, which can then be destroyed."""
        (self.terraform.folder / "backend.tf.json").unlink()
        self.terraform.run("init", "-migrate-state", "-force-copy")

    def _apply(self) -> None:
        self.terraform.run("apply", "-auto-approve")
        moved = state_store_files(self._store, moved=True)
        files.write_all({self.terraform.folder / name: text for name, text in moved.items()})
        self.terraform.run("init", "-migrate-state", "-force-copy")

    def _is_usable(self, account: Account) -> bool:
        """Tell whether the bucket keeps versions, and every table is there."""
        versioning = account.maybe("s3.get_bucket_versioning", *_MISSING, Bucket=self._store.bucket)
        tables = [account.maybe("dynamodb.describe_table", *_MISSING, TableName=name) for name in self._store.tables]
        are_active = all(each is not None and each["Table"]["TableStatus"] == "ACTIVE" for each in tables)
        return are_active and (versioning or {}).get("Status") == "Enabled"
