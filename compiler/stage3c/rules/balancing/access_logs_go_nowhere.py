"""A load balancer beside its log bucket, and not writing to it."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, document
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import load_balancers

_WRITER = "logdelivery.elasticloadbalancing.amazonaws.com"


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the access logs of load balancers with the buckets that admit these."""
    used: set[str] = set()
    for balancer in load_balancers(graph):
        for written in (logs.bucket for logs in balancer.logs if logs.bucket and logs.enabled is not False):
            used.add(written.address)
            policies = {policy.address for policy in graph.users(written, "aws_s3_bucket_policy")}
            if policies and not policies & graph.waits_of(balancer.resource):
                cause = f"does not wait for {min(policies)}, and AWS tries the bucket at once"
                yield at(balancer.resource, cause, f"add {min(policies)} to its depends_on")
    for policy in graph.of_type("aws_s3_bucket_policy"):
        bucket = graph.target(policy.attributes.get("bucket"))
        text = repr(document(policy.attributes.get("policy")))
        if bucket is None or bucket.address in used or graph.is_handed_out(bucket) or not load_balancers(graph):
            continue
        if _WRITER in text:
            fix = "name it in access_logs, and enable these"
            yield at(bucket, "admits the logs of load balancers, and gets none", fix)


RULE = Rule(
    id="LBA222",
    scope="terraform",
    title="Access logs go nowhere",
    severity=Severity.WARNING,
    what="A bucket admits the access logs of load balancers and none writes to it, or one does before the policy admits it.",
    why="Nobody can say afterwards who asked for what; or AWS refuses the load balancer: access denied for bucket.",
    fix="Enable access_logs, and let the load balancer depend on the bucket's policy.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html (2026-11-23)",
    bad_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
    }]
  })
}

resource "aws_lb" "web" {
  subnets = ["subnet-12345678", "subnet-87654321"]
  access_logs {
    bucket  = aws_s3_bucket.logs.bucket
    enabled = true
  }
}
""",
    good_terraform="""\
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
    }]
  })
}

resource "aws_lb" "web" {
  subnets = ["subnet-12345678", "subnet-87654321"]
  access_logs {
    bucket  = aws_s3_bucket.logs.bucket
    enabled = true
  }
  depends_on = [aws_s3_bucket_policy.logs]
}
""",
    check_graph=check,
)
