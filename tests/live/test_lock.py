"""The lock of a state while somebody else releases it by force and takes it."""

import json
from typing import Any, cast

import pytest
from stage3c.aws.kinds.kind import Refused
from stage3c.live.account import Account, LiveError
from stage3c.live.checks import state_lock
from stage3c.live.lock import refuse_unless_held, state_lock_of

from tests.delivery.deployed import BUILD


class Places:
    """Stands for S3 and DynamoDB: who holds which place, and what is removed."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.written: dict[str, str] = {}
        self.refusal: Exception | None = None

    def client(self, _service: str, _region: str) -> Any:
        return self

    def put_object(self, *, Body: bytes, **_: Any) -> None:  # noqa: N803 - the argument of S3
        self._write("file", Body.decode())

    def put_item(self, *, Item: dict[str, dict[str, str]], **_: Any) -> None:  # noqa: N803 - the argument of DynamoDB
        self._write("table", Item["Info"]["S"])

    def _write(self, place: str, info: str) -> None:
        self.written[place] = json.loads(info)["ID"]
        if self.refusal is not None:
            raise self.refusal

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


@pytest.mark.parametrize("code", ["ConditionalCheckFailedException", "PreconditionFailed"])
@pytest.mark.parametrize("holder", ["own", "another", None])
def test_a_write_that_meets_its_own_first_attempt_has_taken_the_lock(
    code: str, holder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places()
    places.refusal = Refused("the write", code)
    other = {"ID": "another", "Who": "bob", "Created": "today", "Operation": "apply"}

    def ask(*_: object) -> dict[str, Any]:
        own = {place: {"ID": identity} for place, identity in places.written.items()}
        return {
            "file": None,
            "table": None,
            **({"own": own, "another": dict.fromkeys(own, other)}.get(holder or "", {})),
        }

    monkeypatch.setattr(state_lock, "ask", ask)
    if holder == "own":
        with state_lock_of(cast("Account", places), BUILD.stack, "test") as identity:
            assert set(places.written.values()) == {identity}
        assert sorted(places.removed) == sorted(places.written)
    else:
        with pytest.raises(LiveError), state_lock_of(cast("Account", places), BUILD.stack, "test"):
            pytest.fail("it is not ours")
        assert places.removed == []
