"""Expressions, with a row for each side of what decides: a value, not known, or refused by Terraform as well."""

import hashlib
from typing import Any

import pytest
from stage3c.diagnostics import Span
from stage3c.graph import Expr, Json, Ref, Text, Value
from stage3c.readers import functions
from stage3c.readers.functions import call
from stage3c.readers.loose_functions import LOOSE
from stage3c.readers.nodes import Literal
from stage3c.readers.results import FAILED, Result, Scope, is_never_empty, is_sure, joined, too_heavy
from stage3c.readers.scalars import Failed, NotKnown, SetOf, bounded, equal, to_number, to_text
from stage3c.readers.syntax import parse_expression
from stage3c.readers.templates import SyntaxFault, closing, unescaped

from tests.readers.folders import graph_of, output, read

UNKNOWN, REFUSED = "not known", "refused"
CONTEXT = """
variable "v" {}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "two" {
  count = 2
}
resource "aws_vpc" "some" {
  count = var.v
}
resource "aws_vpc" "any" {
  for_each = var.v
}
resource "aws_vpc" "keyed" {
  for_each = toset(["a", "b"])
}
locals {
  f = {}.missing
}
"""


def came_to(expression: str) -> Any:
    value = output(f'{CONTEXT}output "o" {{\n  value = {expression}\n}}\n')
    return REFUSED if value == FAILED else UNKNOWN if isinstance(value, Expr) else value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('!"true"', False), ('!"false"', True), ("!1", UNKNOWN), ("-var.v", UNKNOWN), ("1 / 0", UNKNOWN), ("1 < 1", False), ("1 > 1", False),
        ("1 <= 1", True), ("1 + 1", 2), ("0.5 + 1", 1.5), ("1 != 2", True), ("1 != 1", False), ("7 / 2", 3.5), ("1 + null", UNKNOWN), ("null == 1", False), ("[var.v] == null", False), ("[var.v] != null", True), ("aws_vpc.two == null", False), ("1 == null", False),
        ("try(aws_vpc.some[0].list[0].arn, null)", UNKNOWN), ('"${1.5 + 0.5}"', 2), ("1 >= 1", True), ("1 <= 0", False), ("0 >= 1", False), ('"a" < 1', UNKNOWN), ("3 - 1", 2), ("3 * 2", 6), ("7 % 4", 3),
        ("{}.a == 1", REFUSED), ("{}.a && true", UNKNOWN), ("false && {}.a", UNKNOWN), ("null == null", True), ("null != null", False),
        ("1 != null", True), ("aws_vpc.main.id != null", True), ("aws_vpc.main.owner_id != null", UNKNOWN), ("var.v != null", UNKNOWN),
        ('"${aws_vpc.main.id}" != null', True), ("true == 1", False), ('"1" == 1', False),
        ('var.v ? "a" : "a"', "a"), ('var.v ? "a" : "b"', UNKNOWN), ("1 ? 2 : 3", UNKNOWN), ('"true" ? 2 : 3', 2), ('"false" ? 2 : 3', 3),
        ("{ a = 1 }.a", 1), ("{ a = 1 }.b", REFUSED), ("1.a", REFUSED), ('"x".a', REFUSED), ("[1].a", UNKNOWN), ("var.v.a", UNKNOWN),
        ("aws_vpc.main.ipam.x", Ref("aws_vpc.main", "ipam.x")), ('aws_vpc.main.tags["k"]', Ref("aws_vpc.main", 'tags["k"]')),
        ("aws_vpc.main.list[1]", Ref("aws_vpc.main", "list[1]")), ("[1, 2][0]", 1), ("[1, 2][2]", REFUSED), ("[1, 2][-1]", REFUSED), ("[1, 2][1.0]", 2), ("[1, 2][1.5]", REFUSED), ("[1, 2][true]", REFUSED), ("4 / 2", 2),
        ('[1, 2]["1"]', 2), ('[1, 2]["a"]', REFUSED), ("[1, 2][null]", REFUSED), ("[1, 2][[]]", REFUSED), ("[1, 2][var.v]", UNKNOWN),
        ('{ "1" = "x" }[1]', "x"), ("{ a = 1 }[{}.b]", REFUSED), ("var.v[0]", UNKNOWN), ("aws_vpc.two[0].id", Ref("aws_vpc.two[0]")),
        ("aws_vpc.two[2].id", REFUSED), ("aws_vpc.some[0].id", Ref("aws_vpc.some")), ("aws_vpc.some[var.v].id", Ref("aws_vpc.some")),
        ("aws_vpc.two[var.v].id", UNKNOWN), ("aws_vpc.main[0].id", REFUSED), ('aws_vpc.keyed["a"].id', Ref('aws_vpc.keyed["a"]')),
        ('aws_vpc.keyed["c"].id', REFUSED),
        ("aws_vpc.two[*].id", [Ref("aws_vpc.two[0]"), Ref("aws_vpc.two[1]")]), ("aws_vpc.some[*].id", UNKNOWN), ("null[*]", []), ("5[*]", [5]),
        ("{}.a[*]", REFUSED), ("var.v[*].id", UNKNOWN), ("aws_vpc.main.list[*].id", UNKNOWN), ("[{ a = 1 }][*].a", [1]),
        ('{ for k in ["z"] : k => { (k) = 1, k = 2, "q" = 3, 1 + 1 = 4, for = 5 } }', {"z": {"z": 1, "k": 2, "q": 3, "2": 4, "for": 5}}), ("<<-A\n\n    a\n  b\n\n  A\n", "\n  a\nb\n\n"), ("<<A\n  a\nA\n", "  a\n"), ("[{ a = [1] }, { a = [2] }].*.a[0]", [1]), ("[{ a = [1] }, { a = [2] }][*].a[0]", [1, 2]),
        ('"%{ if 1 > 2 }x%{ else }y${1}%{ endif }"', "y1"), ('"$${a} %%{b}"', "${a} %{b}"), ("[1, 2, 3].1", 2), ("{ (var.v) = 1 }", UNKNOWN), ("{ (1) = 2 }", {"1": 2}), ("{ (true) = 2 }", {"true": 2}),
        ("[for x in var.v : x]", UNKNOWN), ("[for x in [1, 2] : x if var.v]", UNKNOWN), ("{ for x in [1] : var.v => x }", UNKNOWN),
        ("[for k, x in { a = 1 } : [k, x]]", [["a", 1]]), ("[for i, x in [5] : i]", [0]), ('{ for x in [1, 2] : "a" => x... }', {"a": [1, 2]}),
        ('{ for x in [1, 2] : "a" => x }', REFUSED), ("[for x in [1, 2, 3] : x if x > 1]", [2, 3]), ("{ for k, v in aws_vpc.keyed : k => v.id }", {"a": Ref('aws_vpc.keyed["a"]'), "b": Ref('aws_vpc.keyed["b"]')}),
        ('"a${{}.b}"', REFUSED), ('"${[1]}"', [1]), ('"a${[1]}"', REFUSED), ('"a${null}"', REFUSED), ('"a${{}}"', REFUSED), ('try("a${null}", "b")', "b"), ('"${var.v}"', UNKNOWN), ('"${true}${1.0}"', "true1"),
        ('"a${"x${aws_vpc.main.id}"}b"', Text("ax", Ref("aws_vpc.main"), "b")),
        ('"${jsonencode({ a = "}" })}"', Json({"a": "}"})), ('"${upper("}")}x"', "}x"), ('"${upper("{")}x"', "{x"), ('"${upper("${"}"}")}x"', "}x"),
        ("try({}.a, 1)", 1), ("try({}.a, {}.b)", REFUSED), ("try(var.v, 1)", UNKNOWN), ("try(1, var.v)", 1), ("try({}.a, var.v, 1)", UNKNOWN),
        ("try([{}.a], 1)", 1), ("try({ a = {}.b }, 1)", 1), ("try(var.v)", UNKNOWN), ("try(aws_vpc.some[0].id, 1)", UNKNOWN),
        ("try(aws_vpc.main.list[0].arn, null)", Ref("aws_vpc.main", "list[0].arn")), ('try(aws_vpc.main.list[0].arn, "")', Ref("aws_vpc.main", "list[0].arn")),
        ('try(aws_vpc.main.list[0].arn, "x")', UNKNOWN), ("try(aws_vpc.some.list[0].arn, null)", UNKNOWN), ("try(aws_vpc.main.list[0].arn, null, 1)", UNKNOWN),
        ("can({}.a)", False), ("can(1)", True), ("can(var.v)", UNKNOWN), ("can(aws_vpc.main.id)", True), ("can(aws_vpc.some[0].id)", UNKNOWN), ('can(aws_vpc.any["a"].id)', UNKNOWN), ('try(aws_vpc.any["a"].id, 1)', UNKNOWN), ('can(aws_vpc.keyed["a"].id)', True),
        ("upper({}.a)", REFUSED), ("upper(var.v)", UNKNOWN), ("upper([])", UNKNOWN), ("nosuch(1)", UNKNOWN), ("max(var.v...)", UNKNOWN),
        ("max([1, 2]...)", 2), ("max({}.a...)", REFUSED), ("max(1, [5, 2]...)", 5), ("max([1, 2])", UNKNOWN),
        ('regex("^a", "b")', REFUSED), ("local.f", REFUSED),
    ],
)  # fmt: skip
def test_expressions(expression: str, expected: Any) -> None:
    assert came_to(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("path.root", "."), ("path.module", "."), ("path.cwd", Expr("path.cwd")), ("terraform.workspace", "default"), ("terraform.env", Expr("terraform.env")),
        ("each.key", Expr("each.key")), ("count.index", Expr("count.index")), ("self.id", Expr("self.id")),
    ],
)  # fmt: skip
def test_words_of_terraform_s_own(expression: str, expected: Value) -> None:
    assert output(f'output "o" {{\n  value = {expression}\n}}\n') == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("-(" * 149 + "1" + ")" * 149, -1), ("-(" * 150 + "1" + ")" * 150, 1), ("-(" * 151 + "1" + ")" * 151, None), (f'"{"a" * 100_000}"', "a" * 100_000), (f'"{"a" * 100_001}"', Expr("not known"))],
    ids=["149 deep", "150 deep", "151 deep", "long", "longer"],
)  # fmt: skip
def test_how_deep_and_long_expressions_are_followed(expression: str, expected: Any) -> None:
    graph = read(f'output "o" {{\n  value = {expression}\n}}\n').graph
    assert (graph.outputs["o"].value if graph else None) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("concat(aws_vpc.two, [1])[2]", 1), ("concat([1], var.v)", UNKNOWN), ("concat([])", []), ("flatten([[1], [[2]]])", [1, 2]), ("flatten([var.v])", UNKNOWN),
        ("flatten(aws_vpc.main.list)", [Ref("aws_vpc.main", "list")]), ("flatten([aws_vpc.main.id])", [Ref("aws_vpc.main")]), ("flatten(1)", UNKNOWN),
        ("merge({ a = 1 }, null, { a = 2 })", {"a": 2}), ("merge({ a = 1 }, var.v)", UNKNOWN), ("merge({}, [])", UNKNOWN), ("merge()", {}),
        ('coalesce("", null, 1)', 1), ('coalesce("", null)', REFUSED), ('coalesce(var.v, "a")', UNKNOWN), ('coalesce("a", var.v)', "a"), ('coalesce(aws_vpc.main.id, "a")', Ref("aws_vpc.main")),
        ('coalesce(aws_vpc.main.owner_id, "a")', UNKNOWN), ("coalescelist([], [2])", [2]), ("coalescelist([1], [2])", [1]), ("coalescelist(var.v, [2])", UNKNOWN),
        ('compact(["a", "", null])', ["a"]), ("compact([aws_vpc.main.id])", [Ref("aws_vpc.main")]), ("compact([aws_vpc.main.owner_id])", UNKNOWN), ("compact([var.v])", UNKNOWN),
        ("element([1, 2, 3], 4)", 2), ("element([], 0)", REFUSED), ("element([1], -1)", UNKNOWN), ("element([1, 2], 1.5)", REFUSED), ('element([1, 2], "1")', 2), ("element(aws_vpc.main.list, 0)", Ref("aws_vpc.main", "list[0]")),
        ("element(aws_vpc.main.list, 1)", UNKNOWN), ("element([1], var.v)", UNKNOWN), ("element(aws_vpc.two, 1).id", Ref("aws_vpc.two[1]")),
        ('lookup({ a = 1 }, "a")', 1), ('lookup({ a = 1 }, "b", 2)', 2), ('lookup({ a = 1 }, "b")', REFUSED), ('lookup(var.v, "b", 1)', UNKNOWN), ('lookup({ "1" = 2 }, 1)', 2),
        ("jsondecode(jsonencode({ a = aws_vpc.main.id }))", {"a": Ref("aws_vpc.main")}), ('jsondecode("[1]")', [1]), ('jsondecode("x")', REFUSED), ("jsondecode(var.v)", UNKNOWN),
        ('yamldecode("a: 1")', {"a": 1}), ('yamldecode("[1]")', UNKNOWN), ('yamldecode("a: yes")', UNKNOWN), ('yamldecode("a: [1, NO]")', UNKNOWN), ('yamldecode("a: \\"yes\\"")', {"a": "yes"}), ('yamldecode("a: yes-man")', {"a": "yes-man"}), ('yamldecode("y: 1")', UNKNOWN), ('yamldecode("a: 2020-01-01")', UNKNOWN), ('yamldecode("version: 3\\nservices: {}")', {"version": 3, "services": {}}), ('yamldecode("a: [")', UNKNOWN), ("yamldecode(var.v)", UNKNOWN),
        ('length("abc")', 3), ("length([1])", 1), ("length({ a = 1 })", 1), ("length(aws_vpc.two)", 2), ("length(aws_vpc.some)", UNKNOWN), ("length(var.v)", UNKNOWN), ("length(5)", UNKNOWN),
        ("one([])", None), ("one([1])", 1), ("one([1, 2])", REFUSED), ("one(aws_vpc.two)", REFUSED), ("one(var.v)", UNKNOWN),
        ('distinct(["b", "a", "b"])', ["b", "a"]), ("distinct([aws_vpc.main.id, aws_vpc.main.id])", [Ref("aws_vpc.main")]), ("distinct([var.v])", UNKNOWN), ("distinct([1, true])", REFUSED), ('distinct([1, "1"])', ["1"]), ("tostring(null)", None), ("tonumber(null)", None), ("tobool(null)", None),
        ('toset(["b", "a", "b"])', ["a", "b"]), ("toset([3, 1])", [1, 3]), ("toset(aws_vpc.main.list)", Ref("aws_vpc.main", "list")), ("toset([aws_vpc.main.id])", [Ref("aws_vpc.main")]),
        ("tolist(aws_vpc.main.list)", Ref("aws_vpc.main", "list")), ("tolist([1])", [1]), ("tolist(var.v)", UNKNOWN), ("tomap({ a = 1 })", {"a": 1}), ("tomap([])", UNKNOWN), ('tomap({ a = 1, b = "x" })', {"a": "1", "b": "x"}), ("tomap({})", {}), ("tomap({ a = aws_vpc.main.id, b = 1 })", {"a": Ref("aws_vpc.main"), "b": 1}), ('tolist([1, "a"])', ["1", "a"]), ("tolist([1, true])", REFUSED), ('compact([1, "", true, null])', ["1", "true"]),
        ("tostring(aws_vpc.main.id)", Ref("aws_vpc.main")), ("tostring(1.0)", "1"), ("tostring([])", UNKNOWN), ("keys({ b = 1, a = 2 })", ["a", "b"]), ("keys(var.v)", UNKNOWN),
        ("values({ b = 1, a = 2 })", [2, 1]), ("keys(aws_vpc.keyed)", ["a", "b"]), ("values(aws_vpc.keyed)[*].id", [Ref('aws_vpc.keyed["a"]'), Ref('aws_vpc.keyed["b"]')]), ("keys([1])", UNKNOWN),
        ('setunion(["b"], ["a", "b"])', ["a", "b"]), ('setproduct(["a"], ["x", "y"])', [["a", "x"], ["a", "y"]]), ("setproduct(range(100), range(100))[0]", [0, 0]), ("setproduct(range(101), range(100))", UNKNOWN), ('[for k, v in setproduct(toset(["b"]), toset(["a"])) : k]', [["b", "a"]]), ('[for k, v in setproduct(toset(["b"]), ["a"]) : k]', [["b", "a"]]), ('[for k, v in setproduct(["b"], ["a"]) : k]', [0]), ('setproduct(["a"])', REFUSED), ('setproduct([], ["a"])', []),
        ('[for k, v in toset(["z", "a"]) : k]', ["a", "z"]), ('[for k, v in setunion(["b"], ["a"]) : k]', ["a", "b"]), ('[for k, v in setsubtract(["b"], ["a"]) : k]', ["b"]), ('[for k, v in setintersection(["b"], ["b"]) : k]', ["b"]), ('[for k, v in tolist(toset(["b"])) : k]', [0]), ('[for k, v in sort(toset(["b"])) : k]', [0]),
        ("[for k, v in toset([aws_vpc.main.id]) : k]", [Ref("aws_vpc.main")]), ('[for k, v in { a = toset(["b"]) }.a : k]', ["b"]), ('toset(setsubtract(["b"], ["a"]))', ["b"]), ('[for k, v in nonsensitive(toset(["b"])) : k]', ["b"]), ('[for k, v in distinct(toset(["b"])) : k]', [0]),
        ('zipmap(["a"], [1])', {"a": 1}), ('zipmap(["a"], [])', UNKNOWN), ("zipmap([var.v], [1])", UNKNOWN), ("slice([1, 2, 3], 1, 2)", [2]), ("slice([1], 0, 2)", REFUSED), ("slice([1], 1, 0)", REFUSED),
        ("slice([1], -1, 1)", REFUSED), ("slice([1], 0, 1)", [1]), ("slice(aws_vpc.main.list, 1, 2)", [Ref("aws_vpc.main", "list[1]")]), ("length(slice(aws_vpc.main.list, 0, 100))", 100),
        ("length(slice(aws_vpc.main.list, 0, 101))", UNKNOWN), ("slice(aws_vpc.main.list, 2, 1)", UNKNOWN), ("reverse([1, 2])", [2, 1]), ("reverse(var.v)", UNKNOWN),
        ('join(",", ["a", "b"], ["c"])', "a,b,c"), ('join(",", [])', ""), ('join(",", [aws_vpc.main.id, "b"])', Text(Ref("aws_vpc.main"), ",b")), ('join(",", ["x-${aws_vpc.main.id}"])', Text("x-", Ref("aws_vpc.main"))),
        ('join(",", [var.v])', UNKNOWN), ('join(",", [[]])', UNKNOWN), ('format("%s", aws_vpc.main.id)', Ref("aws_vpc.main")), ('format("%s-%s", "a", aws_vpc.main.id)', Text("a-", Ref("aws_vpc.main"))),
        ('format("%d-%s", 1, aws_vpc.main.id)', UNKNOWN), ('format("%s", "a", "b")', REFUSED), ('format("%s")', REFUSED), ('format("%s", aws_vpc.main.id, 1)', UNKNOWN), ('format("%s%s", aws_vpc.main.id)', UNKNOWN), ('format("%s", "x-${aws_vpc.main.id}")', Text("x-", Ref("aws_vpc.main"))),
        ("jsonencode([1])", Json([1])), ("nonsensitive(1)", 1), ("ephemeralasnull(1)", UNKNOWN), ('sensitive("abc")', UNKNOWN),
    ],
)  # fmt: skip
def test_functions_over_what_is_partly_known(expression: str, expected: Any) -> None:
    assert came_to(expression) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("abs", [-2], 2), ("replace", ["a" * 2000, "/b/", "x" * 5000], "a" * 2000), ("replace", ["a" * 2000, "/b/", "x" * 5001], NotKnown), ("formatlist", ["%s" + "x" * 99_998, [""] * 100], ["x" * 99_998] * 100), ("formatlist", ["%s" + "x" * 99_999, [""] * 100], NotKnown), ("title", [1], "1"), ("core::split", [1, 212], ["2", "2"]), ("trimspace", [True], "true"), ("trim", [121, 1], "2"), ("trimprefix", [12, 1], "2"), ("trimsuffix", [12, "2"], "1"), ("chomp", [1], "1"), ("strrev", [12], "21"), ("startswith", [12, 1], True), ("endswith", [12, 2], True), ("strcontains", [12, 2], True), ("replace", [12, 1, 3], "32"), ("split", [1, 212], ["2", "2"]), ("regex", [2, 123], "2"), ("regexall", [2, 121], ["2"]),
        ("base64encode", [1], "MQ=="), ("base64decode", ["MQ=="], "1"), ("basename", [1], "1"), ("dirname", [1], "."), ("urlencode", [True], "true"), ("md5", [1], hashlib.md5(b"1", usedforsecurity=False).hexdigest()), ("sha1", [1], hashlib.sha1(b"1", usedforsecurity=False).hexdigest()), ("sha256", [1], hashlib.sha256(b"1").hexdigest()), ("sha512", [1], hashlib.sha512(b"1").hexdigest()), ("split", [",", None], NotKnown), ("split", [",", []], NotKnown),
        ("substr", [12345, "1", "2"], "23"), ("substr", ["abc", 0.5, 1], Failed), ("indent", ["1", 5], "5"), ("parseint", ["10", "16"], 16), ("parseint", [10, 16], Failed), ("parseint", ["10", 1.5], Failed), ("ceil", ["1.2"], 2), ("floor", [1.8], 1), ("max", [1, "9"], 9), ("min", ["2", 3], 2), ("pow", [2, 3], 8.0), ("signum", [-7], -1), ("signum", [0], 0), ("signum", [1], 1), ("signum", [9], 1),
        ("parseint", ["ff", 16], 255), ("parseint", ["-10", 2], -2), ("parseint", ["0x1f", 16], Failed), ("parseint", ["1_0", 10], Failed), ("parseint", ["2", 2], Failed), ("parseint", ["z", 36], 35), ("parseint", ["A", 37], NotKnown), ("sum", [[]], Failed), ("signum", [-0.5], Failed), ("sum", [[0.1, 0.2]], 0.3), ("sum", [[1, 2]], 3), ("lower", ["AB"], "ab"), ("upper", ["ab"], "AB"), ("title", ["a-b c"], "A-B C"), ("trimspace", [" a "], "a"),
        ("trim", ["?a?", "?"], "a"), ("trimprefix", ["ab", "a"], "b"), ("trimsuffix", ["ab", "b"], "a"), ("chomp", ["a\r\n"], "a"), ("strrev", ["abc"], "cba"), ("substr", ["hello", 1, 3], "ell"), ("substr", ["hello", 0, 2], "he"),
        ("substr", ["hello", -2, -1], "lo"), ("substr", ["hello", -3, 2], "ll"), ("substr", ["hello", 1, 0], ""), ("substr", ["hello", -2, 0], "lo"), ("substr", ["hello", 0, 0], ""), ("substr", ["hello", -8, 2], "he"), ("substr", ["hello", 7, 2], ""), ("substr", ["hello", 2, -1], "llo"), ("startswith", ["ab", "a"], True), ("startswith", ["ab", "b"], False), ("endswith", ["ab", "b"], True), ("endswith", ["ab", "a"], False),
        ("strcontains", ["ab", "b"], True), ("strcontains", ["ab", "c"], False), ("replace", ["a.b", ".", "-"], "a-b"), ("replace", ["a1b", "/[0-9]/", "_"], "a_b"), ("replace", ["ab", "/(?P<x>a)/", "${x}${x}"], "aab"), ("replace", ["ab", "/(a)/", "$1$1"], "aab"), ("replace", ["abc", "/b/", "\\d"], "a\\dc"), ("replace", ["abc", "/b/", "$9"], "ac"), ("replace", ["abc", "/b/", "[$0]"], "a[b]c"), ("replace", ["abc", "/b/", "$$"], "a$c"), ("replace", ["abc", "/(b)/", "$1x"], "ac"), ("replace", ["ac", "/(b)?c/", "<$1>"], "a<>"),
        ("replace", ["a/b", "/", "-"], "a-b"), ("split", [",", "a,b"], ["a", "b"]), ("split", ["", "ab"], ["a", "b"]), ("join", ["-", ["a", 1]], "a-1"), ("format", ["%%%s", "a"], "%a"), ("format", ["%q", "a"], '"a"'), ("format", ["%v", [1, "a"]], '[1,"a"]'),
        ("format", ["%t", True], "true"), ("format", ["%03d", 7], "007"), ("format", ["%b", 5], "101"), ("format", ["%x", 255], "ff"), ("format", ["%X", 255], "FF"), ("format", ["%o", 8], "10"), ("format", ["%.1f", 1.25], "1.2"), ("format", ["%s", "a", "b"], Failed), ("format", ["%s", [1]], NotKnown), ("format", ["%#v", "a"], '"a"'), ("format", ["%#v", 5], "5"), ("format", ["%q", "é<"], '"é\\u003c"'), ("format", ["%v", {"b": "&", "a": 1}], '{"a":1,"b":"\\u0026"}'),
        ("format", ["%v", 999_999], "999999"), ("format", ["%v", 1_000_000], "1e+06"), ("format", ["%v", -12_345_678], "-1.2345678e+07"), ("format", ["%v", 0.0001], "0.0001"), ("format", ["%v", 0.00001], "1e-05"), ("format", ["%v", 0], "0"), ("format", ["%v", None], "null"), ("format", ["%v", True], "true"), ("format", ["%v", "a"], "a"),
        ("format", ["%d", 1.5], Failed), ("format", ["%d", "12"], "12"), ("format", ["%x", 10.0], "a"), ("format", ["%b", 1.5], Failed), ("format", ["%t", "true"], "true"), ("format", ["%t", "x"], Failed), ("format", ["%5t|", True], "true|"), ("format", ["%5q|", "a"], '  "a"|'), ("format", ["%05s", "a"], NotKnown),
        ("format", ["%g", 1], NotKnown), ("format", ["%e", 12345.5], "1.234550e+04"), ("format", ["%f", "1"], "1.000000"), ("format", ["%5%"], Failed), ("format", ["%"], Failed), ("format", ["a\n%s", "b"], "a\nb"), ("format", ["%.3s", "abcdef"], "abc"), ("format", ["%-5d|", 3], "3    |"), ("format", ["%+d", 3], "+3"), ("format", ["%-3s|", "a"], "a  |"),
        ("format", ["%3v", "a"], "  a"), ("format", ["%z", 1], NotKnown), ("format", ["%s"], Failed), ("format", ["%9999d", 1], NotKnown), ("format", ["%999d", 1], " " * 998 + "1"), ("formatlist", ["%s%s", ["a", "b"], "x"], ["ax", "bx"]), ("formatlist", ["%s", "x"], ["x"]), ("formatlist", ["%s", ["a"], "x"], Failed), ("formatlist", ["%s-%s", "long", ["a", "b"]], ["long-a", "long-b"]), ("formatlist", ["%s", []], []), ("formatlist", ["%s%s", ["a", "b"], ["c"]], Failed),
        ("indent", [2, "a\nb"], "a\n  b"), ("indent", [1000, "a\nb"], "a\n" + " " * 1000 + "b"), ("indent", [1001, "a\nb"], NotKnown), ("indent", [1.5, "a"], Failed), ("regex", ["[a-z]+", "12ab"], "ab"), ("regex", ["(a)(b)", "ab"], ["a", "b"]), ("regex", ["(?P<x>a)", "a"], {"x": "a"}), ("regex", ["x", "a"], Failed), ("regex", ["(", "a"], NotKnown), ("regexall", ["[0-9]", "a1b2"], ["1", "2"]),
        ("regexall", ["(.)(.)", "ab"], [["a", "b"]]), ("regexall", ["x", "a"], []), ("regexall", ["(?P<x>a)", "aba"], [{"x": "a"}, {"x": "a"}]), ("regexall", ["^a*a*" + "b" * 995, "a" * 1000], []), ("regexall", ["^a*a*" + "b" * 996, "a" * 1000], NotKnown), ("regex", ["a*?b", "ab"], "ab"), ("regex", [r"\pN", "1"], NotKnown), ("regex", ["(a+)+", "a"], NotKnown), ("regex", ["a*b*", "a" * 600], "a" * 600), ("regex", ["a*b*", "a" * 700], NotKnown),
        ("regex", ["^a*b*", "a" * 700], "a" * 700), ("cidrsubnet", ["10.0.0.0/16", 8, 3], "10.0.3.0/24"), ("cidrsubnet", ["10.0.0.0/16", 8, 255], "10.0.255.0/24"), ("cidrsubnet", ["10.0.0.0/16", 8, 256], NotKnown), ("cidrsubnet", ["10.0.0.0/16", 8, 0], "10.0.0.0/24"),
        ("cidrsubnet", ["10.0.0.0/16", 8, -1], NotKnown), ("cidrsubnet", ["10.0.0.0/16", 16, 1], "10.0.0.1/32"), ("cidrsubnet", ["10.0.0.0/16", 17, 1], NotKnown), ("cidrsubnet", ["x", 8, 0], Failed), ("cidrsubnet", ["fd00::/56", 8, 1], "fd00:0:0:1::/64"),
        ("cidrsubnets", ["10.0.0.0/16", 4, 8, 4], ["10.0.0.0/20", "10.0.16.0/24", "10.0.32.0/20"]), ("cidrsubnets", ["10.0.0.0/16", 1, 1], ["10.0.0.0/17", "10.0.128.0/17"]), ("cidrsubnets", ["10.0.0.0/16", 1, 1, 1], NotKnown), ("cidrhost", ["10.0.0.0/24", 5], "10.0.0.5"),
        ("cidrhost", ["10.0.0.0/24", -1], "10.0.0.255"), ("cidrhost", ["10.0.0.0/24", 0], "10.0.0.0"), ("cidrhost", ["10.0.0.0/24", 256], Failed), ("cidrhost", ["10.0.0.0/24", -256], "10.0.0.0"), ("cidrhost", ["10.0.0.0/24", -257], Failed), ("cidrhost", ["10.0.0.5/24", 3], "10.0.0.3"), ("cidrnetmask", ["10.0.0.5/20"], "255.255.240.0"), ("cidrnetmask", ["fd00::/8"], Failed), ("cidrsubnet", ["10.0.0.5/16", "8", 2], "10.0.2.0/24"), ("cidrsubnet", ["10.0.0.0/16", 8, 1.5], Failed), ("cidrsubnets", ["10.0.1.5/16", 8], ["10.0.0.0/24"]), ("range", [3], [0, 1, 2]), ("range", [1, 3], [1, 2]), ("range", [3, 1], [3, 2]),
        ("range", [1, 6, 2], [1, 3, 5]), ("range", [5, 0, -2], [5, 3, 1]), ("range", [0, 5, 0], Failed), ("range", [5, 1, 1], Failed), ("range", [1, 5, -1], Failed), ("range", [0, 1, 0.3], [0, 0.3, 0.6, 0.9]), ("range", [-2], [0, -1]), ("range", [10001], NotKnown), ("range", [2, 2], []), ("distinct", [[1, 1, "1"]], ["1"]), ("distinct", [[[1], [1], [True]]], [[1], [True]]), ("distinct", [[True, 1]], Failed), ("distinct", [[True, "true"]], ["true"]), ("sort", [["b", "a"]], ["a", "b"]), ("contains", [["a"], "a"], True), ("contains", [["a"], "b"], False),
        ("contains", [[1], True], False), ("index", [["a", "b"], "b"], 1), ("index", [["a"], "b"], Failed), ("chunklist", [[1, 2, 3], 2], [[1, 2], [3]]), ("chunklist", [[1, 2], 0], [[1, 2]]), ("chunklist", [[], 0], []), ("chunklist", [[1], -1], Failed), ("chunklist", [[1], 1.5], Failed), ("transpose", [{"a": ["x", "y"], "b": ["x"]}], {"x": ["a", "b"], "y": ["a"]}),
        ("setintersection", [["a", "b"], ["b", "c"]], SetOf(["b"])), ("setintersection", [["a"], ["a"], ["b"]], SetOf()), ("setsubtract", [["a", "b"], ["b"]], SetOf(["a"])), ("setsubtract", [[{"a": 2}, {"a": 1}], [{"a": 2}]], SetOf([{"a": 1}])),
        ("toset", [[True, 1]], Failed), ("toset", [[2, 1]], SetOf([1, 2])), ("toset", [[1.5, 0.5]], SetOf([0.5, 1.5])), ("toset", [[True, False]], SetOf([False, True])), ("toset", [["b", 1]], SetOf(["1", "b"])), ("toset", [[{"a": 2}, {"a": 1}]], SetOf([{"a": 2}, {"a": 1}])), ("toset", [[[2], [1]]], SetOf([[2], [1]])), ("anytrue", [[False, "true"]], True), ("anytrue", [[False]], False), ("anytrue", [[None, True]], True), ("anytrue", [[]], False), ("alltrue", [[]], True), ("alltrue", [[None, True]], False), ("alltrue", [["x"]], Failed), ("alltrue", [[True, "true"]], True),
        ("alltrue", [[True, False]], False), ("matchkeys", [[1, 2], ["a", "b"], ["b"]], [2]), ("matchkeys", [[1], ["a", "b"], ["b"]], Failed), ("matchkeys", [[1, 2], [True, 1], [1]], [2]), ("jsondecode", ["[1]"], [1]), ("base64encode", ["a"], "YQ=="), ("base64decode", ["YQ=="], "a"), ("base64decode", ["%"], Failed), ("base64decode", ["YQ==\n"], "a"), ("basename", ["/a/b"], "b"), ("basename", ["b"], "b"), ("basename", ["a//"], "a"), ("basename", ["/"], "/"), ("basename", [""], "."),
        ("dirname", ["/a/b"], "/a"), ("dirname", ["b"], "."), ("dirname", ["/a"], "/"), ("dirname", ["//a"], "/"), ("dirname", ["a//b"], "a"), ("dirname", ["a/../b"], "."), ("dirname", ["a/b/"], "a/b"), ("urlencode", ["a b/-_.~"], "a+b%2F-_.~"), ("md5", ["a"], hashlib.md5(b"a", usedforsecurity=False).hexdigest()), ("sha1", ["a"], hashlib.sha1(b"a", usedforsecurity=False).hexdigest()), ("sha256", ["a"], hashlib.sha256(b"a").hexdigest()),
        ("sha512", ["a"], hashlib.sha512(b"a").hexdigest()), ("tostring", [True], "true"), ("tostring", [False], "false"), ("tonumber", ["5"], 5), ("tonumber", ["x"], Failed), ("tonumber", [True], NotKnown), ("tonumber", [None], None), ("tobool", [None], None), ("tobool", ["1"], True), ("tobool", ["0"], False), ("tobool", [1], Failed), ("tobool", ["true"], True), ("tobool", ["false"], False), ("tobool", [True], True), ("tobool", [False], False), ("tobool", ["x"], Failed),
        ("upper", ["x" * 200_000], "X" * 200_000), ("upper", ["x" * 200_001], NotKnown), ("sort", [["a"] * 10_000], ["a"] * 10_000), ("sort", [["a"] * 10_001], NotKnown), ("replace", ["a" * 400, "a", "b" * 501], NotKnown), ("replace", ["a" * 400, "a", "b" * 500], "b" * 200_000), ("nosuch", [], NotKnown), ("core::abs", [-1], 1),
        ("setsubtract", [[1] * 500, [2]], SetOf([1])), ("setsubtract", [[1], [2] * 500], SetOf([1])), ("setsubtract", [[1] * 501, [2]], NotKnown), ("setsubtract", [[1], [2] * 501], NotKnown), ("setintersection", [[1] * 501, [1]], NotKnown), ("distinct", [[*range(501)]], [*range(501)]), ("distinct", [[*range(502)]], NotKnown),
        ("transpose", [{str(n): [] for n in range(500)}], {}), ("transpose", [{str(n): [] for n in range(501)}], NotKnown),
    ],
)  # fmt: skip
def test_functions_over_what_is_known(name: str, arguments: list[Any], expected: Any) -> None:
    if isinstance(expected, type):
        with pytest.raises(NotKnown) as raised:
            call(name, arguments)
        assert raised.type is expected
    else:
        found = call(name, arguments)
        assert (found, type(found)) == (expected, type(expected))


def test_every_function_is_in_the_table() -> None:
    (mark,) = [each for each in test_functions_over_what_is_known.pytestmark if each.name == "parametrize"]
    assert {name for name, _, _ in mark.args[1]} >= set(functions._FUNCTIONS)  # noqa: SLF001 - the table of all


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(1, 1.0, True), (1, True, False), (False, 0, False), (True, True, True), ("1", 1, False), ([1], [1], True), (None, 0, False), ([1], [True], False), ([1], [1, 2], False), ({"a": 1}, {"a": True}, False), ({"a": 1}, {"a": 1.0}, True), ({"a": 1}, {"b": 1}, False), ({"a": 1}, {"a": 1, "b": 1}, False), ([], {}, False)],
)  # fmt: skip
def test_equality(one: object, other: object, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert equal(one, other) is expected


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        (to_text, True, "true"), (to_text, False, "false"), (to_text, 1.0, "1"), (to_text, 1.5, "1.5"), (to_text, 3, "3"), (to_text, "a", "a"), (to_text, None, None), (to_text, [], None),
        (to_text, 0.00001, "0.00001"), (to_number, "12", 12), (to_number, "-1.5", -1.5), (to_number, ".5", 0.5), (to_number, "5.", 5.0), (to_number, "+5", 5), (to_number, "1E2", 100), (to_number, " 5", None), (to_number, "5 ", None), (to_number, "inf", None), (to_number, "nan", None), (to_number, "1_0", None), (to_number, "", None), (to_number, "٣", None), (to_number, 3, 3), (to_number, True, None), (to_number, [], None), (bounded, {"a": 1}, {"a": 1}), (bounded, {str(n): 1 for n in range(10_001)}, None),
    ],
)  # fmt: skip
def test_conversions(convert: Any, value: object, expected: object) -> None:
    if expected is None:
        with pytest.raises(NotKnown):
            convert(value)
    else:
        assert convert(value) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ""), ([""], ""), (["a", "b"], "ab"), (["a", Ref("x"), "b", "c"], Text("a", Ref("x"), "bc")), ([Ref("x")], Ref("x")), (["", Ref("x"), ""], Ref("x")),
        (["a" * 200_000], "a" * 200_000), (["a" * 200_001], Expr("not known")), ([Ref("x"), "a" * 200_001], Expr("not known", (Ref("x"),))), ([Ref("x")] * 10_001, Expr("not known", (Ref("x"),))),
    ],
)  # fmt: skip
def test_parts_of_a_text(parts: list[Any], expected: Any) -> None:
    assert joined(parts) == expected


@pytest.mark.parametrize(
    ("value", "is_heavy"),
    [
        ([1] * 49_999, False), ([1] * 50_000, True), (Json([1] * 49_999), False), (Json([1] * 50_000), True), ({str(n): 1 for n in range(49_999)}, False),
        ({str(n): 1 for n in range(50_000)}, True), ({"a": [1] * 49_998}, False), ({"a": [1] * 49_999}, True), ("a" * 200_000, False),
    ],
)  # fmt: skip
def test_values_that_are_too_heavy(value: Any, is_heavy: bool) -> None:  # noqa: FBT001 - a row of the table
    assert too_heavy(value) is is_heavy


NEVER_EMPTY = (
    "address arn bucket cidr_block cluster_name dns_name endpoint family fqdn id name repository_url vpc_id zone_id"
)


def test_how_many_references_are_compared_with_each_other() -> None:
    refs: list[Result] = [Ref(f"aws_x.x{number}") for number in range(502)]
    assert len(LOOSE["distinct"](Scope(_Frame()), refs[:501])) == 501  # type: ignore[arg-type] # nothing is asked of it
    with pytest.raises(NotKnown):
        LOOSE["distinct"](Scope(_Frame()), refs)  # type: ignore[arg-type] # likewise


def test_how_many_digits_a_number_has() -> None:
    assert parse_expression("9" * 399) == Literal(10**399 - 1)
    assert parse_expression("9" * 400) == Literal(float("inf"))


def test_what_everything_of_aws_has() -> None:
    assert all(is_never_empty(Ref("aws_x.a", name)) for name in NEVER_EMPTY.split())
    assert not is_never_empty(Ref("aws_x.a", "kms_key_id"))
    assert not is_never_empty("id")


class _Frame:
    """Knows which addresses exist."""

    def exists(self, ref: Ref) -> bool:
        return ref.address == "aws_x.a"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, True), ([1, Ref("aws_x.a")], True), (Ref("aws_x.b"), False), ([Ref("aws_x.a"), Ref("aws_x.b")], False), (Expr("x"), False), (FAILED, False)],
)  # fmt: skip
def test_what_is_sure(value: object, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_sure(value, _Frame()) is expected  # type: ignore[arg-type] # no more is asked of it


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a}b", 1), ("{}}", 2), ('"}"}', 3), ('"{"}', 3), ('"${"}"}"}', 8), ('"%{x}"}', 6), ('"a\\"}"}', 6), ("a", None), ('"}', None), ("{}", None)],
)  # fmt: skip
def test_where_a_brace_closes(text: str, expected: int | None) -> None:
    if expected is None:
        with pytest.raises(SyntaxFault):
            closing(text, 0)
    else:
        assert closing(text, 0) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        (r"\n\t\r\"\\", '\n\t\r"\\'),
        (r"\u00e9", "é"),
        (r"\U0001F600", "\U0001f600"),
        (r"\U00110000", ""),
        (r"\x", "x"),
        (r"\uz \U1", "uz U1"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert unescaped(text) == expected


SET = 'variable "s" {\n  type    = set(string)\n  default = ["a"]\n}\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('dynamic "x" {\n  for_each = [1, 2]\n  content {\n    v = x.value\n    k = x.key\n  }\n}', [{"v": 1, "k": 0}, {"v": 2, "k": 1}]),
        ('dynamic "x" {\n  for_each = [1]\n  iterator = it\n  content {\n    v = it.value\n  }\n}', [{"v": 1}]),
        ('dynamic "x" {\n  for_each = []\n  content {}\n}', []),
        ('dynamic "x" {\n  for_each = toset([443, 80])\n  content {\n    v = x.key\n  }\n}', [{"v": 80}, {"v": 443}]),
        ('dynamic "x" {\n  for_each = var.s\n  content {\n    v = x.key\n  }\n}', [{"v": "a"}]),
        ('dynamic "x" {\n  for_each = [1]\n}', UNKNOWN),
        ('dynamic "x" {\n  content {}\n}', UNKNOWN),
        ('dynamic "x" {\n  for_each = var.v\n  content {}\n}', UNKNOWN),
        ('x {\n  v = 0\n}\ndynamic "x" {\n  for_each = [1]\n  content {\n    v = 1\n  }\n}', [{"v": 0}, {"v": 1}]),
        ('x {\n  v = 0\n}\ndynamic "x" {\n  for_each = var.v\n  content {}\n}', UNKNOWN),
        ('dynamic "x" {\n  for_each = var.v\n  content {}\n}\nx {\n  v = 0\n}', UNKNOWN),
        ("x {\n  v = null\n}", [{}]),
    ],
)  # fmt: skip
def test_blocks(body: str, expected: Any) -> None:
    graph = graph_of(f'{SET}variable "v" {{}}\nresource "aws_y" "a" {{\n{body}\n}}\n')
    value = graph.resources["aws_y.a"].attributes["x"]
    assert (UNKNOWN if isinstance(value, Expr) else value) == expected


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("string", "1", "1"), ("string", "true", "true"), ("number", '"5"', 5), ("bool", '"true"', True), ("number", '"x"', "x"), ("any", "[1]", [1]), ("list(string)", "[1, true]", ["1", "true"]),
        ("set(string)", '["b", "a", "b"]', ["a", "b"]), ("list(string)", '["b", "a", "b"]', ["b", "a", "b"]), ("map(number)", '{ a = "1" }', {"a": 1}), ("list(string)", "5", 5),
        ('object({ a = number, b = optional(string, "x"), c = optional(bool) })', '{ a = "1", d = 2 }', {"a": 1, "b": "x", "c": None}), ("object({ a = list(string) })", "{ a = [1] }", {"a": ["1"]}), ("map(object({ a = string }))", "{ k = { a = 1 } }", {"k": {"a": "1"}}),
        ("set(any)", "[[1], [1]]", [[1], [1]]), ("tuple([string, number])", '[1, "2"]', ["1", 2]), ("tuple([string])", "{ a = 1 }", {"a": 1}), ("bool", '"1"', True), ("bool", '"x"', "x"), ("object({ a = string })", "[1]", [1]),
    ],
)  # fmt: skip
def test_values_are_converted_to_the_type_of_their_variable(kind: str, given: str, expected: Any) -> None:
    value = output(
        f'variable "x" {{\n  type    = {kind}\n  default = {given}\n}}\noutput "o" {{\n  value = var.x\n}}\n'
    )
    assert (value, type(value)) == (expected, type(expected))


JSON = """{"resource": {
  "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16", "tags": {"Name": "a:b"},
    "//": "a comment"},
    "other": {"cidr_block": "10.1.0.0/16"}}},
  "locals": {"a": 1}}
"""


@pytest.mark.parametrize(
    ("address", "argument", "expected"),
    [
        ("aws_vpc.main", None, Span("main.tf.json", 2, 15, 2, 21)),
        ("aws_vpc.main", "cidr_block", Span("main.tf.json", 2, 24, 2, 36)),
        ("aws_vpc.main", "tags", Span("main.tf.json", 2, 53, 2, 59)),
        ("aws_vpc.other", None, Span("main.tf.json", 4, 5, 4, 12)),
        ("aws_vpc.other", "cidr_block", Span("main.tf.json", 4, 15, 4, 27)),
    ],
)
def test_where_things_stand_in_json(address: str, argument: str | None, expected: Span) -> None:
    graph = read({"main.tf.json": JSON}).graph
    assert graph
    found = graph.resources[address]
    assert (found.spans[argument] if argument else found.origin.span) == expected
