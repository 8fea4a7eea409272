"""The providers that modules are given, and the regions in which their resources are made."""

import json

import pytest
from stage3c.audits import audit
from stage3c.graph import Graph, Ref
from stage3c.readers.plan import read_plan
from stage3c.readers.provider_names import name_of
from stage3c.views.arns import written
from stage3c.views.regions import region_of_resource

from tests.readers.folders import graph_of, read

PROVIDERS = """
provider "aws" {
  region = "eu-central-1"
}
provider "aws" {
  alias  = "west"
  region = "eu-west-1"
}
variable "region" {}
provider "aws" {
  alias  = "later"
  region = var.region
}
"""
TOPIC = """
resource "aws_sns_topic" "here" {
  name = "here"
}
"""
OTHER = 'resource "aws_sns_topic" "there" {\n  provider = aws.other\n  name     = "there"\n}\n'
SOUTH = 'provider "aws" {\n  alias = "other"\n  region = "eu-south-1"\n}\n'


def call(arguments: str = "", name: str = "m", source: str = "./m") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  {arguments}\n}}\n'


def region(graph: Graph, address: str) -> str | None:
    return region_of_resource(graph, graph.resources[address])


@pytest.mark.parametrize(
    ("arguments", "inside", "here", "there"),
    [
        ("", "", "eu-central-1", None),
        ("providers = { aws = aws }", "", "eu-central-1", None),
        ("providers = { aws = aws.west }", "", "eu-west-1", None),
        ("providers = { aws = aws.later }", "", None, None),
        ("providers = { aws = aws.missing }", "", None, None),
        ("providers = { aws.other = aws.west }", "", "eu-central-1", "eu-west-1"),
        ("providers = { aws = aws.west, aws.other = aws }", "", "eu-west-1", "eu-central-1"),
        ("", SOUTH, "eu-central-1", "eu-south-1"),
        ("providers = { aws = aws.west }", SOUTH, "eu-west-1", "eu-south-1"),
        ("", 'provider "aws" {\n  region = "eu-north-1"\n}\n', "eu-north-1", None),
        ("", 'provider "aws" {}\n', "eu-central-1", None),
        ("", 'provider "aws" {\n  version = "~> 5.0"\n}\n', "eu-central-1", None),
        ("providers = { aws = aws.west }", 'provider "aws" {}\n', "eu-west-1", None),
        (
            "providers = { aws.other = aws.west }",
            'provider "aws" {\n  alias = "other"\n}\n',
            "eu-central-1",
            "eu-west-1",
        ),
        ("", 'provider "aws" {\n  alias = "other"\n}\n', "eu-central-1", None),
    ],
)
def test_a_module_makes_its_resources_in_the_region_of_the_provider_it_is_given(
    arguments: str, inside: str, here: str, there: str | None
) -> None:
    graph = graph_of({"main.tf": PROVIDERS + TOPIC + call(arguments), "m/main.tf": inside + TOPIC + OTHER})
    assert region(graph, "aws_sns_topic.here") == "eu-central-1"
    assert region(graph, "module.m.aws_sns_topic.here") == here
    assert region(graph, "module.m.aws_sns_topic.there") == there


def test_an_alias_of_the_caller_is_none_of_the_module_s_names() -> None:
    graph = graph_of({"main.tf": PROVIDERS + SOUTH + call(), "m/main.tf": OTHER})
    assert region(graph, "module.m.aws_sns_topic.there") is None


def test_a_provider_is_passed_on_through_modules_and_by_json() -> None:
    middle = call("providers = { aws = aws.other }", "deep", "../deep") + call("", "same", "../deep")
    written_in_json = {"module": {"m": {"source": "./m", "for_each": ["a"], "providers": {"aws.other": "aws.west"}}}}
    written_in_json["module"]["m"]["for_each"] = '${toset(["a"])}'
    files = {"main.tf": PROVIDERS, "m.tf.json": json.dumps(written_in_json), "m/main.tf": middle, "deep/main.tf": TOPIC}
    graph = graph_of(files)
    assert region(graph, 'module.m["a"].module.deep.aws_sns_topic.here') == "eu-west-1"
    assert region(graph, 'module.m["a"].module.same.aws_sns_topic.here') == "eu-central-1"


def test_arns_have_the_region_of_their_resource() -> None:
    graph = graph_of({"main.tf": PROVIDERS + TOPIC + call("providers = { aws = aws.west }"), "m/main.tf": TOPIC})
    assert written(graph, Ref("aws_sns_topic.here", "arn")) == "arn:aws:sns:eu-central-1:«account»:here"
    assert written(graph, Ref("module.m.aws_sns_topic.here", "arn")) == "arn:aws:sns:eu-west-1:«account»:here"


def test_a_data_source_of_the_region_asks_its_own_provider() -> None:
    data = 'data "aws_region" "x" {\n  provider = aws.west\n}\noutput "o" {\n  value = data.aws_region.x.name\n}\n'
    graph = graph_of(PROVIDERS + data)
    assert written(graph, graph.outputs["o"].value) == "eu-west-1"


def test_one_name_in_two_regions_is_no_collision_and_one_in_the_same_is() -> None:
    module = 'resource "aws_cloudwatch_log_group" "x" {\n  name = "/shop"\n  retention_in_days = 30\n}\n'

    def codes(passed: str) -> set[str]:
        calls = call("", "a") + call(f"providers = {{ aws = {passed} }}", "b")
        return {each.code for each in audit(read({"main.tf": PROVIDERS + calls, "m/main.tf": module}))}

    assert "NAM102" not in codes("aws.west")
    assert "NAM102" in codes("aws")


def test_an_alarm_and_a_topic_in_modules_of_two_regions_are_told() -> None:
    alarm = (
        'variable "topic" {}\nresource "aws_cloudwatch_metric_alarm" "x" {\n'
        '  alarm_name = "x"\n  alarm_actions = [var.topic]\n}\n'
    )

    def codes(passed: str) -> set[str]:
        inside = call(f"topic = aws_sns_topic.here.arn\n  providers = {{ aws = {passed} }}")
        return {each.code for each in audit(read({"main.tf": PROVIDERS + TOPIC + inside, "m/main.tf": alarm}))}

    assert codes("aws.west") - codes("aws") == {"MON231"}


def plan(key: str | None, address: str = "aws_sns_topic.here", module: str = "") -> Graph:
    """A plan with one topic; Terraform has followed the providers that modules pass."""
    block = {"address": "aws_sns_topic.here", "mode": "managed", "type": "aws_sns_topic", "name": "here"}
    named = block if key is None else {**block, "provider_config_key": key}
    one = {**block, "address": address, "values": {"name": "here"}}
    inner = {"resources": [named]}
    document = {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {"child_modules": [{"address": module, "resources": [one]}]}
            if module
            else {"resources": [one]}
        },
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-central-1"}}},
                "aws.west": {
                    "name": "aws",
                    "alias": "west",
                    "expressions": {"region": {"constant_value": "eu-west-1"}},
                },
                "module.m:aws.south": {
                    "name": "aws",
                    "alias": "south",
                    "module_address": "module.m",
                    "expressions": {"region": {"constant_value": "eu-south-1"}},
                },
                "module.m:aws.given": {
                    "name": "aws",
                    "alias": "given",
                    "module_address": "module.m",
                    "expressions": {"region": {"references": ["var.region"]}},
                },
            },
            "root_module": {"module_calls": {"m": {"module": inner}}} if module else inner,
        },
        "variables": {"region": {"value": "eu-north-1"}},
    }
    graph = read_plan(json.dumps(document).encode(), "plan.json").graph
    assert graph is not None
    return graph


@pytest.mark.parametrize(
    ("key", "module", "expected"),
    [
        ("aws", "", "eu-central-1"),
        ("aws.west", "", "eu-west-1"),
        ("aws", "module.m", "eu-central-1"),
        ("aws.west", "module.m", "eu-west-1"),
        ("module.m:aws.south", "module.m", "eu-south-1"),
        ("module.m:aws.given", "module.m", None),
        ("module.m:aws", "module.m", None),
        (None, "", "eu-central-1"),
        (None, "module.m", None),
        ("aws.missing", "", None),
    ],
)
def test_a_plan_says_which_provider_each_resource_has(key: str | None, module: str, expected: str | None) -> None:
    address = f"{module}.aws_sns_topic.here" if module else "aws_sns_topic.here"
    assert region(plan(key, address, module), address) == expected


@pytest.mark.parametrize(
    ("local", "names", "expected"),
    [("aws", {}, "aws"), ("aws.x", {}, "aws.module.m.x"), ("aws.x", {"aws.x": "aws.west"}, "aws.west"), ("aws", {"aws": "aws.west"}, "aws.west")],
)  # fmt: skip
def test_what_a_name_means(local: str, names: dict[str, str], expected: str) -> None:
    assert name_of(local, "module.m", names) == expected


def test_the_region_of_a_plan_may_be_a_variable() -> None:
    provider = {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}}
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "configuration": {"provider_config": provider},
        "variables": {"region": {"value": "eu-north-1"}},
    }
    graph = read_plan(json.dumps(document).encode(), "plan.json").graph
    assert graph is not None
    assert list(graph.providers) == [{"region": "eu-north-1"}]
