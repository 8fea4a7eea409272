"""Spec is too large."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC002",
    title="Spec is too large",
    what="The file is larger than 2 MiB, or its aliases expand to more than 200,000 values.",
    why="A few lines of nested aliases could otherwise use all memory.",
    fix="Remove aliases of aliases, or split the spec into several stacks.",
    source="The design of this language.",
    bad="""\
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
""",
)
