"""A key that is renamed and says what it was: its addresses are new, and AWS sees nothing of it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from stage3c.graph import Expr, Json, Ref, Text, Value
from stage3c.pipeline import compile_spec

from tests.live.test_everything import EVERYTHING, with_new_keys


def made(text: str) -> tuple[set[str], Counter[tuple[str, str]]]:
    """The addresses of a spec, and what AWS is told, whatever the addresses are that it comes from."""
    whole = text.replace("credentials: self_managed", "credentials: self_managed\n    replicas: 2")
    compilation = compile_spec(whole.encode(), "spec.yaml")
    (build,) = compilation.builds
    assert build.graph, compilation.diagnostics
    managed = [each for each in build.graph.resources.values() if each.mode == "resource"]
    silent = [each for each in managed if each.type != "aws_cloudwatch_dashboard"]  # it has the keys as titles
    return {each.address for each in managed}, Counter((each.type, told(each.attributes)) for each in silent)


def told(value: Value) -> str:
    match value:
        case Ref(address=address, attribute=attribute):
            return f"{address.split('.')[0]}.{attribute}"
        case Expr(template=template, refs=refs):
            return template + told(refs)
        case Text(parts=inner) | Json(value=inner):
            return told(inner)
        case Mapping():
            return str({key: told(each) for key, each in value.items()})
        case Sequence() if not isinstance(value, str):
            return str([told(each) for each in value])
        case _:
            return str(value)


def test_what_aws_is_told_stays_when_every_key_is_renamed_and_says_what_it_was() -> None:
    addresses, names = made(EVERYTHING.read_text(encoding="utf-8"))
    now, told_now = made(with_new_keys(formerly=True))
    assert told_now == names
    kept = addresses & now
    assert not [address for address in kept if any(key in address for key in ("web", "orders", "rates"))]
    assert len(now) == len(addresses)


def test_without_a_word_of_it_the_names_follow_the_keys() -> None:
    _, names = made(EVERYTHING.read_text(encoding="utf-8"))
    _, told_now = made(with_new_keys(formerly=False))
    assert any("depot/prod/prices" in attributes for _, attributes in told_now)
    assert not any("depot/prod/prices" in attributes for _, attributes in names)
