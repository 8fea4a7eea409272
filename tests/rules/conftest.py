"""What the tests of rules share: most of what they audit is the same stack."""

from collections.abc import Iterator
from functools import lru_cache

import pytest
from stage3c.readers import declarations
from stage3c.readers.syntax import parse_hcl


@pytest.fixture(autouse=True, scope="session")
def _what_was_parsed_is_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(declarations, "parse_hcl", lru_cache(4096)(parse_hcl))
        yield
