"""Local modules, variables and their files, and the merging of what several files say."""

import json

import pytest
from stage3c.graph import Expr, Ref
from stage3c.readers.syntax import json_text
from stage3c.readers.templates import SyntaxFault

from tests.readers.folders import found, graph_of, output, read

NETWORK = """
variable "subnets" {
  type = map(object({ cidr = string, public = optional(bool, false), note = optional(string) }))
}
variable "vpc_id" {}
variable "nat" {
  type    = bool
  default = false
}
resource "aws_subnet" "main" {
  for_each   = var.subnets
  vpc_id     = var.vpc_id
  cidr_block = each.value.cidr
  map_public_ip_on_launch = each.value.public
  tags       = { Name = each.key, Note = each.value.note }
}
resource "aws_eip" "nat" {
  count = var.nat ? 1 : 0
}
output "ids" { value = { for name, subnet in aws_subnet.main : name => subnet.id } }
output "all" { value = values(aws_subnet.main)[*].id }
output "address" { value = try(aws_eip.nat[0].public_ip, null) }
"""
ROOT = """
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
module "network" {
  source  = "./network"
  vpc_id  = aws_vpc.main.id
  subnets = { a = { cidr = cidrsubnet(aws_vpc.main.cidr_block, 8, 1) }, b = { cidr = "10.0.2.0/24", public = true } }
}
module "more" {
  source   = "./network"
  for_each = toset(["x", "y"])
  vpc_id   = aws_vpc.main.id
  nat      = each.key == "x"
  subnets  = { (each.key) = { cidr = "10.0.3.0/24" } }
}
output "o" {
  value = [module.network.ids["a"], module.network.all, module.network.address, module.more["x"].address, module.more["y"].address]
}
output "flat" { value = flatten(values(module.more)[*].all) }
output "each" { value = { for key, one in module.more : key => one.all[0] } }
"""


def test_a_local_module_is_read_with_its_arguments_and_outputs() -> None:
    graph = graph_of({"main.tf": ROOT, "network/main.tf": NETWORK})
    assert set(graph.resources) == {
        "aws_vpc.main",
        'module.network.aws_subnet.main["a"]',
        'module.network.aws_subnet.main["b"]',
        'module.more["x"].aws_subnet.main["x"]',
        'module.more["y"].aws_subnet.main["y"]',
        'module.more["x"].aws_eip.nat[0]',
    }
    first, second = (graph.resources[f'module.network.aws_subnet.main["{key}"]'] for key in "ab")
    assert first.attributes == {
        "vpc_id": Ref("aws_vpc.main", "id"),
        "cidr_block": "10.0.1.0/24",
        "map_public_ip_on_launch": False,
        "tags": {"Name": "a", "Note": None},
    }
    assert second.attributes["map_public_ip_on_launch"] is True
    assert first.origin.span
    assert (first.origin.span.file, first.origin.span.line) == ("network/main.tf", 10)


def test_outputs_of_modules_lead_to_the_resources_inside() -> None:
    graph = graph_of({"main.tf": ROOT, "network/main.tf": NETWORK})
    first, second = (Ref(f'module.network.aws_subnet.main["{key}"]', "id") for key in "ab")
    address = Ref('module.more["x"].aws_eip.nat[0]', "public_ip")
    assert graph.outputs["o"].value == [first, [first, second], None, address, None]
    more = [Ref(f'module.more["{key}"].aws_subnet.main["{key}"]', "id") for key in "xy"]
    assert graph.outputs["flat"].value == more
    assert graph.outputs["each"].value == dict(zip("xy", more, strict=True))


def test_modules_in_modules_are_found_beside_their_callers() -> None:
    files = {
        "main.tf": 'module "a" {\n  source = "./one/a"\n}\noutput "o" {\n  value = module.a.deep\n}\n',
        "one/a/main.tf": 'module "b" {\n  source = "../b"\n}\noutput "deep" {\n  value = module.b.id\n}\n',
        "one/b/main.tf": 'resource "aws_eip" "c" {}\noutput "id" {\n  value = aws_eip.c.id\n}\n',
    }
    assert output(files) == Ref("module.a.module.b.aws_eip.c", "id")


def test_a_module_that_is_not_read_holds_its_arguments_and_its_outputs_are_unknown() -> None:
    text = """
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "6.0.0"
  cidr    = "10.0.0.0/16"
  eip     = aws_eip.a.id
}
resource "aws_eip" "a" {}
output "o" { value = module.vpc.private_subnets[0] }
"""
    reading = read(text)
    assert [d.code for d in reading.faults] == ["AUD104"]
    assert reading.graph
    assert reading.graph.resources["module.vpc"].attributes["cidr"] == "10.0.0.0/16"
    assert reading.graph.is_handed_out(reading.graph.resources["aws_eip.a"])
    value = reading.graph.outputs["o"].value
    assert isinstance(value, Expr)
    assert value.refs == (Ref("module.vpc", ""),)


def test_how_many_modules_there_are_may_be_unknown() -> None:
    text = 'variable "n" {}\nmodule "m" {\n  source = "./m"\n  count  = var.n\n}\n'
    graph = graph_of({"main.tf": text, "m/main.tf": 'resource "aws_eip" "a" {}\n'})
    assert [resource.mode for resource in graph.resources.values()] == ["module"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('output "o" {\n  value = var.nothing\n}\n', [2]),
        ('output "o" {\n  value = false ? local.nothing : 1\n}\n', [2]),
        ('resource "aws_eip" "a" {\n  count = 0\n  tags = { A = aws_vpc.b.id }\n}\n', [3]),
        ('resource "aws_eip" "a" {\n  depends_on = [aws_vpc.b]\n}\n', [2]),
        ('data "aws_vpc" "a" {}\noutput "o" {\n  value = data.aws_vpc.b.id\n}\n', [3]),
        ('module "m" {\n  source = "./m"\n}\noutput "o" {\n  value = [module.m.yes, module.m.no, module.n.x]\n}\n', [5, 5]),
        ('output "o" {\n  value = "${join("", [for x in [1] : var.nothing])}"\n}\n', [2]),
        # and these are declared, or no references at all:
        ('output "o" {\n  value = [for x in [{ a = 1 }] : x.a]\n}\n', []),
        ('output "o" {\n  value = "%{ for x in [{ a = 1 }] }${x.a}%{ endfor }"\n}\n', []),
        ('resource "aws_x" "y" {\n  dynamic "b" {\n    for_each = [1]\n    iterator = i\n    content {\n      c = i.value\n    }\n  }\n}\n', []),
        ('resource "aws_eip" "a" {\n  provider = aws.east\n  lifecycle {\n    ignore_changes = [tags.Name]\n  }\n}\n', []),
        ("moved {\n  from = aws_eip.a\n  to   = aws_eip.b\n}\n", []),
        ('variable "v" {\n  type = object({ a = string })\n  validation {\n    condition = var.v.a != ""\n  }\n}\n', []),
        ('output "o" {\n  value = [path.module, terraform.workspace]\n}\n', []),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_is_found_where_it_stands(text: str, lines: list[int]) -> None:
    files = {"main.tf": text, "m/main.tf": 'output "yes" {\n  value = 1\n}\n'}
    told = [each for each in found(files) if each[0] != "AUD109"]  # that a variable has no value
    assert told == [("AUD107", "main.tf", line) for line in lines]


def test_nothing_is_missed_in_a_folder_that_could_not_be_read_whole() -> None:
    files = {"a.tf": 'output "o" {\n  value = var.v\n}\n', "b.tf": 'variable "v" {\n'}
    assert [code for code, *_ in found(files)] == ["AUD101"]


VARIABLES = "".join(f'variable "{name}" {{\n  default = "default"\n}}\n' for name in "abcdef")
SHOWN = 'output "o" {\n  value = [var.a, var.b, var.c, var.d, var.e, var.f]\n}\n'


def test_later_variable_files_win_and_those_that_are_named_win_most() -> None:
    files = {
        "main.tf": VARIABLES + SHOWN,
        "terraform.tfvars": "".join(f'{name} = "first"\n' for name in "bcdef"),
        "terraform.tfvars.json": json.dumps(dict.fromkeys("cdef", "second")),
        "a.auto.tfvars": "".join(f'{name} = "third"\n' for name in "def"),
        "b.auto.tfvars.json": json.dumps(dict.fromkeys("ef", "fourth")),
        "more/last.tfvars": 'f = "last"\n',
        "other.tfvars": 'a = "never"\n',
    }
    expected = ["default", "first", "second", "third", "fourth", "last"]
    assert output(files, var_files=["more/last.tfvars"]) == expected


def test_a_file_that_is_loaded_anyway_counts_where_it_is_given_again() -> None:
    files = {"main.tf": VARIABLES + SHOWN, "a.auto.tfvars": 'a = "a"\n', "b.auto.tfvars": 'a = "b"\n'}
    values = output(files, var_files=["a.auto.tfvars"])
    assert isinstance(values, list)
    assert values[0] == "a"


def test_a_variable_file_that_is_not_there_is_found() -> None:
    assert [d.code for d in read({"main.tf": SHOWN + VARIABLES}, ["no.tfvars"]).faults] == ["AUD101"]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("number", '"5"', 5),
        ("string", "5", "5"),
        ("bool", '"true"', True),
        ("list(string)", "[1, 2]", ["1", "2"]),
        ("map(number)", '{ a = "1" }', {"a": 1}),
        ("object({ a = string, b = optional(number, 3), c = optional(list(string), []) })", "{ a = 1 }", {"a": "1", "b": 3, "c": []}),
        ('map(object({ a = optional(object({ b = optional(string, "x") }), {}) }))', "{ k = {} }", {"k": {"a": {"b": "x"}}}),
        ("any", "[1]", [1]),
    ],
)  # fmt: skip
def test_a_variable_has_the_type_that_it_declares(kind: str, given: str, expected: object) -> None:
    files = {
        "main.tf": f'variable "v" {{\n  type = {kind}\n}}\noutput "o" {{\n  value = var.v\n}}\n',
        "terraform.tfvars": f"v = {given}\n",
    }
    assert output(files) == expected
    quoted = json.dumps({"variable": {"v": {"type": kind}}, "output": {"o": {"value": "${var.v}"}}})
    assert output({"main.tf.json": quoted, "terraform.tfvars": f"v = {given}\n"}) == expected


def test_null_is_given_unless_the_variable_refuses_it() -> None:
    text = 'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default  = 1\n  nullable = false\n}\n'
    files = {
        "main.tf": text + 'output "o" {\n  value = [var.a, var.b]\n}\n',
        "terraform.tfvars": "a = null\nb = null\n",
    }
    assert output(files) == [None, 1]


def test_json_is_read_like_hcl() -> None:
    document = {
        "//": "a comment",
        "locals": {"ports": [80, 443]},
        "variable": {"cidr": {"default": "10.0.0.0/16"}},
        "resource": {
            "aws_security_group": {
                "a": {
                    "name": "$${not} ${var.cidr}",
                    "timeouts": {"create": "1m"},
                    "dynamic": {
                        "ingress": {"for_each": "${local.ports}", "content": {"from_port": "${ingress.value}"}}
                    },
                    "depends_on": ["aws_vpc.b"],
                    "lifecycle": {"create_before_destroy": True, "ignore_changes": ["tags"]},
                }
            },
            "aws_vpc": {"b": [{"cidr_block": "${var.cidr}"}]},
        },
        "output": {"o": {"value": "${[for p in local.ports : p + 1]}"}},
    }
    graph = graph_of({"main.tf.json": json.dumps(document, indent=2)})
    group = graph.resources["aws_security_group.a"]
    assert group.attributes == {
        "name": "${not} 10.0.0.0/16",
        "timeouts": [{"create": "1m"}],
        "ingress": [{"from_port": 80}, {"from_port": 443}],
    }
    assert group.depends_on == ("aws_vpc.b",)
    assert (group.lifecycle.create_before_destroy, group.lifecycle.ignore_changes) == (True, ("tags",))
    assert group.origin.span
    assert group.origin.span.line == 16
    assert graph.resources["aws_vpc.b"].attributes == {"cidr_block": "10.0.0.0/16"}
    assert graph.outputs["o"].value == [81, 444]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1], "a": {"b": 2}}', {"a": [1, {"b": 2}]}), ('{"a": {}, "a": {}, "a": {}}', {"a": [{}, {}, {}]}), ('{"a": null, "a": null}', {"a": None}),
        ('{"a": null, "a": {}}', {"a": {}}), ('{"a": {}, "a": null}', {"a": {}}), ('{"//": 1, "//": 2}', {"//": 2}), ('{"//": {}, "//": "x"}', {"//": "x"}),
    ],
)  # fmt: skip
def test_only_blocks_and_lists_of_one_key_add_up(text: str, expected: object) -> None:
    assert json_text(text) == expected


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": [2]}', '{"a": [1], "a": 2}', '{"a": 1, "a": 1}', '[{"b": {"a": "", "a": ""}}]']
)
def test_an_argument_stands_once(text: str) -> None:
    with pytest.raises(SyntaxFault, match='"a" is set twice in one object'):
        json_text(text)


def test_a_key_that_stands_twice_in_json_adds_up() -> None:
    text = '{"resource": {"aws_eip": {"a": {}}}, "resource": {"aws_eip": {"b": {}}}}'
    assert set(graph_of({"main.tf.json": text}).resources) == {"aws_eip.a", "aws_eip.b"}


def test_override_files_replace_arguments_and_blocks_of_a_kind() -> None:
    files = {
        "main.tf": 'terraform {\n  backend "s3" {\n    bucket = "a"\n  }\n}\nlocals {\n  x = 1\n}\n'
        'resource "aws_security_group" "a" {\n  name = "a"\n  description = "d"\n  ingress {\n    from_port = 1\n  }\n'
        "  egress {\n    from_port = 2\n  }\n}\n",
        "b_override.tf": 'terraform {\n  backend "local" {}\n}\nlocals {\n  x = 2\n}\n'
        'resource "aws_security_group" "a" {\n  name = local.x\n  ingress {\n    from_port = 3\n  }\n}\n',
    }
    graph = graph_of(files)
    assert graph.backend == {"kind": "local"}
    assert graph.resources["aws_security_group.a"].attributes == {
        "name": 2,
        "description": "d",
        "ingress": [{"from_port": 3}],
        "egress": [{"from_port": 2}],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('resource "aws_eip" "a" {}\nresource "aws_eip" "a" {}\n', ("AUD106", "main.tf", 2)),
        ("locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n", ("AUD106", "main.tf", 5)),
        ('resource "aws_eip" "a" {\n  tags = {}\n  tags = {}\n}\n', ("AUD101", "main.tf", 3)),
        ('resource "aws_eip" {}\n', ("AUD101", "main.tf", 1)),
        ('module "m" {\n  source = "./m"\n}\n', ("AUD102", "main.tf", 1)),
        ('locals {\n  a = [local.b]\n  b = "${local.a[0]}"\n}\n', ("AUD103", "main.tf", 2)),
    ],
)
def test_what_terraform_refuses_is_found_at_its_line(text: str, expected: tuple[str, str, int]) -> None:
    assert expected in found(text)


def test_windows_texts_and_byte_order_marks_are_read() -> None:
    text = '\ufeffresource "aws_eip" "a" {\r\n  tags = {\r\n    A = <<-EOT\r\n      x\r\n    EOT\r\n  }\r\n}\r\n'
    assert graph_of(text).resources["aws_eip.a"].attributes["tags"] == {"A": "x\n"}
