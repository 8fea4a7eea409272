"""ARN does not fit its argument."""

from collections.abc import Iterator

from stage3c.aws.arn_shapes import Place, how_to_find, misfit, partition_of_region
from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import written
from stage3c.views.regions import region_of_resource


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each ARN, written out or referred to, against what its argument takes."""
    for argument, shape in load("arn_arguments")["arguments"].items():
        kind, _, name = argument.partition(".")
        for resource in graph.of_type(kind):
            arn = written(graph, resource.attributes.get(name))
            region = region_of_resource(graph, resource) or ""
            place = Place(partition_of_region(region) if region else "", region)
            wrong = misfit(arn, shape, place) if arn and arn.startswith("arn:") else None
            if wrong:
                command = how_to_find(shape, region)
                yield at(resource, f"has a {name} that {wrong}", f"write the ARN that `{command}` prints")


RULE = Rule(
    id="SEC112",
    title="ARN does not fit its argument",
    scope="terraform",
    what="An ARN is of another service, kind, partition or region than its argument requires.",
    why="The provider takes every ARN; AWS rejects the wrong one at apply.",
    fix="Write the ARN of a resource of the right kind, in the region of the provider.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (2026-11-28)",
    bad_terraform="""
resource "aws_cloudwatch_log_group" "web" {
  name              = "/shop/web"
  retention_in_days = 30
  kms_key_id        = "arn:aws:kms:eu-west-1:123456789012:alias/logs"
}
""",
    check_graph=check,
)
