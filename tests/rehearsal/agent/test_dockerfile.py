"""What is read of a Dockerfile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.agent.dockerfile import Image, read

from tests.conftest import ROOT

TWO_STAGES = """
FROM a AS build
ENV LOST=1
CMD ["lost"]
FROM b
# a comment
ENV A=1 B="2 3" \\
    C=4
ENV OLD some words
ENTRYPOINT ["tini", "--"]
CMD ["node", "x.js"]
"""


def test_only_the_last_stage_counts() -> None:
    environment = {"A": "1", "B": "2 3", "C": "4", "OLD": "some words"}
    assert read(TWO_STAGES) == Image(("tini", "--"), ("node", "x.js"), environment)


def test_a_line_is_for_the_shell() -> None:
    assert read("FROM a\nCMD python -m app $X").command == ("/bin/sh", "-c", "python -m app $X")


@pytest.mark.parametrize(("name", "command"), [("fastapi", "python -m app"), ("nodejs", "node src/server.js")])
def test_the_services_of_this_repository_are_understood(name: str, command: str) -> None:
    text = (ROOT / "services" / name / "Dockerfile").read_text(encoding="utf-8")
    assert " ".join(read(text).command) == command


@given(st.text(alphabet=st.sampled_from('FROM ENV CMD\n\\"[]=#ab ')))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read(text), Image)
