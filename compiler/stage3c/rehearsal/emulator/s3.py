"""S3: what lifecycle rules and bucket policies lose."""

import json
from typing import Any

from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response


def extend() -> None:
    """Give back NewerNoncurrentVersions, let TLS-only policies pass the loopback, and let delete markers be deleted."""
    _keep_newer_noncurrent_versions()
    _take_the_loopback_for_tls()
    delete_marker: Any = FakeDeleteMarker
    delete_marker.dispose = lambda _marker: (
        None
    )  # asked for when every version of a key is deleted, as force_destroy does


def _keep_newer_noncurrent_versions() -> None:
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


def _take_the_loopback_for_tls() -> None:
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
