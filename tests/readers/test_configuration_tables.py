"""What is declared, looked up, shown and placed: a row for each side of what the readers decide about a folder."""

from collections.abc import Iterator

import pytest
from stage3c.diagnostics import Span
from stage3c.disclosure import Hidden
from stage3c.graph import UNKNOWN, Expr, Graph, Json, Lifecycle, Origin, Ref, Resource, Text, Value, blocks
from stage3c.readers.bodies import traversal
from stage3c.readers.declarations import declarations
from stage3c.readers.lookups import IDENTIFIERS, without_lookups
from stage3c.readers.nodes import Call, For, Literal, Name, Node, Operation, Template
from stage3c.readers.reading import WORDS_MAX, Reading, members_of, words_of
from stage3c.readers.secrets import secrets_in, shown, veiled, without_literals
from stage3c.readers.syntax import parse_expression, parse_hcl, parse_template
from stage3c.readers.templates import SyntaxFault, template

from tests.readers.folders import graph_of, read

DECLARED = """
variable "v" {}
locals {
  l = 1
}
resource "aws_vpc" "main" {}
data "aws_vpc" "found" {}
module "m" {
  source = "./m"
}
module "far" {
  source = "git::https://example.com/x"
}
module "none" {
  source = "./none"
}
"""


def missing(expression: str, where: str = "output") -> list[str]:
    """What is said to be declared nowhere."""
    texts = {
        "output": f'output "o" {{\n  value = {expression}\n}}\n',
        "resource": f'resource "aws_x" "x" {{\n  {expression}\n}}\n',
        "local": f"locals {{\n  k = {expression}\n}}\n",
        "provider": f'provider "aws" {{\n  region = {expression}\n}}\n',
        "module": f'module "n" {{\n  source = "./m"\n  a = {expression}\n}}\n',
    }
    m = 'variable "a" {\n  default = 1\n}\noutput "out" {\n  value = 1\n}\n'
    return of_code(read({"main.tf": DECLARED + texts[where], "m/main.tf": m}), "AUD107")


def of_code(reading: Reading, code: str) -> list[str]:
    return [fault.cause.partition(" ")[0] for fault in reading.faults if fault.code == code]


@pytest.mark.parametrize("where", ["output", "local", "provider", "module"])
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.v", []), ("var.w", ["var.w"]), ("var.w.x", ["var.w"]), ("local.l", []), ("local.n", ["local.n"]),
        ("aws_vpc.main.id", []), ("aws_vpc.other.id", ["aws_vpc.other"]), ("aws_eip.main.id", ["aws_eip.main"]),
        ("data.aws_vpc.found.id", []), ("data.aws_vpc.main.id", ["data.aws_vpc.main"]), ("aws_vpc.found.id", ["aws_vpc.found"]),
        ("module.m.out", []), ("module.m.other", ["module.m.other"]), ("module.m", []), ("module.x.out", ["module.x.out"]), ("module.x", ["module.x"]),
        ("module.far.anything", []), ("module.none.anything", []), ("path.module", []), ("terraform.workspace", []), ("each.key", []), ("count.index", []),
        ("aws_vpc.main.tags[var.w]", ["var.w"]), ("aws_vpc.main.tags[0][var.w].x", ["var.w"]), ("[var.w]", ["var.w"]), ("{ a = var.w }", ["var.w"]),
        ("{ (var.w) = 1 }", ["var.w"]), ("upper(var.w)", ["var.w"]), ("upper(var.w).x", ["var.w"]), ("!var.w", ["var.w"]), ("true ? 1 : var.w", ["var.w"]), ('"a${var.w}"', ["var.w"]),
        ("[for x in var.w : x]", ["var.w"]), ("[for x in [1] : var.w]", ["var.w"]), ("[for x in [1] : x.y if var.w]", ["var.w"]), ("{ for x in [1] : var.w => 1 }", ["var.w"]),
        ("[for x in [{}] : x.y.z]", []), ("[for x in [1] : x.y][0]", []), ("[x.y.z for_ in [1]]", None), ("aws_vpc.main[*].id", []), ("aws_vpc.none[*].id", ["aws_vpc.none"]),
        ("var.v[*].id[var.w]", ["var.w"]), ("var", []), ("data.aws_vpc", []),
    ],
)  # fmt: skip
def test_references_to_what_is_declared_nowhere(where: str, expression: str, expected: list[str] | None) -> None:
    if expected is not None:
        assert missing(expression, where) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("depends_on = [aws_vpc.main]", []),
        ("depends_on = [aws_vpc.other]", ["aws_vpc.other"]),
        ("provider = aws.none", []),
        ("lifecycle {\n    ignore_changes = [tags.x.y]\n  }", []),
        ("lifecycle {\n    replace_triggered_by = [aws_vpc.other.id]\n  }", ["aws_vpc.other"]),
        ('dynamic "b" {\n    for_each = [1]\n    content {\n      x = b.value.y\n    }\n  }', []),
        (
            'dynamic "b" {\n    for_each = [1]\n    iterator = it\n    content {\n      x = [b.value.y, it.value.y]\n    }\n  }',
            [],
        ),
        ('dynamic "b" {\n    for_each = [1]\n    content {\n      x = c.value.y\n    }\n  }', ["c.value"]),
        ("b {\n    x = var.w\n  }", ["var.w"]),
        ("type = var.w", ["var.w"]),
        ("validation {\n    x = var.w\n  }", ["var.w"]),
        ("x = self.a.b", []),
    ],
)
def test_what_blocks_bind(body: str, expected: list[str]) -> None:
    assert missing(body, "resource") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"resource": {"aws_x": {"x": {"depends_on": ["aws_vpc.none[0]"]}}}}', ["aws_vpc.none"]),
        ('{"resource": {"aws_x": {"x": {"depends_on": ["aws_vpc.main"]}}}}', []),
        ('{"resource": {"aws_x": {"x": {"dynamic": {"b": {"for_each": [1], "content": {"y": "${b.value.z}"}}}}}}}', []),
        ('{"resource": {"aws_x": {"x": {"dynamic": {"b": [{"for_each": [1], "iterator": "it", "content": {"y": "${it.value.z}"}}]}}}}}', []),
        ('{"resource": {"aws_x": {"x": {"dynamic": {"b": {"for_each": [1], "content": {"y": "${c.value.z}"}}}}}}}', ["c.value"]),
        ('{"resource": {"aws_x": {"x": {"dynamic": {"b": {"for_each": [1], "iterator": {"a": 1}, "content": {"y": 1}}}}}}}', []),
        ('{"resource": {"aws_x": {"x": {"a": "${var.w}"}}}}', ["var.w"]),
        ('{"resource": {"aws_x": {"x": {"provider": "aws.none", "a": "${var.v}"}}}}', []),
    ],
)  # fmt: skip
def test_references_in_json(text: str, expected: list[str]) -> None:
    assert (
        of_code(
            read({"main.tf": DECLARED, "x.tf.json": text, "m/main.tf": 'output "out" {\n  value = 1\n}\n'}), "AUD107"
        )
        == expected
    )


def test_providers_that_a_module_is_passed_are_no_references() -> None:
    text = 'module "n" {\n  source = "./n"\n  providers = { aws = aws.none, aws.x = aws.other }\n}\n'
    assert of_code(read({"main.tf": text, "n/main.tf": "locals {}\n"}), "AUD107") == []


def test_nothing_is_missing_in_a_folder_that_could_not_be_read_whole() -> None:
    assert of_code(read({"main.tf": "x = {\n", "a.tf": 'output "o" {\n  value = var.w\n}\n'}), "AUD107") == []


def found(*resources: Resource) -> dict[str, Value]:
    """What somebody who uses a data source refers to."""
    user = Resource("aws_user", "u", {"a": Ref("data.aws_x.d", "id")}, origin=resources[0].origin)
    return {each.address: each.attributes.get("a") for each in without_lookups([*resources, user])}


def resource(
    name: str,
    attributes: dict[str, Value] | None = None,
    mode: str = "resource",
    *,
    kind: str = "aws_x",
    provider: str | None = None,
    certain: bool = True,
) -> Resource:
    origin = Origin((), Span("main.tf"))
    return Resource(kind, name, attributes or {}, origin, mode, provider=provider, certain=certain)


def lookup(**attributes: Value) -> Resource:
    return resource("d", attributes, "data")


HOME, DATA = Ref("aws_x.r", "id"), Ref("data.aws_x.d", "id")


@pytest.mark.parametrize("key", IDENTIFIERS)
def test_a_data_source_names_a_resource_by_any_of_its_identifiers(key: str) -> None:
    named = lookup(**{key: Ref("aws_x.r", "x")})
    assert found(resource("r"), named)["aws_user.u"] == HOME
    assert found(resource("r", certain=False), named)["aws_user.u"] == DATA
    assert found(resource("r", kind="aws_y"), lookup(**{key: Ref("aws_y.r", "x")}))["aws_user.u"] == DATA
    assert found(resource("r", mode="data"), lookup(**{key: Ref("data.aws_x.r", "x")}))["aws_user.u"] == DATA


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("name", "name"),
        ("bucket", "bucket"),
        ("identifier", "identifier"),
        ("function_name", "function_name"),
        ("cluster_name", "name"),
        ("db_instance_identifier", "identifier"),
    ],
)
def test_a_data_source_names_a_resource_by_its_name(key: str, own: str) -> None:
    named = lookup(**{key: "shop"})
    assert found(resource("r", {own: "shop"}), named)["aws_user.u"] == HOME
    assert found(resource("r", {own: "web"}), named)["aws_user.u"] == DATA
    assert found(resource("r", {own: "shop"}, certain=False), named)["aws_user.u"] == DATA
    assert found(resource("r", {own: "shop"}, provider="aws.west"), named)["aws_user.u"] == DATA
    assert found(resource("r", {own: "shop"}), resource("s", {own: "shop"}), named)["aws_user.u"] == DATA
    assert found(resource("r", {own: ""}), lookup(**{key: ""}))["aws_user.u"] == DATA


AMI, OTHER = Ref("aws_ami.r", "id"), Ref("aws_z.z", "id")


def test_images_and_tags_that_are_no_texts_name_nothing() -> None:
    for kind in ("aws_ami", "aws_route53_zone"):
        named = [resource("r", {"name": "i"}, kind=kind), resource("d", {"name": "i"}, "data", kind=kind)]
        user = Resource("aws_user", "u", {"a": Ref(f"data.{kind}.d", "id")}, origin=named[0].origin)
        told = {each.address: each.attributes for each in without_lookups([*named, user])}
        assert told["aws_user.u"]["a"] == Ref(f"data.{kind}.d", "id")
    tags: Value = {"Name": OTHER}
    assert found(resource("r", {"tags": tags}), lookup(tags=tags))["aws_user.u"] == DATA
    assert found(resource("r", {"tags": {"Name": "a"}}), lookup(tags={"Name": "a"}))["aws_user.u"] == HOME
    assert found(resource("r", {"tags": "a"}), lookup(tags={"Name": "a"}))["aws_user.u"] == DATA


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (DATA, HOME), ([DATA, 1], [HOME, 1]), ({"k": (DATA,)}, {"k": [HOME]}), (Json([DATA]), Json([HOME])), (Text("a", DATA), Text("a", HOME)), (Expr("x", (DATA, OTHER)), Expr("x", (HOME, OTHER))), (OTHER, OTHER), (None, None), (True, True),
    ],
)  # fmt: skip
def test_references_are_replaced_wherever_they_stand(value: Value, expected: Value) -> None:
    user = Resource("aws_user", "u", {"a": value}, origin=Origin((), Span("main.tf")))
    named = [resource("r", {"name": "shop"}), lookup(name="shop")]
    told = {each.address: each.attributes for each in without_lookups([*named, user])}
    assert told["aws_user.u"]["a"] == expected
    assert told["data.aws_x.d"] == {"name": "shop"}


def test_the_arn_of_a_version_is_that_of_its_secret() -> None:
    def of(secret: Value) -> Value:
        version = resource("v", {"secret_id": secret}, kind="aws_secretsmanager_secret_version")
        home = resource("s", kind="aws_secretsmanager_secret")
        user = resource("u", {"a": Ref(version.address, "arn"), "b": Ref(version.address, "id")}, kind="aws_user")
        (told,) = (each for each in without_lookups([home, version, user]) if each.type == "aws_user")
        assert told.attributes["b"] == Ref(version.address, "id")
        return told.attributes["a"]

    own = Ref("aws_secretsmanager_secret_version.v", "arn")
    assert of(Ref("aws_secretsmanager_secret.s", "id")) == Ref("aws_secretsmanager_secret.s", "arn")
    assert of("shop") == own
    assert of(Ref("aws_secretsmanager_secret.none", "id")) == own


def nested(value: Value, depth: int) -> Value:
    for _ in range(depth):
        value = [value]
    return value


def graph_with(attributes: dict[str, Value]) -> Graph:
    return Graph.of([resource("r", attributes)])


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"password": "hunter2"}, ["hunter2"]),
        ({"password": "true"}, []),
        ({"password": "arn:aws:x"}, []),
        ({"password": "/shop/x"}, []),
        ({"kms_key_secret": "alias/x"}, []),
        ({"name": "hunter2"}, []),
        ({"password": Text("a", Ref("x"))}, []),
        ({"block": {"password": "hunter2"}}, ["hunter2"]),
        ({"list": [{"password": "hunter2"}]}, ["hunter2"]),
        ({"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}, ["hunter2"]),
        ({"env": [{"name": "DB_HOST", "value": "hunter2"}]}, []),
        ({"env": [{"name": "DB_PASSWORD", "other": "hunter2"}]}, []),
        ({"doc": Json([{"name": "DB_PASSWORD", "value": "hunter2"}])}, ["hunter2"]),
        ({"doc": '[{"name": "DB_PASSWORD", "value": "hunter2"}]'}, ["hunter2"]),
        ({"doc": ['[{"name": "DB_PASSWORD", "value": "hunter2"}]']}, ["hunter2"]),
        ({"doc": '[{"a": "{\\"password\\": \\"hunter2\\"}"}]'}, ["hunter2"]),
        ({"doc": "[AKIAIOSFODNN7EXAMPLE"}, ["[AKIAIOSFODNN7EXAMPLE"]),
        ({"doc": Json({"password": "hunter2"})}, ["hunter2"]),
        ({"password": ["hunter2"]}, []),
        ({"name": "AKIAIOSFODNN7EXAMPLE"}, ["AKIAIOSFODNN7EXAMPLE"]),
        *(
            ({"a": nested(secret, depth)}, [text])
            for depth in (1, 38, 39, 40, 5000)
            for secret, text in (
                ({"password": "hunter2"}, "hunter2"),
                ('{"password": "hunter2"}', "hunter2"),
                ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
                ('["AKIAIOSFODNN7EXAMPLE"]', "AKIAIOSFODNN7EXAMPLE"),
            )
        ),
    ],
)
def test_the_secrets_of_a_graph(attributes: dict[str, Value], expected: list[str]) -> None:
    assert [
        text for text in secrets_in(graph_with(attributes)) if text in ("hunter2", "AKIAIOSFODNN7EXAMPLE", *expected)
    ] == expected


@pytest.mark.parametrize(
    ("value", "left", "texts"),
    [
        ("s", UNKNOWN, {"s"}), (5, UNKNOWN, {"5"}), (1.5, UNKNOWN, {"1.5"}), (True, True, set()), (None, None, set()), (Ref("a"), Ref("a"), set()),
        (Expr("x"), Expr("x"), set()), (Text("s", Ref("a")), Expr("not known", (Ref("a"),)), {"s"}), ({"k": "s"}, {"k": UNKNOWN}, {"s"}), (["s", 1], [UNKNOWN, UNKNOWN], {"s", "1"}),
        (Json({"k": "s"}), Json({"k": UNKNOWN}), {"s"}),
    ],
)  # fmt: skip
def test_what_a_sensitive_value_shows(value: Value, left: Value, texts: set[str]) -> None:
    hidden: set[str] = set()
    assert veiled(value, hidden) == left
    assert hidden == texts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('password = "hunter2"', 'password = "***"'),
        ('  "password": "hunter2",', '  "password": "***",'),
        ('name = "hunter2"', 'name = "hunter2"'),
        ("password = var.x", "password = var.x"),
        ('{ name = "DB_PASSWORD", value = "hunter2" }', '{ name = "DB_PASSWORD", value = "***" }'),
        ('{ name = "DB_HOST", value = "db" }', '{ name = "DB_HOST", value = "db" }'),
        ('x = "AKIAIOSFODNN7EXAMPLE"', 'x = "***"'),
        ("x = 'plain'", "x = 'plain'"),
    ],
)
def test_lines_that_are_shown(line: str, expected: str) -> None:
    (told,) = shown([line], Hidden(frozenset()))
    assert told.replace("****", "***").replace("*****", "***") == expected


def test_a_line_that_cannot_be_parsed_shows_nothing_that_is_assigned() -> None:
    stars = without_literals(['a = "s" oops', 'resource "aws_x" "y" {', '"k": "s"'])
    assert '"s"' not in " ".join(stars)
    assert stars[1] == 'resource "aws_x" "y" {'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", Literal("a")), ("${var.x}", parse_expression("var.x")), ("a${b.c}d", Template(("a", parse_expression("b.c"), "d"))), ("$${a}", Literal("${a}")), ("%%{a}", Literal("%{a}")),
        ("%{ if a }y%{ endif }", Operation("?", (Name("a"), Literal("y"), Literal("")))),
        ("%{ if a }y%{ else }n%{ endif }", Operation("?", (Name("a"), Literal("y"), Literal("n")))),
        ("%{ for x in a }${x}%{ endfor }", Call("join", (Literal(""), For(("x",), Name("a"), None, Template((Name("x"), "")), None)))),
        ("%{ for i, x in a }-%{ endfor }", Call("join", (Literal(""), For(("i", "x"), Name("a"), None, Literal("-"), None)))),
        ("a \n ${~ b ~} \n c", Template(("a \n", Name("b"), " c"))), ("a\n${~ b ~}\n\n c", Template(("a\n", Name("b"), "\n c"))), ("a ${~ b } c", Template(("a", Name("b"), " c"))), ("a ${ b ~} c", Template(("a ", Name("b"), "c"))),
        ("%{ if a }", None), ("%{ endif }", None), ("%{ else }", None), ("%{ if a }%{ endfor }", None), ("%{ for a }%{ endfor }", None), ("%{ while }", None), ("%{ if a }%{ else }%{ else }%{ endif }", None), ("${", None), ("${a", None), ("${1)\ny = (2}", None), ("${1)\nx = (2}", None),
    ],
)  # fmt: skip
def test_templates(text: str, expected: Node | None) -> None:
    if expected is None:
        with pytest.raises(SyntaxFault):
            template(text, parse_expression)
    else:
        assert template(text, parse_expression) == expected
        assert parse_template(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a = 1\nb = {\n", 3, 1), ("a = 1\na = 2\n", 2, 1), ("a = 1\n  = 2\n", 2, 3), ('a = "${"\n', 1, None)],
)  # fmt: skip
def test_where_a_fault_of_syntax_stands(text: str, line: int, column: int | None) -> None:
    with pytest.raises(SyntaxFault) as raised:
        parse_hcl(text, "main.tf")
    assert raised.value.line == line
    assert column is None or raised.value.column == column


@pytest.mark.parametrize(
    ("text", "block", "argument"),
    [
        ('{"resource": {"aws_x": {"a": {"p": 1}}}}', (1, 25), (1, 31)),
        ('\n{"resource": {"aws_x": {"a": {"p": 1}}}}', (2, 25), (2, 31)),
        ('{"resource":\n {"aws_x":\n\n  {"a": {\n"p": 1}}}}', (4, 4), (5, 1)),
        ('[{"locals": {"a": ["x", {"a": 1}]}}, {"resource": {"aws_x": {"a": {"o": [1, {"p": 2}], "p": 1}}}}]', (1, 62), (1, 88)),
        ('{"locals": {"x": "{\\"resource\\": ["}, "resource": {"aws_x": {"a": {"p": 1}}}}', (1, 62), (1, 68)),
        ('{"resource": {"aws_x": {"a": [{"p": 1}]}}, "resource": {"aws_x": {"b": {"p": 1}}}}', (1, 25), (1, 32)),
    ],
)  # fmt: skip
def test_where_keys_of_json_stand(text: str, block: tuple[int, int], argument: tuple[int, int]) -> None:
    found = declarations(".", {"main.tf.json": text.encode()}).resources["resource", "aws_x", "a"]
    (line, column), (inner_line, inner) = block, argument
    assert found.span == Span("main.tf.json", line, column, line, column + 3)
    assert found.body.spans["p"] == Span("main.tf.json", inner_line, inner, inner_line, inner + 3)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", "a"), ("a.b", "a.b"), ("a.b[0]", "a.b[0]"), ('a.b["k"].c', 'a.b["k"].c'), ('"a.b"', "a.b"), ("5", ""), ("if", "if"), ("f(a)", ""), ("[a]", ""),
    ],
)  # fmt: skip
def test_what_is_referred_to_as_it_is_written(expression: str, expected: str) -> None:
    assert traversal(parse_expression(expression)) == expected


def test_where_blocks_and_arguments_stand() -> None:
    body = parse_hcl('\nresource "aws_x" "y" {\n  long_name = 1\n  inner {\n    a = 2\n  }\n}\n', "main.tf")
    (block,) = body.blocks
    (inner,) = block.body.blocks
    assert block.span == Span("main.tf", 2, 1, 2, 9)
    assert block.labels == ("aws_x", "y")
    assert block.body.spans == {"long_name": Span("main.tf", 3, 3, 3, 12)}
    assert inner.span == Span("main.tf", 4, 3, 4, 8)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.tf", b"", 0), ("a.tf", b"x y\nz", 4), ("a.tf", b"a-1 = {", 3), ("a.tf", b"a" * 12, 1), ("a.tf", b"a" * 13, 2), ("a.tf", b"\n" * 2000, 2000), ("a.tf", b"\n" * 2001, WORDS_MAX + 1),
        ("a.tf", b"-1" * 1000, 167), ("a.tf", b"-1" * 1001, WORDS_MAX + 1), ("a.json", b"[,,,]", 0), ("a.json", b"[,,,,]", 1), ("a.json", b"{,,,,,,,,,}", 2), ("a.json", b"x" * 59, 0), ("a.json", b"x" * 60, 1), ("a.json", b"x" * 120, 2),
    ],
)  # fmt: skip
def test_about_how_many_words_a_file_has(name: str, data: bytes, expected: int) -> None:
    assert words_of(name, data) == expected


def test_about_how_many_values_a_document_has() -> None:
    assert members_of(b'{"a": [1, 2], "b": 3}') == 4


def codes(files: dict[str, str]) -> Iterator[tuple[str, int]]:
    return ((fault.code, fault.span.line) for fault in read(files).faults)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": 'resource "aws_x" {}\n'}, [("AUD101", 1)]),
        ({"main.tf": 'variable "a" "b" {}\n'}, [("AUD101", 1)]),
        ({"main.tf": "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n"}, [("AUD106", 5)]),
        ({"main.tf": "locals {\n  a = 1\n}\n", "override.tf": "locals {\n  a = 2\n}\n"}, []),
        ({"main.tf": "locals {\n  a = 1\n}\n", "x_override.tf": "locals {\n  a = 2\n}\n"}, []),
        ({"main.tf": "locals {\n  a = 1\n}\n", "xoverride.tf": "locals {\n  a = 2\n}\n"}, [("AUD106", 2)]),
        ({"main.tf": "locals {\n  a {\n  }\n}\n"}, [("AUD101", 2)]),
        ({"main.tf": 'output "o" {\n  value = 1\n}\noutput "o" {\n  value = 2\n}\n'}, [("AUD106", 4)]),
        ({"main.tf": 'provider "aws" {}\nprovider "aws" {\n  alias = "x"\n}\n'}, []),
        ({"main.tf": "moved {\n  from = aws_x.a\n  to = aws_x.b\n}\n"}, []),
        ({"main.tf.json": '{"resource": 5}'}, [("AUD101", 1)]),
        ({"main.tf.json": '{"output": {"a": {"value": 1, "value": 1}}}'}, [("AUD101", 1)]),  # as Terraform has it
        ({"main.tf.json": '{"output": {"a": {"value": 1, "value": {}}}}'}, [("AUD101", 1)]),
        ({"main.tf.json": '{"output": {"a": {"value": {"x": 1, "x": 2}}}}'}, [("AUD101", 1)]),
        ({"main.tf.json": '{"//": 1, "//": 2, "output": {"a": {"value": 1}}, "output": {"b": {"value": 1}}}'}, []),
        ({"main.tf.json": "5"}, [("AUD101", 1)]),
        ({"main.tf.json": '{\n"locals": }'}, [("AUD101", 2)]),
        ({"main.tf.json": '{"locals":\n"${"}'}, [("AUD101", 1)]),
        ({"main.tf.json": "[" * 20_000}, [("AUD101", 1)]),
        ({"main.tf.json": '{"//": 5, "locals": {"a": 1}}'}, []),
        ({"main.tf.json": '{"resource": {"//": "c"}}'}, [("AUD101", 1)]),
        ({"main.tf.json": '{"resource": {"aws_x": {"//": "c"}}}'}, [("AUD101", 1)]),
        ({"main.tf.json": '{"output": {"//": "c"}}'}, [("AUD101", 1)]),
        ({"main.tf.json": '[{"locals": {"a": 1}}, {"output": {"o": {"value": 1}}}]'}, []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_declarations(files: dict[str, str], expected: list[tuple[str, int]]) -> None:
    assert list(codes(files)) == expected


@pytest.mark.parametrize(
    "own",
    [
        "count = 1", 'for_each = toset(["a"])', "depends_on = [aws_y.b]", "provider = aws.west", "lifecycle {}", 'provisioner "local-exec" {\n  command = "x"\n}',
        'connection {\n  host = "x"\n}',
    ],
)  # fmt: skip
def test_what_is_terraform_s_own_is_no_argument(own: str) -> None:
    graph = graph_of(
        f'resource "aws_y" "b" {{}}\nresource "aws_x" "a" {{\n  p = 1\n  {own}\n  b {{\n    {own}\n  }}\n}}\n'
    )
    (found,) = graph.of_type("aws_x")
    assert set(found.attributes) == {"p", "b"}
    (inner,) = blocks(found.attributes["b"])
    assert set(inner) == {own.split(maxsplit=1)[0]}


def test_what_a_module_is_passed_is_what_may_be_used_there() -> None:
    own = "providers = { aws = aws.west }\n  depends_on = [aws_y.b]\n  count = 1"
    found = read(f'resource "aws_y" "b" {{}}\nmodule "m" {{\n  source = "a/b/c"\n  p = aws_y.b.id\n  {own}\n}}\n').graph
    assert found
    assert [set(each.attributes) for each in found.resources.values() if each.mode == "module"] == [{"p"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"output": {"o": {"value": 1}}, "output": {"p": {"value": 2}}}', {"o": 1, "p": 2}), ('{"output": [{"o": {"value": 1}}], "output": {"p": {"value": 2}}}', {"o": 1, "p": 2}),
        ('{"output": {"o": {"value": 1}}, "output": [{"p": {"value": 2}}, {"q": {"value": 3}}]}', {"o": 1, "p": 2, "q": 3}),
        ('{"output": {"o": {"value": "%{ if true }x%{ endif }"}, "p": {"value": "$${a} %%{b}"}, "q": {"value": "${1}"}, "r": {"value": null}, "s": {"value": "a\\nb"}}}', {"o": "x", "p": "${a} %{b}", "q": 1, "r": None, "s": "a\nb"}),
    ],
)  # fmt: skip
def test_what_json_declares(text: str, expected: dict[str, Value]) -> None:
    assert {name: output.value for name, output in graph_of({"main.tf.json": text}).outputs.items()} == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [("value = 1", True), ("value = 1\n  sensitive = true", False), ("value = 1\n  sensitive = false", True), ("value = 1\n  sensitive = local.s", False), ("value = nonsensitive(1)", False), ("value = [nonsensitive(1)]", False)],
)  # fmt: skip
def test_outputs_that_show_what_they_hold(arguments: str, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    graph = graph_of(f'locals {{\n  s = false\n}}\noutput "o" {{\n  {arguments}\n}}\n')
    assert graph.outputs["o"].is_open is expected


def test_comments_of_json_are_nothing_inside_of_blocks() -> None:
    text = (
        '{"//": 1, "resource": {"aws_x": {"a": {"//": "c", "p": 1, "b": {"//": "c", "q": {"//": [], "r": 2}}}}},'
        ' "locals": {"//": "c", "l": 1}, "output": {"o": {"//": "c", "value": "${local.l}"}}}'
    )
    graph = graph_of({"main.tf.json": text})
    assert {address: each.attributes for address, each in graph.resources.items()} == {
        "aws_x.a": {"p": 1, "b": {"q": {"r": 2}}}
    }
    assert {name: output.value for name, output in graph.outputs.items()} == {"o": 1}


@pytest.mark.parametrize(
    ("hcl", "text", "expected"),
    [
        ("", "{}", Lifecycle()), ("create_before_destroy = true", '{"create_before_destroy": true}', Lifecycle(create_before_destroy=True)), ("create_before_destroy = false", '[{"create_before_destroy": false}]', Lifecycle()),
        ("prevent_destroy = true", '[{"prevent_destroy": true}]', Lifecycle(prevent_destroy=True)), ("prevent_destroy = false", '{"prevent_destroy": false}', Lifecycle()),
        ('ignore_changes = [tags, a[0].b, c["d"]]', '{"ignore_changes": ["tags", "a[0].b", "c[\\"d\\"]"]}', Lifecycle(ignore_changes=("tags", "a[0].b", 'c["d"]'))), ("ignore_changes = all", '{"ignore_changes": "all"}', Lifecycle(ignore_changes=("all",))),
        ("ignore_changes = []", '[{"ignore_changes": []}]', Lifecycle()), ("replace_triggered_by = [aws_y.b]", '{"replace_triggered_by": ["aws_y.b"]}', Lifecycle(replace_triggered_by=("aws_y.b",))),
        ("replace_triggered_by = [aws_y.b.id]", '[{"replace_triggered_by": ["aws_y.b.id"]}]', Lifecycle(replace_triggered_by=("aws_y.b.id",))), ('precondition {\n condition = true\n error_message = "x"\n }', "{}", Lifecycle()),
    ],
)  # fmt: skip
def test_the_lifecycle_of_a_resource(hcl: str, text: str, expected: Lifecycle) -> None:
    other = 'resource "aws_y" "b" {}\n'
    written = graph_of(f'{other}resource "aws_x" "a" {{\n  lifecycle {{\n    {hcl}\n  }}\n}}\n')
    in_json = graph_of({"b.tf": other, "a.tf.json": f'{{"resource": {{"aws_x": {{"a": {{"lifecycle": {text}}}}}}}}}'})
    assert [each.resources["aws_x.a"].lifecycle for each in (written, in_json)] == [expected] * 2
    assert [each.resources["aws_x.a"].attributes for each in (written, in_json)] == [{}] * 2


@pytest.mark.parametrize(
    ("dynamic", "expected"),
    [
        ('{"b": {"for_each": [1, 2], "content": {"v": "${b.value}", "k": "${b.key}"}}}', [{"v": 1, "k": 0}, {"v": 2, "k": 1}]), ('{"b": {"for_each": {"x": "y"}, "content": {"v": "${b.value}", "k": "${b.key}"}}}', [{"v": "y", "k": "x"}]),
        ('{"b": {"for_each": [1], "iterator": "it", "content": {"v": "${it.value}"}}}', [{"v": 1}]), ('{"b": [{"for_each": [1], "content": {"v": 1}}, {"for_each": [2], "content": {"v": "${b.value}"}}]}', [{"v": 1}, {"v": 2}]),
        ('{"b": {"for_each": [], "content": {}}}', []), ('{"b": {"content": {}}}', UNKNOWN), ('{"b": {"for_each": [1]}}', UNKNOWN), ('{"b": {"for_each": "${var.v}", "content": {}}}', UNKNOWN), ('{"b": 5}', UNKNOWN),
        ('{"b": [{"for_each": [1], "content": {"v": 1}}, {"for_each": "${var.v}", "content": {}}]}', UNKNOWN), ('{"b": [{"for_each": "${var.v}", "content": {}}, {"for_each": [1], "content": {"v": 1}}]}', UNKNOWN),
    ],
)  # fmt: skip
def test_dynamic_blocks_of_json(dynamic: str, expected: Value) -> None:
    text = f'{{"variable": {{"v": {{}}}}, "resource": {{"aws_x": {{"a": {{"dynamic": {dynamic}}}}}}}}}'
    found = graph_of({"main.tf.json": text}).resources["aws_x.a"].attributes
    assert set(found) == {"b"}
    assert found["b"] == expected or (expected == UNKNOWN and isinstance(found["b"], Expr))


def test_an_override_replaces_arguments_and_blocks_of_its_kinds() -> None:
    main = 'resource "aws_x" "a" {\n  p = 1\n  q = 1\n  b {\n    r = 1\n  }\n  c {\n    r = 1\n  }\n  dynamic "d" {\n    for_each = [1]\n    content {}\n  }\n}\n'
    over = 'resource "aws_x" "a" {\n  q = 2\n  b {\n    r = 2\n  }\n  d {\n    r = 2\n  }\n}\n'
    graph = graph_of({"main.tf": main, "override.tf": over})
    assert graph.resources["aws_x.a"].attributes == {"p": 1, "q": 2, "b": [{"r": 2}], "c": [{"r": 1}], "d": [{"r": 2}]}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n'}, {"bucket": "b"}),
        ({"main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n  }\n}\n'}, {"bucket": "b", "key": "k"}),
        ({"main.tf": 'terraform {\n  backend "s3" {}\n}\n'}, {}), ({"main.tf": 'terraform {\n  backend "gcs" {\n    bucket = "b"\n  }\n}\n'}, {"kind": "gcs"}),
        ({"main.tf": 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n'}, {"kind": "cloud"}), ({"main.tf": 'terraform {\n  required_version = "1"\n}\n'}, None), ({"main.tf": "locals {}\n"}, None),
        ({"main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n', "override.tf": 'terraform {\n  backend "s3" {\n    bucket = "c"\n  }\n}\n'}, {"bucket": "c"}),
        ({"main.tf.json": '{"terraform": {"backend": {"s3": {"bucket": "b"}}}}'}, {"bucket": "b"}), ({"main.tf.json": '{"terraform": {"backend": {"gcs": {"bucket": "b"}}}}'}, {"kind": "gcs"}),
        ({"main.tf.json": '{"terraform": {"cloud": {"organization": "o"}}}'}, {"kind": "cloud"}), ({"main.tf.json": '{"terraform": {"backend": {"s3": 5}}}'}, {}),
    ],
)  # fmt: skip
def test_where_the_state_is(files: dict[str, str], expected: Value) -> None:
    assert graph_of(files).backend == expected


@pytest.mark.parametrize("data", ["[1]", "5", '"v"', "{"])
def test_a_variable_file_of_json_is_an_object(data: str) -> None:
    found = read({"main.tf": 'variable "v" {}\n', "x.tfvars.json": data}, ["x.tfvars.json"]).faults
    assert [each.code for each in found if each.span.file == "x.tfvars.json"] == ["AUD101"]


@pytest.mark.parametrize(
    ("files", "var_files", "expected"),
    [
        ({}, [], "--var-file FILE."), ({"x.tfvars": ""}, [], "--var-file x.tfvars."), ({"x.tfvars.json": "{}"}, [], "--var-file x.tfvars.json."), ({"x.tfvars": "", "y.tfvars": ""}, [], "--var-file FILE, with one of x.tfvars, y.tfvars."),
        ({"x.auto.tfvars": ""}, [], "--var-file FILE."), ({"terraform.tfvars": ""}, [], "--var-file FILE."), ({f"{n}.tfvars": "" for n in range(6)}, [], "--var-file FILE, with one of 0.tfvars, 1.tfvars, 2.tfvars, 3.tfvars, 4.tfvars, 5.tfvars."),
        ({f"{n}.tfvars": "" for n in range(7)}, [], "--var-file FILE."), ({"x.tfvars": "v = 1\n"}, ["x.tfvars"], None), ({"x.tfvars": "w = 1\n"}, ["x.tfvars"], "--var-file x.tfvars."),
    ],
)  # fmt: skip
def test_what_gives_a_value_to_a_variable(files: dict[str, str], var_files: list[str], expected: str | None) -> None:
    found = [
        each for each in read({"main.tf": 'variable "v" {}\n', **files}, var_files).faults if each.code == "AUD109"
    ]
    assert [each.fix for each in found] == ([] if expected is None else [f"add {expected}"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('output "o" {\n  value = 1\n  description = "d"\n}\n', "d"), ('output "o" {\n  value = 1\n}\n', ""), ('output "o" {\n  value = 1\n  description = 5\n}\n', ""), ('output "o" {\n  value = 1\n  description = upper("d")\n}\n', ""),
    ],
)  # fmt: skip
def test_descriptions_of_outputs(text: str, expected: str) -> None:
    assert graph_of(text).outputs["o"].description == expected
