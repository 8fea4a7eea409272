"""The account that the credentials belong to; only read."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, _known: Known) -> Iterator[Match]:
    yield Match(aws.account, {"account_id": aws.account})


KIND = Kind(type="aws_caller_identity", find=_find, untagged="not a resource")
