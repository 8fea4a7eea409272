"""What the names of a module mean, and how many instances there are: a row for each side of what decides."""

import json
from typing import Any

import pytest
from stage3c.graph import UNKNOWN, Expr, Ref, Value

from tests.readers.folders import read


def value(text: str, **files: str) -> Value:
    """An output, whatever is found beside it; names of files have `__` for a slash."""
    told = {name.replace("__", "/").replace("_tf", ".tf"): body for name, body in files.items()}
    graph = read({"main.tf": text, **told}).graph
    assert graph is not None
    return graph.outputs["o"].value


def out(expression: str) -> str:
    return f'output "o" {{\n  value = {expression}\n}}\n'


NOT_KNOWN = Expr("not known")
DATA = """
data "aws_x" "d" {
  id   = "i"
  arn  = "a"
  name = "n"
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (out("each.key"), Expr("each.key")), (out("count.index"), Expr("count.index")), (out("self.x"), Expr("self.x")), (out("path.cwd"), Expr("path.cwd")),
        (out("terraform.x"), Expr("terraform.x")), (out("path.root"), "."), (out("path.module"), "."), (out("terraform.workspace"), "default"),
        (out("var.none"), NOT_KNOWN), (out("local.none"), NOT_KNOWN), (out("aws_x.none"), NOT_KNOWN), (out("module.none"), NOT_KNOWN), (out("data.aws_x.none.id"), NOT_KNOWN),
        ('output "o" {}\n', NOT_KNOWN), ("locals {\n  a = local.a\n}\n" + out("local.a"), NOT_KNOWN),
        (DATA + out('data.aws_x.d.name == "n"'), True), (DATA + out('data.aws_x.d.id == "i"'), Expr("not known", (Ref("data.aws_x.d"),))), (DATA + out('data.aws_x.d.arn == "a"'), Expr("not known", (Ref("data.aws_x.d", "arn"),))),
        ('resource "aws_x" "r" {\n  name = null\n}\n' + out('aws_x.r.name == "n"'), Expr("not known", (Ref("aws_x.r", "name"),))),
        ('resource "aws_x" "r" {\n  name = "n"\n  size = 5\n}\ndata "aws_x" "d" {\n  name = aws_x.r.name\n}\n' + out("data.aws_x.d.size == 5"), True),
        ('resource "aws_y" "r" {\n  name = "n"\n  size = 5\n}\ndata "aws_x" "d" {\n  name = aws_y.r.name\n}\n' + out("data.aws_x.d.size == 5"), Expr("not known", (Ref("data.aws_x.d", "size"),))),
        ('resource "aws_x" "r" {\n  count = 2\n  name  = "n${count.index}"\n}\n' + out('[aws_x.r[1].name == "n1", aws_x.r[0].name == "n1"]'), [True, False]),
        ('resource "aws_x" "r" {\n  for_each = { a = "v" }\n  name     = each.value\n}\n' + out('aws_x.r["a"].name == "v"'), True),
        ('resource "aws_x" "r" {\n  for_each = toset(["a"])\n  name     = each.value\n}\n' + out('aws_x.r["a"].name == "a"'), True),
        ('variable "v" {\n  default  = 1\n  nullable = true\n}\n' + out("var.v"), 1),
        ('variable "v" {\n  default   = "s"\n  sensitive = true\n}\n' + out("var.v"), UNKNOWN),
        ('variable "v" {\n  default   = "s"\n  sensitive = false\n}\n' + out("var.v"), "s"),
        ('variable "v" {}\n' + out("var.v"), Expr("var.v", (Ref("var.v", ""),))),
    ],
)  # fmt: skip
def test_what_names_mean(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("default = 1", "", 1), ("default = 1", "v = 5", 5), ("default = 1", "v = null", None), ("default = 1\n  nullable = false", "v = 5", 5),
        ("default = 1\n  nullable = false", "v = null", 1), ("nullable = false", "v = 5", 5), ("type = string", "v = 5", "5"), ("type = string", "v = null", None),
        ("default = 1", "v = each.none", Expr("each.none")),
    ],
)  # fmt: skip
def test_what_a_call_gives_to_a_variable(declared: str, given: str, expected: Any) -> None:
    inner = f'variable "v" {{\n  {declared}\n}}\noutput "i" {{\n  value = var.v\n}}\n'
    assert value(f'module "m" {{\n  source = "./m"\n  {given}\n}}\n' + out("module.m.i"), m__main_tf=inner) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("module.m.path", "m"), ("module.m.root", "."), ("module.m.none", NOT_KNOWN), ("module.m.empty", NOT_KNOWN), ("module.m.id", Ref("module.m.aws_x.r")), ("module.m.own", True),
        ("module.m.data", Ref("module.m.data.aws_x.d", "size")),
    ],
)  # fmt: skip
def test_names_inside_a_module(expression: str, expected: Any) -> None:
    inner = (
        'resource "aws_x" "r" {\n  name = "n"\n}\ndata "aws_x" "d" {}\noutput "path" {\n  value = path.module\n}\noutput "root" {\n  value = path.root\n}\n'
        'output "empty" {}\noutput "id" {\n  value = aws_x.r.id\n}\noutput "own" {\n  value = aws_x.r.name == "n"\n}\noutput "data" {\n  value = data.aws_x.d.size\n}\n'
    )
    assert value('module "m" {\n  source = "./m"\n}\n' + out(expression), m__main_tf=inner) == expected


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("", ["aws_x.r"]), ("count = 0", []), ("count = 2", ["aws_x.r[0]", "aws_x.r[1]"]), ('count = "1"', ["aws_x.r[0]"]), ("count = 1.0", ["aws_x.r[0]"]), ("count = 1.5", ["aws_x.r?"]), ("count = -1", ["aws_x.r?"]),
        ("count = var.v", ["aws_x.r?"]), ("count = true", ["aws_x.r?"]), ("count = null", ["aws_x.r?"]), ("count = aws_x.other.size", ["aws_x.r[0]"]), ("count = aws_x.other.none", ["aws_x.r?"]),
        ('for_each = toset(["b", "a"])', ['aws_x.r["a"]', 'aws_x.r["b"]']), ('for_each = { k = "v" }', ['aws_x.r["k"]']), ("for_each = {}", []), ("for_each = var.v", ["aws_x.r?"]), ("for_each = toset([var.v])", ["aws_x.r?"]),
        ('for_each = { "${var.v}" = 1 }', ["aws_x.r?"]), ("for_each = { a = var.v }", ['aws_x.r["a"]']), ("for_each = toset([aws_x.other.name])", ['aws_x.r["n"]']), ("for_each = aws_x.many", ['aws_x.r["0"]']),
        ("for_each = toset([aws_x.later[0].name])", ["aws_x.r?"]), ("count = 1000", 1000), ("count = 1001", ["aws_x.r?", "AUD105"]),
        (f"count = {10**17}", ["aws_x.r?", "AUD105"]), (f"count = {10**18}", ["aws_x.r?"]),
    ],
)  # fmt: skip
def test_how_many_instances_there_are(argument: str, expected: Any) -> None:
    around = 'variable "v" {}\nresource "aws_x" "other" {\n  name = "n"\n  size = 1\n}\nresource "aws_x" "many" {\n  count = 1\n}\n'
    later = 'resource "aws_x" "later" {\n  count = 1\n  name  = "n"\n}\n'
    reading = read(around + f'resource "aws_x" "r" {{\n  {argument}\n}}\n' + later)
    assert reading.graph is not None
    made = [each for each in reading.graph.resources.values() if each.name.partition("[")[0] == "r"]
    if isinstance(expected, int):
        assert len(made) == expected
        assert "AUD105" not in {fault.code for fault in reading.faults}
    else:
        told = [each.address + ("" if each.certain else "?") for each in made]
        assert told + [fault.code for fault in reading.faults if fault.code == "AUD105"] == expected


@pytest.mark.parametrize(
    ("argument", "key", "inner"),
    [
        ("count = var.v", "count.index", Expr("not known")),
        ("for_each = var.v", "each.key", Expr("not known", (Ref("var.v", ""),))),
        ("for_each = var.v", "each.value", Expr("not known", (Ref("var.v", ""),))),
    ],
)
def test_the_key_of_an_instance_that_is_not_known(argument: str, key: str, inner: Value) -> None:
    graph = read(f'variable "v" {{}}\nresource "aws_x" "r" {{\n  {argument}\n  name = {key}\n}}\n').graph
    assert graph is not None
    assert graph.resources["aws_x.r"].attributes["name"] == inner


@pytest.mark.parametrize(("modules", "codes"), [(1000, []), (1001, ["AUD105"])])
def test_how_many_modules_are_read(modules: int, codes: list[str]) -> None:
    text = f'module "m" {{\n  source = "./m"\n  count  = 999\n}}\nmodule "n" {{\n  source = "./m"\n  count  = {modules - 999}\n}}\n'
    assert [fault.code for fault in read({"main.tf": text, "m/main.tf": "locals {}\n"}).faults] == codes


REMOTE = 'module "a" {\n  source = "corp/a/aws"\n  count  = 1\n}\noutput "o" {\n  value = module.a[0].i\n}\n'


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([], "AUD104"), ([{"Key": "a", "Dir": ".terraform/modules/a"}], 5), ([{"Key": "b", "Dir": ".terraform/modules/a"}], "AUD104"),
        ([{"Key": 1, "Dir": ".terraform/modules/a"}], "AUD104"), ([{"Key": "a", "Dir": 1}], "AUD104"), ([{"Key": "a"}], "AUD104"), ([{"Key": "a", "Dir": ".terraform/modules/none"}], "AUD102"), (None, "AUD104"),
    ],
)  # fmt: skip
def test_modules_that_terraform_has_fetched(listed: Any, expected: Any) -> None:
    inner = 'module "b" {\n  source = "./b"\n}\noutput "i" {\n  value = module.b.i\n}\n'
    reading = read(
        {
            "main.tf": REMOTE,
            ".terraform/modules/modules.json": json.dumps({"Modules": listed}),
            ".terraform/modules/a/main.tf": inner,
            ".terraform/modules/a/b/main.tf": 'output "i" {\n  value = 5\n}\n',
        }
    )
    assert reading.graph is not None
    codes = [fault.code for fault in reading.faults]
    assert (codes[0] if codes else reading.graph.outputs["o"].value) == expected


def test_a_fetched_module_of_a_module_has_a_key_of_two_words() -> None:
    files = {
        "main.tf": 'module "a" {\n  source   = "./a"\n  for_each = toset(["module"])\n}\noutput "o" {\n  value = module.a["module"].i\n}\n',
        "a/main.tf": 'module "b" {\n  source = "corp/b/aws"\n}\noutput "i" {\n  value = module.b.i\n}\n',
        ".terraform/modules/modules.json": json.dumps({"Modules": [{"Key": "a.b", "Dir": ".terraform/modules/a.b"}]}),
        ".terraform/modules/a.b/main.tf": 'output "i" {\n  value = 5\n}\n',
    }
    graph = read(files).graph
    assert graph is not None
    assert graph.outputs["o"].value == 5


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "AUD102"), ({"m/x.tfvars": "a = 1\n"}, "AUD102"), ({"m/main.tf": 'module "n" {\n  source = "../m"\n}\n'}, "AUD103"),
        ({"m/main.tf": 'variable "w" {}\n'}, "AUD108"), ({"m/main.tf": 'variable "w" {\n  default = 1\n}\n'}, None), ({"m/main.tf": "locals {}\n"}, None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call(files: dict[str, str], code: str | None) -> None:
    reading = read({"main.tf": 'module "m" {\n  source = "./m"\n}\n', **files})
    assert [fault.code for fault in reading.faults] == ([code] if code else [])
