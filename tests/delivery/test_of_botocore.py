"""What botocore says of AWS's parameters, against what is written here."""

import re
from typing import Any

import botocore.session
from stage3c.delivery import rollback, status
from stage3c.rehearsal.emulator import deployments


def parameters(service: str, operation: str) -> Any:
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).input_shape.members


def test_a_copy_of_a_revision_has_all_that_a_revision_is_given() -> None:
    assert set(parameters("ecs", "RegisterTaskDefinition")) - {"tags"} <= set(rollback._GIVEN)  # noqa: SLF001 - the table


def test_what_makes_a_deployment() -> None:
    triggers = {
        re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
        for name, each in parameters("ecs", "UpdateService").items()
        if "This parameter triggers a new service deployment" in each.documentation
    }
    assert triggers == {"task_definition", *deployments._NEW_WITH}  # noqa: SLF001 - the table


def test_alarms_are_asked_for_in_groups() -> None:
    assert parameters("cloudwatch", "DescribeAlarms")["AlarmNames"].metadata["max"] == status._ALARMS_AT_ONCE  # noqa: SLF001 - the limit
