"""Expressions against what Terraform itself makes of them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from stage3c.graph import Expr, Ref, Text
from stage3c.readers.configuration import read_configuration

KNOWN = [
    "10 - 2 - 3", "2 * 3 % 4", "-7 % 3", "false || true && false", "!true || true", "(1 +\n 2)", "[1, 2, 3].1", "[{ a = [1] }].0.a.0",
    "[{ a = [1] }, { a = [2] }].*.a[0]", "[{ a = [1] }, { a = [2] }][*].a[0]", "<<-A\n\n    a\n  b\n\n  A\n", '"100% $ $$ $foo %d%%"',
    '"${lookup({ a = "q" }, "a")}"', '"é\\u00e9\\n"', '{ (upper("x")) = 1, "${"y"}z" = 2 }', '"%{ if 1 > 2 }x%{ else }y${1}%{ endif }"',
    '"%{ for x in ["a", "b"] }${x},%{ endfor }"', '"%{ for i, x in ["a", "b"] }${i}%{ if x == "b" }!%{ endif }%{ endfor }"',
    '<<-A\n%{ for x in ["a", "b"] ~}\nv ${x}\n%{ endfor ~}\nA\n', 'try({ a = 1 }.b, "d")', 'try({ a = 1 }["b"], "d")', 'try([1][3], "d")',
    "can({ a = 1 }.b)", "can({ a = 1 }.a)", 'can(regex("^a", "b"))', 'try(tonumber("x"), 5)', 'try("${{ a = 1 }.b}-x", "none")',
    "{ for k, v in { a = 1, b = null } : k => v if v != null }", 'flatten([for k, v in { a = [1, 2], b = [3] } : [for x in v : "${k}-${x}"]])',
    "merge([{ a = 1 }, { b = 2 }]...)", "merge({ a = 1 }, null)", 'format("%t %v %d", true, [1, "a"], 3)', 'format("%05.1f|%-5s|%5s|", 2.345, "a", "b")',
    "toset([3, 1, 2])", "sum([0.1, 0.2])", "range(0, 1, 0.25)", 'lookup({ a = 1 }, "a", 0)', "1 == 1.0", 'true == "true"', "floor(-1.5)", "7 / 2", "1e3",
    'regexall("(a)(b)?", "aba")', 'setproduct(["a", "b"], [1, 2])', 'setunion(["b"], ["a", "b"])', 'basename("/a/b.c")', 'dirname("/a/b.c")', '"x" == null',
    "1 + 2 * 3 - 4 / 2", "7 % 4", "-(3)", "!false", "1 < 2 && 2 <= 2", "1 > 2 || 3 >= 4", '"a" == "a"', '1 == "1"', '"x" != "y"',
    'true ? "yes" : "no"', "[1, 2, 3][1]", '{ a = 1, "b" = 2 }["b"]', "{ a = { b = [10, 20] } }.a.b[1]", "[for x in [1, 2, 3] : x * 2]",
    '[for i, x in ["a", "b"] : "${i}-${x}"]', "{ for k, v in { a = 1, b = 2 } : v => k }", "[for x in [1, 2, 3, 4] : x if x % 2 == 0]",
    '{ for x in ["a", "b", "aa"] : substr(x, 0, 1) => x... }', "[{ a = 1 }, { a = 2 }][*].a", '"${1 + 1} apples"', '"$${not} %%{this}"',
    '"tab\\tquote\\"back\\\\slash"', "<<-EOT\n    one\n      two\n  EOT\n", 'upper("abc")', 'lower("ABC")', 'title("hello world")',
    'trimspace("  x ")', 'trim("?!x!?", "?!")', 'trimprefix("ab", "a")', 'trimsuffix("ab", "b")', 'chomp("x\\n")', 'strrev("abc")',
    'substr("hello", 1, 3)', 'substr("hello", -2, -1)', 'startswith("abc", "ab")', 'endswith("abc", "bc")', 'strcontains("abc", "b")',
    'replace("1 + 2", "+", "-")', 'replace("hello", "/l+/", "L")', 'split(",", "a,b,c")', 'join("-", ["a", "b"])', 'format("%s-%03d", "a", 7)',
    'format("%q", "x")', 'format("%5.2f|%x", 3.14159, 255)', 'formatlist("%s!", ["a", "b"])', 'indent(2, "a\\nb")', 'regex("[a-z]+", "12ab")',
    'regex("(?P<x>[a-z])[0-9]", "a1")["x"]', 'regexall("[0-9]", "a1b2")', "abs(-3)", "ceil(1.2)", "floor(1.8)", "max(1, 5, 3)", "min(4, 2)",
    "pow(2, 10)", "signum(-7)", 'parseint("ff", 16)', "sum([1, 2, 3])", 'cidrsubnet("10.0.0.0/16", 8, 3)', 'cidrhost("10.0.0.0/24", 5)',
    'cidrhost("10.0.0.0/24", -2)', 'cidrnetmask("10.0.0.0/20")', 'cidrsubnets("10.0.0.0/16", 4, 4, 8)', "range(3)", "range(1, 8, 3)", "range(3, 0)",
    "length([1, 2])", 'length("héllo")', "length({ a = 1 })", "concat([1], [2, 3])", "flatten([[1], [[2], 3]])", 'distinct(["a", "b", "a"])',
    'sort(["b", "a"])', "reverse([1, 2])", 'contains(["a"], "a")', 'index(["a", "b"], "b")', 'element(["a", "b", "c"], 4)', "slice([1, 2, 3, 4], 1, 3)",
    'compact(["a", "", null, "b"])', "keys({ b = 1, a = 2 })", "values({ b = 1, a = 2 })", 'lookup({ a = 1 }, "b", 9)', "merge({ a = 1 }, { a = 2, b = 3 })",
    'zipmap(["a", "b"], [1, 2])', 'transpose({ a = ["x", "y"], b = ["x"] })', "chunklist([1, 2, 3], 2)", 'setunion(["a"], ["b"])',
    'setintersection(["a", "b"], ["b"])', 'setsubtract(["a", "b"], ["b"])', 'setproduct(["a"], ["x", "y"])', 'coalesce(null, "", "x")',
    "coalescelist([], [1])", "one([5])", "one([])", "anytrue([false, true])", "alltrue([true, false])", 'matchkeys([1, 2], ["a", "b"], ["b"])',
    'jsondecode("{\\"a\\": [1]}")', 'base64encode("hello")', 'base64decode("aGVsbG8=")', 'urlencode("a b/c")', 'md5("a")', 'sha1("a")', 'sha256("a")',
    "tostring(5)", 'tonumber("5")', 'tobool("true")', 'tolist(["a"])', 'toset(["b", "a", "b"])', "tomap({ a = 1 })", "try(1, 2)", 'nonsensitive("x")',
    "terraform.workspace", '[for s in toset(["b", "a"]) : s]', "{ for k, v in { a = { x = 1 } } : k => v.x }", "true && !(1 == 2)", '"a${true}b${1.5}"',
    '[for k, v in toset(["z", "a"]) : k]', '[for k, v in setunion(["b"], ["a"]) : k]', 'try(format("%s", "a", "b"), "refused")', 'format("%#v", "a")', 'format("%q %v", "é<", { b = "&", a = 1 })', 'format("%v %v %v", 999999, 12345678, 0.00001)',
    'format("%5t|%5q|%x", true, "a", 10.0)', 'try(format("%d", 1.5), "refused")', 'substr("hello", -8, 2)', 'substr("hello", -2, 0)', "chunklist([1, 2], 0)", 'try(range(5, 1, 1), "refused")', "[1] == [true]", "{ a = 1 } == { a = true }",
    'replace("abc", "/b/", "\\\\d")', 'replace("abc", "/(b)/", "$1x")', 'replace("abc", "/b/", "$$")', 'try(parseint("0x1f", 16), "refused")', 'try(sum([]), "refused")', 'distinct([1, "1"])', 'try(toset([1, true]), "refused")', "toset([true, false])", "toset([1.5, 0.5])",
    'basename("a//")', 'basename("/")', 'basename("")', 'dirname("/a")', 'dirname("a//b")', 'dirname("a/../b")', 'try(cidrhost("10.0.0.0/24", -257), "refused")', 'try(cidrnetmask("fd00::/8"), "refused")', 'try(tonumber(" 5 "), tonumber("1_0"), "refused")', 'tonumber(".5") + tonumber("5.")',
    'tobool("1")', 'tobool("0")', "tostring(0.0000001)", 'try({ for x in ["a", "a"] : x => 1 }, "refused")', 'try("a${null}", "refused")', 'try("a${[1]}", "refused")', '"a ${~ "b" ~} c"', '"a\\n  ${~ "b"}"', '"x%{ if true ~}\\n\\n a%{ endif }"', "<<A\na\n\n  ${~ 1}\nb\nA\n",
    "max([1, 9, 3]...)", "[1, 2, 3,]", '{ (upper("k")) = 1 }', "null == null", "10 / 4", "0.1 + 0.2 > 0.3 ? 1 : 2", 'title("a-b c")', '"%{ if true }x%{ endif }" == "x" ? 1 : 1',
]  # fmt: skip


def read(text: str, **more: str) -> Any:
    files = {"main.tf": text.encode(), **{name.replace("_", ".", 1): value.encode() for name, value in more.items()}}
    return read_configuration(".", lambda path: files if path == "." else None)


def evaluated(expressions: list[str]) -> list[Any]:
    outputs = "\n".join(f'output "o{n}" {{\n  value = {e.rstrip()}\n}}' for n, e in enumerate(expressions))
    graph = read(outputs).graph
    assert graph
    return [graph.outputs[f"o{n}"].value for n in range(len(expressions))]


def test_expressions_come_to_what_terraform_says(tmp_path: Path) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on the PATH")
    lines = [f'output "o{n}" {{\n  value = {e.rstrip()}\n}}' for n, e in enumerate(KNOWN)]
    (tmp_path / "main.tf").write_text("\n".join(lines), encoding="utf-8")
    for command in (["init", "-input=false"], ["apply", "-auto-approve", "-input=false"]):
        done = subprocess.run(["terraform", *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    shown = subprocess.run(["terraform", "output", "-json"], cwd=tmp_path, capture_output=True, text=True, check=True)
    said = {name: output["value"] for name, output in json.loads(shown.stdout).items()}
    ours = evaluated(KNOWN)
    different = {
        expression: (ours[n], said.get(f"o{n}"))
        for n, expression in enumerate(KNOWN)
        if ours[n] != said.get(f"o{n}") and not isinstance(ours[n], Expr)
    }
    assert different == {}
    assert [expression for expression, value in zip(KNOWN, ours, strict=True) if isinstance(value, Expr)] == []


VPC = (
    'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\nresource "aws_vpc" "none" {\n  count = 0\n}\n'
    'data "aws_availability_zones" "all" {}\nvariable "v" {}\nresource "aws_vpc" "some" {\n  count = var.v\n}\n'
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_vpc.main.id", Ref("aws_vpc.main", "id")),
        ("[aws_vpc.main.id]", [Ref("aws_vpc.main", "id")]),
        ('"x-${aws_vpc.main.id}"', Text("x-", Ref("aws_vpc.main", "id"))),
        ('join(",", [aws_vpc.main.id, "b"])', Text(Ref("aws_vpc.main", "id"), ",b")),
        ('format("%s:%s", "a", aws_vpc.main.arn)', Text("a:", Ref("aws_vpc.main", "arn"))),
        ("cidrsubnet(aws_vpc.main.cidr_block, 8, 1)", "10.0.1.0/24"),
        ('aws_vpc.main.cidr_block == "10.0.0.0/16" ? 1 : 2', 1),
        ("concat([aws_vpc.main.id], [1])", [Ref("aws_vpc.main", "id"), 1]),
        ("aws_vpc.main[*].id", [Ref("aws_vpc.main", "id")]),
        ("one(aws_vpc.main[*].id)", Ref("aws_vpc.main", "id")),
        ("length([aws_vpc.main.id, aws_vpc.main.arn])", 2),
        ("try(aws_vpc.main.id, null)", Ref("aws_vpc.main", "id")),
        ("try(aws_vpc.none[0].id, null)", None),
        ('try(aws_vpc.none[0].id, aws_vpc.main.id, "x")', Ref("aws_vpc.main", "id")),
        ("one(aws_vpc.none[*].id)", None),
        ('aws_vpc.main.id == null ? "no" : "yes"', "yes"),
        ("coalesce(null, aws_vpc.main.id)", Ref("aws_vpc.main", "id")),
        ("slice(data.aws_availability_zones.all.names, 0, 1)", [Ref("data.aws_availability_zones.all", "names[0]")]),
        ("tolist(data.aws_availability_zones.all.names)[1]", Ref("data.aws_availability_zones.all", "names[1]")),
        ("length(slice(data.aws_availability_zones.all.names, 0, 3))", 3),
        ('{ for key, vpc in { a = aws_vpc.main } : key => vpc.id }["a"]', Ref("aws_vpc.main", "id")),
    ],
)
def test_references_stay_references(expression: str, expected: Any) -> None:
    graph = read(f'{VPC}output "o" {{\n  value = {expression}\n}}\n').graph
    assert graph
    assert graph.outputs["o"].value == expected


@pytest.mark.parametrize(
    "expression",
    ['try(var.v.x, "d")', "can(var.v.x)", 'try(aws_vpc.some[0].id, "d")', "one(aws_vpc.some[*].id)", "var.v == null", 'coalesce(var.v, "d")', 'compact([var.v, "a"])',
     'lookup(var.v, "k", "d")', "merge({ a = 1 }, var.v)", 'concat(["a"], var.v)', "length(var.v)", "var.v ? 1 : 2", "element(data.aws_availability_zones.all.names, 1)",
     'file("x")', "timestamp()", 'try(data.aws_availability_zones.all.names[3], "d")', "aws_vpc.main.owner_id == null"],
)  # fmt: skip
def test_what_may_be_one_thing_or_another_is_not_known(expression: str) -> None:
    graph = read(f'{VPC}output "o" {{\n  value = {expression}\n}}\n').graph
    assert graph
    assert isinstance(graph.outputs["o"].value, Expr)


def test_count_and_for_each_make_instances_with_their_keys() -> None:
    graph = read(
        'resource "aws_eip" "a" {\n  count = 2\n}\n'
        'resource "aws_eip" "b" {\n  for_each = toset(["x", "y"])\n  tags = { Name = each.key }\n}\n'
        'resource "aws_eip" "none" {\n  count = 0\n}\n'
        'variable "n" {}\nresource "aws_eip" "some" {\n  count = var.n\n}\n'
        'output "all" {\n  value = [for e in aws_eip.b : e.id]\n}\n'
    ).graph
    assert graph
    assert set(graph.resources) == {"aws_eip.a[0]", "aws_eip.a[1]", 'aws_eip.b["x"]', 'aws_eip.b["y"]', "aws_eip.some"}
    assert not graph.resources["aws_eip.some"].certain
    assert graph.resources['aws_eip.b["y"]'].attributes["tags"] == {"Name": "y"}
    assert graph.outputs["all"].value == [Ref('aws_eip.b["x"]', "id"), Ref('aws_eip.b["y"]', "id")]


def test_variable_files_win_in_terraforms_order() -> None:
    found = read(
        'variable "a" {\n  default = 1\n}\nvariable "b" {\n  default = 1\n}\noutput "o" {\n  value = [var.a, var.b]\n}\n',
        terraform_tfvars="a = 2\nb = 2\n",
    )
    assert found.graph.outputs["o"].value == [2, 2]


def test_override_files_replace_arguments() -> None:
    files = {
        "main.tf": VPC.encode(),
        "x_override.tf": b'resource "aws_vpc" "main" {\n  cidr_block = "10.9.0.0/16"\n}\n',
    }
    graph = read_configuration(".", lambda path: files if path == "." else None).graph
    assert graph
    assert graph.resources["aws_vpc.main"].attributes["cidr_block"] == "10.9.0.0/16"


def test_a_dynamic_block_whose_members_are_not_known_is_not_known() -> None:
    graph = read(
        'variable "ports" {}\nresource "aws_security_group" "a" {\n  dynamic "ingress" {\n    for_each = var.ports\n'
        "    content {\n      from_port = ingress.value\n    }\n  }\n}\n"
    ).graph
    assert graph
    assert isinstance(graph.resources["aws_security_group.a"].attributes["ingress"], Expr)
