"""However an expression is made, reading ends soon and never raises."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stage3c.readers.functions import _FUNCTIONS
from stage3c.readers.loose_functions import LOOSE

from tests.readers.folders import read

SECONDS_MAX = 30  # what is not bounded takes hours; a busy machine may be slow


def output_of(expression: str) -> str:
    return f'variable "v" {{}}\nresource "aws_eip" "a" {{\n  count = 2\n}}\noutput "o" {{\n  value = {expression}\n}}\n'


def doubling(step: str, first: str, times: int = 60) -> str:
    lines = [f"  a0 = {first}", *(f"  a{n} = {step.replace('X', f'local.a{n - 1}')}" for n in range(1, times))]
    return "locals {\n" + "\n".join(lines) + f'\n}}\nresource "aws_x" "y" {{\n  z = local.a{times - 1}\n}}\n'


@pytest.mark.parametrize(
    "text",
    [
        doubling("[X, X]", "[1]"),
        doubling("{ a = X, b = X }", "{}"),
        doubling("concat(X, X)", "[1]"),
        doubling('"${X}${X}"', '"x"'),
        doubling('join("", [X, X])', '"x"'),
        doubling("jsonencode([X, X])", '"x"'),
        doubling('"x${jsonencode([X, X])}"', '"x"'),
        doubling('"x${jsonencode(X)}"', '"\\""'),
        doubling("flatten([X, X])", "[1]"),
        doubling('format("%s%s", X, X)', '"x"'),
        doubling("merge({ a = X }, { b = X })", "{}"),
        doubling("[for x in [1, 2] : X]", "1"),
        doubling("setproduct(X, X)", "[1, 2]"),
        doubling('replace(X, "x", X)', '"xx"', 20),
        doubling("pow(X, X)", "9", 10),
        doubling("X * X", "9"),
        output_of('regexall("(a+)+b", join("", [for x in range(5000) : "a"]))'),
        output_of('regex("a*a*a*a*a*b", join("", [for x in range(5000) : "a"]))'),
        output_of('regex("(a|a)*b", join("", [for x in range(5000) : "a"]))'),
        output_of('regex("a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaa")'),
        output_of("distinct(range(10000))"),
        output_of("setsubtract(range(10000), range(10000))"),
        output_of("matchkeys(range(10000), range(10000), range(10000))"),
        output_of('format("%999999999d", 1)'),
        output_of('formatlist("%s%s", join("", [for x in range(10000) : "xxxxxxxxxxxxxxxxxxxx"]), range(10000))'),
        output_of('replace(join("", [for x in range(9999) : "xxxxxxxxxxxxxxxxxxxx"]), "/^(x*)$/", join("", [for x in range(9999) : "$1$1$1$1$1"]))'),
        output_of('format("%.999999999f", 1)'),
        output_of('cidrsubnets("::/0", 128, 128)'),
        output_of("1e999999"),
        output_of("9" * 5000),
        output_of("[for x in range(10000) : [for y in range(10000) : y]]"),
        output_of("!" * 3000 + "true"),
        output_of('"' + " " * 150_000 + 'x${~ 1}"'),
        output_of("<<A\n" + " " * 150_000 + "x${~ 1}\nA"),
        output_of("[" * 3000 + "]" * 3000),
        output_of("1" + " + 1" * 3000),
        output_of("a" + ".b" * 3000),
        output_of("true ? 1 : " * 500 + "2"),
        "\n".join(f'module "m{n}" {{\n  source = "../x"\n  count  = 900\n}}' for n in range(5)),
        "x = " + '"${' * 500,
        "/*" * 1000,
        '"' * 999,
    ],
)  # fmt: skip
def test_what_would_grow_without_end_is_bounded(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < SECONDS_MAX


def test_modules_that_call_each_other_many_times_are_bounded() -> None:
    calls = "".join(f'module "m{n}" {{\n  source = "SOURCE"\n}}\n' for n in range(5))
    files = {"main.tf": calls.replace("SOURCE", "./a0")}
    files |= {f"a{n}/main.tf": calls.replace("SOURCE", f"../a{n + 1}") for n in range(12)}
    start = time.process_time()
    assert "AUD105" in {d.code for d in read(files).faults}
    assert time.process_time() - start < SECONDS_MAX


ATOMS = st.sampled_from(
    ["1", "-2", "0", '"x"', '""', "null", "true", "var.v", "aws_eip.a", "aws_eip.a[0].id", "aws_eip.a[9].id", "[]", "{}", '["a", "b"]',
     '{ a = 1, "b" = [2] }', '"10.0.0.0/16"', "1.5", "each.key", "x.y", '"${var.v}-z"', '"%d %s"', "data.aws_x.y.z[0]"]
)  # fmt: skip
FUNCTIONS = st.sampled_from(sorted({*_FUNCTIONS, *LOOSE, "try", "can", "nothing"}))


def composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(FUNCTIONS, several, st.sampled_from(["", "..."])).map(lambda p: f"{p[0]}({p[1]}{p[2] if p[1] else ''})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]), inner).map(lambda p: f"({' '.join(p)})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        inner.map(lambda text: f"({text})[*].a"),
        inner.map(lambda text: f"({text}).*.a[0]"),
        inner.map(lambda text: f"({text}).b"),
        st.tuples(inner, inner).map(lambda p: f"[for k, v in {p[0]} : {p[1]} if v != null]"),
        st.tuples(inner, inner).map(lambda p: f"{{ for k, v in {p[0]} : k => {p[1]}... }}"),
        several.map(lambda text: f"[{text}]"),
        inner.map(lambda text: f'"a${{{text}}}b"'),
        inner.map(lambda text: f'"%{{ for x in {text} }}${{x}}%{{ endfor }}"'),
        inner.map(lambda text: f"!({text})"),
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.recursive(ATOMS, composed, max_leaves=8))
@example("element([], 1)")
@example("coalescelist([])")
@example("1 / 0")
@example('sum(["x"])')
@example("max()")
def test_no_expression_raises(expression: str) -> None:
    reading = read(output_of(expression))
    assert reading.graph is None or "o" in reading.graph.outputs
