"""A request that is sent again after it succeeded, as SDKs do when the answer is lost."""

import json
import urllib.error
import urllib.request

import pytest

from tests.emulator import Emulator, emulator

LOCK = {"TableName": "locks", "Item": {"LockID": {"S": "state"}}, "ConditionExpression": "attribute_not_exists(LockID)"}


def put(aws: Emulator, identity: str) -> int:
    """Take the lock as one call of an SDK, and give the status of the answer."""
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.PutItem",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20261128/us-east-1/dynamodb/aws4_request",
        "amz-sdk-invocation-id": identity,
    }
    request = urllib.request.Request(aws.url, json.dumps(LOCK).encode(), headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - likewise
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.slow
def test_what_succeeded_is_done_once_and_what_failed_is_tried_again() -> None:
    with emulator(managed_policies=False) as aws:
        locks = aws.client("dynamodb")
        locks.create_table(
            TableName="locks",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert [put(aws, "first"), put(aws, "first"), put(aws, "second"), put(aws, "second")] == [200, 200, 400, 400]
        locks.delete_item(TableName="locks", Key=LOCK["Item"])
        assert [put(aws, "second"), put(aws, "first"), put(aws, "third")] == [200, 200, 400]
