"""A version of a state that is brought back, and AWS that stops to answer halfway."""

import io
from typing import Any, cast

import pytest
from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account, LiveError
from stage3c.live.state_versions import Version, bring_back

from tests.delivery.deployed import BUILD, state_text


class HalfWay:
    """Stands for S3, which answers, and DynamoDB, which does not."""

    def __init__(self) -> None:
        self.stored: list[bytes] = []

    def client(self, _service: str, _region: str) -> Any:
        return self

    def get_object(self, **_: Any) -> Any:
        return {"Body": io.BytesIO(self.stored[-1] if self.stored else state_text(1))}

    def put_object(self, *, Body: bytes, **_: Any) -> None:  # noqa: N803 - as boto3 has it
        self.stored.append(Body)

    def put_item(self, **_: Any) -> None:
        raise Unanswered("AWS does not answer")


def test_what_was_written_is_said_although_the_digest_was_not() -> None:
    account = HalfWay()
    version = Version("v1", None, 10, is_current=False, serial=1)
    with pytest.raises(LiveError, match="the state was written with serial 2") as error:
        bring_back(cast("Account", account), BUILD.stack, [version], version)
    assert len(account.stored) == 1
    assert error.value.fix.startswith("stage3c preflight SPEC")
