"""No address moves silently: one that leaves this golden destroys what it stood for, unless `adopt` can write a `moved` block."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.golden import hold


def addresses() -> Iterator[str]:
    for path in sorted((ROOT / "generated").glob("*/main.tf.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for kind, members in sorted(document["resource"].items()):
            yield from (f"{path.parent.name} {kind}.{name}" for name in sorted(members))


def test_addresses_are_those_that_were_deployed(update_golden: bool) -> None:  # noqa: FBT001 - pytest hands it over
    hold(Path(__file__).parent / "addresses.txt", "".join(f"{line}\n" for line in addresses()), update=update_golden)
