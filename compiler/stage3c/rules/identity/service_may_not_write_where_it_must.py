"""Topic or bucket policy does not allow the AWS service."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource
from stage3c.policy.evaluator import Request, decide
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import account_of, home_region, partition_of, written
from stage3c.views.load_balancers import LoadBalancer, load_balancers
from stage3c.views.statements import Statement, statements_in

_DELIVERY: Final = "logdelivery.elasticloadbalancing.amazonaws.com"


def check(graph: Graph) -> Iterator[Finding]:
    """Alarms publish to topics, load balancers deliver logs to buckets."""
    for topic in graph.of_type("aws_sns_topic"):
        yield from _of_topic(graph, topic)
    for balancer in load_balancers(graph):
        for logs in balancer.logs:
            if logs.bucket is not None and logs.bucket.type == "aws_s3_bucket" and logs.enabled:
                yield from _of_bucket(graph, logs.bucket, balancer)


def _of_topic(graph: Graph, topic: Resource) -> Iterator[Finding]:
    """Without a policy of its own, a topic admits its account; with one, only whom that names."""
    arn = written(graph, Ref(topic.address, "arn"))
    policies = _policies(graph, topic, "aws_sns_topic_policy")
    for kind, service in (("aws_cloudwatch_metric_alarm", "cloudwatch"), ("aws_budgets_budget", "budgets")):
        users = [user for user in graph.users(topic) if user.type == kind]
        if users and policies and arn:
            context = {
                "aws:sourceaccount": account_of(graph),
                "aws:sourcearn": _source(graph, service, home_region(graph, users[0])),
            }
            request = Request("sns:Publish", arn, f"Service:{service}.amazonaws.com", context)
            if _is_refused(graph, policies, request):
                cause = (
                    f"{users[0].address} publishes to {topic.address}, but "
                    f"{policies[0].address} does not allow {service}.amazonaws.com."
                )
                fix = f'allow sns:Publish for Principal = {{ Service = "{service}.amazonaws.com" }}.'
                yield found_at(policies[0], cause, fix)


def _policies(graph: Graph, resource: Resource, kind: str) -> tuple[Resource, ...]:
    """What has a policy of a resource: the resource itself, where it is inline, and others beside it."""
    inline = (resource,) if resource.attributes.get("policy") not in (None, "") else ()
    return (*inline, *graph.users(resource, kind))


def _source(graph: Graph, service: str, region: str) -> str:
    middle = "alarm" if service == "cloudwatch" else "*"
    return f"arn:{partition_of(graph)}:{service}:{region if service == 'cloudwatch' else ''}:{account_of(graph)}:{middle}:*"


def _of_bucket(graph: Graph, bucket: Resource, balancer: LoadBalancer) -> Iterator[Finding]:
    arn = written(graph, Ref(bucket.address, "arn"))
    policies = _policies(graph, bucket, "aws_s3_bucket_policy")
    if arn is None or graph.is_handed_out(bucket):
        return
    known = [statements_in(graph, policy) for policy in policies]
    if None in known or any(s.allows and _is_account(s) for found in known for s in found or ()):
        return
    prefix = written(graph, balancer.logs[0].prefix)
    folder = f"{prefix.strip('/')}/AWSLogs" if prefix else "AWSLogs"
    key = f"{arn}/{folder}/{account_of(graph)}/elasticloadbalancing/log.gz"
    request = Request(
        "s3:PutObject", key, f"Service:{_DELIVERY}", _context(graph, home_region(graph, balancer.resource))
    )
    allowed = decide(request, (), [s for found in known for s in found or ()]).allowed
    if allowed is False:
        cause = f"{balancer.resource.address} writes access logs to {bucket.address}, whose policy does not allow {_DELIVERY}."
        fix = f'allow s3:PutObject on {arn}/{folder}/* for Principal = {{ Service = "{_DELIVERY}" }}.'
        yield found_at(bucket, cause, fix)


def _context(graph: Graph, region: str) -> Mapping[str, str]:
    source = f"arn:{partition_of(graph)}:elasticloadbalancing:{region}:{account_of(graph)}:loadbalancer/*"
    return {"aws:sourceaccount": account_of(graph), "aws:sourcearn": source, "aws:securetransport": "true"}


def _is_account(statement: Statement) -> bool:
    """Older regions have an account that delivers logs; a policy that admits accounts is taken to mean that."""
    return any(principal.startswith("AWS:") for principal in statement.principals or ())


def _is_refused(graph: Graph, policies: tuple[Resource, ...], request: Request) -> bool:
    found = [statements_in(graph, policy) for policy in policies]
    if None in found:
        return False
    return decide(request, (), [statement for inner in found for statement in inner or ()]).allowed is False


RULE = Rule(
    id="IAM211",
    scope="terraform",
    title="Topic or bucket policy does not allow the AWS service",
    what="A load balancer logs to a bucket, or alarms publish to a topic, whose policy does not allow that service.",
    why="AWS rejects the load balancer at apply, or alarms notify no one.",
    fix='Allow the service in the policy, such as `Principal = { Service = "cloudwatch.amazonaws.com" }`.',
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html (2026-11-24)",
    bad_terraform="""\
resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Principal = { Service = "events.amazonaws.com" }
    }]
  })
}
""",
    check_graph=check,
)
