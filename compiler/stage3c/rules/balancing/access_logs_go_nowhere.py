"""Load balancer does not write access logs to its bucket."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, document
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import load_balancers
from stage3c.views.statements import Statement, statements_in

_HEADER = "s3:x-amz-server-side-encryption"
_WRITING = {"s3:PutObject", "s3:*", "*"}
_WRITER = "logdelivery.elasticloadbalancing.amazonaws.com"


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the access logs of load balancers with the buckets that admit these."""
    used: set[str] = set()
    for balancer in load_balancers(graph):
        for written in (logs.bucket for logs in balancer.logs if logs.bucket and logs.enabled is not False):
            used.add(written.address)
            policies = {policy.address for policy in graph.users(written, "aws_s3_bucket_policy")}
            if policies and not policies & graph.waits_of(balancer.resource):
                cause = (
                    f"does not depend on {min(policies)}, and AWS tests writing "
                    "to the bucket when it creates the load balancer"
                )
                yield at(balancer.resource, cause, f"add depends_on = [{min(policies)}]")
            for policy in graph.users(written, "aws_s3_bucket_policy"):
                if balancer.kind == "application" and _demands_a_key(graph, policy):
                    cause = (
                        f"denies objects without KMS encryption, such as the access logs of {balancer.resource.address}"
                    )
                    yield at(policy, cause, "remove the condition on s3:x-amz-server-side-encryption")
            if balancer.kind == "application" and _is_under_a_key(graph, written):
                cause = (
                    f"writes access logs to {written.address}, which is encrypted by KMS, but only SSE-S3 is supported"
                )
                yield at(balancer.resource, cause, f'set sse_algorithm = "AES256" for {written.address}')
    for policy in graph.of_type("aws_s3_bucket_policy"):
        bucket = graph.target(policy.attributes.get("bucket"))
        text = repr(document(policy.attributes.get("policy")))
        if bucket is None or bucket.address in used or graph.is_handed_out(bucket) or not load_balancers(graph):
            continue
        if _WRITER in text:
            yield at(
                bucket,
                "allows access logs of load balancers, but no aws_lb writes to it",
                "add to the load balancer: access_logs { bucket = " + f"{bucket.address}.id, enabled = true }}",
            )


def _demands_a_key(graph: Graph, policy: Resource) -> bool:
    """Tell whether a policy denies what does not name KMS in its request, which a load balancer never does."""
    denied = (
        each for each in statements_in(graph, policy) or () if not each.allows and _WRITING & set(each.actions or ())
    )
    return any(
        operator.startswith("StringNot") and key.lower() == _HEADER and values == ("aws:kms",)
        for statement in denied
        if len(statement.conditions) == 1 and "*" in (statement.principals or ()) and _is_about_all(statement)
        for operator, key, values in statement.conditions
    )


def _is_about_all(statement: Statement) -> bool:
    """Tell whether a statement is about every object of a bucket, not those of a prefix."""
    return any(each == "*" or (each.endswith("/*") and each.count("/") == 1) for each in statement.resources or ())


def _is_under_a_key(graph: Graph, bucket: Resource) -> bool:
    """Tell whether a bucket encrypts by KMS unless asked otherwise."""
    written = graph.users(bucket, "aws_s3_bucket_server_side_encryption_configuration")
    rules = (rule for each in written for rule in blocks(each.attributes.get("rule")))
    settings = (block for rule in rules for block in blocks(rule.get("apply_server_side_encryption_by_default")))
    return any(str(block.get("sse_algorithm")).startswith("aws:kms") for block in settings)


RULE = Rule(
    id="LBA222",
    scope="terraform",
    title="Load balancer does not write access logs to its bucket",
    severity=Severity.WARNING,
    what=(
        "A bucket policy allows access logs of load balancers, but no load balancer writes them; or the load "
        "balancer does not depend on that policy; or the bucket is encrypted by KMS."
    ),
    why="No record of requests is kept; or AWS rejects the load balancer with: Access Denied for bucket.",
    fix="Set `access_logs` on the load balancer, and add the bucket policy to its `depends_on`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html (2026-11-23)",
    bad_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-load-balancer-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = file("logs-policy.json")
}

resource "aws_lb" "web" {
  subnets         = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups = [aws_security_group.load_balancer.id]
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
}
""",
    good_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-load-balancer-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = file("logs-policy.json")
}

resource "aws_lb" "web" {
  subnets         = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups = [aws_security_group.load_balancer.id]
  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }
  depends_on = [aws_s3_bucket_policy.logs]
}
""",
    check_graph=check,
)
