"""What the kinds say of replacements is what the real provider plans; a sample, since all types take minutes."""

import pytest
from stage3c.aws.kinds import all_kinds, kind_of

from tests.aws.test_kinds import ONLY_REFERRED_TO, stacks
from tests.facts.regenerate_replacements import documents, recorded
from tests.terraform import needs_terraform

SAMPLE = {
    "aws_db_instance",
    "aws_ecs_service",
    "aws_subnet",
    "aws_lb_target_group",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
}
NEVER_REPLACED = {"aws_internet_gateway"}


@pytest.mark.slow
def test_the_recorded_arguments_are_those_of_the_provider() -> None:
    needs_terraform()
    found, _ = recorded(documents(), SAMPLE)
    assert {kind: tuple(arguments) for kind, arguments in found.items()} == {
        kind: kind_of(kind).replaced_by for kind in SAMPLE
    }


def test_every_emitted_type_says_what_replaces_it() -> None:
    emitted = {kind for stack in stacks() for kind in stack}
    assert {kind for kind in emitted if not kind_of(kind).replaced_by} == NEVER_REPLACED


def test_what_is_guarded_says_what_is_lost() -> None:
    for kind in all_kinds():
        assert not (kind.guarded == "always" and not kind.holds), kind.type
        assert not (kind.guarded and kind.type in ONLY_REFERRED_TO)
