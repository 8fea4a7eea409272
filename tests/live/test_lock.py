"""The lock of a state while somebody else releases it by force and takes it."""

from typing import Any, cast

import pytest
from stage3c.live.account import Account, LiveError
from stage3c.live.checks import state_lock
from stage3c.live.lock import refuse_unless_held, state_lock_of

from tests.delivery.deployed import BUILD


class Places:
    """Stands for S3 and DynamoDB: who holds which place, and what is removed."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def client(self, _service: str, _region: str) -> Any:
        return self

    def put_object(self, **_: Any) -> None:
        """Take the file."""

    def put_item(self, **_: Any) -> None:
        """Take the item."""

    def delete_object(self, **_: Any) -> None:
        self.removed.append("file")

    def delete_item(self, **_: Any) -> None:
        self.removed.append("table")


@pytest.mark.parametrize("holder", ["own", "another", None])
def test_only_our_own_lock_counts_and_is_removed(holder: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places()
    account = cast("Account", places)
    with state_lock_of(account, BUILD.stack, "test") as identity:
        told = None if holder is None else {"ID": identity if holder == "own" else holder}
        monkeypatch.setattr(state_lock, "ask", lambda *_: {"file": told, "table": told})
        if holder == "own":
            refuse_unless_held(account, BUILD.stack, identity)
        else:
            with pytest.raises(LiveError, match="lock was released meanwhile"):
                refuse_unless_held(account, BUILD.stack, identity)
    assert bool(places.removed) == (holder == "own")
