"""What an account answers when the connection breaks halfway."""

from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError, ReadTimeoutError
from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account


class Body:
    """The text of an object in S3, which arrives or does not."""

    def __init__(self, fault: Exception | None) -> None:
        self.fault = fault

    def read(self) -> bytes:
        if self.fault:
            raise self.fault
        return b"whole"


@pytest.mark.parametrize(
    "fault", [IncompleteReadError(actual_bytes=1, expected_bytes=5), ReadTimeoutError(endpoint_url="https://s3")]
)
def test_an_object_that_breaks_off_is_no_answer(fault: Exception) -> None:
    def ask(fault: Exception | None = fault) -> Any:
        return {"Body": Body(fault)}

    with pytest.raises(Unanswered, match="AWS did not answer"):
        Account("us-east-1").sent("s3", ask)
    assert Account("us-east-1").sent("s3", lambda: ask(None))["Body"].read(3) == b"who"
