"""Moto's server, with what it forgets of what Terraform tells it: run as `python -m tests.moto_server PORT`.

Each extension gives back what was given; none makes anything up. Written against moto 5.2.
"""

import json
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")

from moto.s3.models import FakeBucket  # noqa: E402 - its imports warn
from moto.s3.responses import S3Response  # noqa: E402 - likewise
from moto.server import main  # noqa: E402 - likewise


def keep_newer_noncurrent_versions() -> None:
    """Lifecycle rules lose NewerNoncurrentVersions, so the provider waits for a rule that never comes."""
    set_lifecycle, get_lifecycle = FakeBucket.set_lifecycle, S3Response.get_bucket_lifecycle

    def set_with_newer(bucket: Any, rules: list[dict[str, Any]]) -> None:
        set_lifecycle(bucket, rules)
        for kept, rule in zip(bucket.rules, rules, strict=True):
            kept.newer = (rule.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")

    def get_with_newer(response: Any) -> Any:
        serialized = response.serialized

        def with_newer(action: Any) -> Any:
            kept = response.backend.get_bucket_lifecycle(response.bucket_name)
            for told, rule in zip(action.result["Rules"], kept, strict=True):
                if getattr(rule, "newer", None) is not None:
                    told["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = rule.newer
            return serialized(action)

        response.serialized = with_newer
        try:
            return get_lifecycle(response)
        finally:
            del response.serialized

    FakeBucket.set_lifecycle = set_with_newer  # type: ignore[method-assign,assignment] # an extension
    S3Response.get_bucket_lifecycle = get_with_newer  # type: ignore[method-assign,assignment] # likewise


def take_the_loopback_for_tls() -> None:
    """Conditions are not evaluated, so a policy that denies what comes without TLS would deny everything."""
    permission = FakeBucket.get_permission

    def of_others(bucket: Any, action: str, resource: str) -> Any:
        whole = bucket.policy
        if whole:
            document = json.loads(whole)
            plain = {"Bool": {"aws:SecureTransport": "false"}}
            document["Statement"] = [each for each in document["Statement"] if each.get("Condition") != plain]
            bucket.policy = json.dumps(document).encode()
        try:
            return permission(bucket, action, resource)
        finally:
            bucket.policy = whole

    FakeBucket.get_permission = of_others  # type: ignore[method-assign,assignment] # an extension


if __name__ == "__main__":
    keep_newer_noncurrent_versions()
    take_the_loopback_for_tls()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
