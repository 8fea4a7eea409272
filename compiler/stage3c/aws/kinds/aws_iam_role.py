"""An IAM role: by its name. AWS's tagging service lists none, so cleanup looks through all of them by name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use, described_tags, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    role = aws.ask("iam.get_role", RoleName=known["name"])["Role"]
    yield Match(role["RoleName"], {"arn": role["Arn"], "name": role["RoleName"]})


def _look(aws: Aws, identity: str) -> Json:
    """The role, with its inline policies: all that is deleted with it."""
    told = aws.maybe("iam.get_role", "NoSuchEntity", RoleName=identity)
    if not told:
        return None
    names = list(aws.all("iam.list_role_policies", "PolicyNames", RoleName=identity))
    policies = {
        name: aws.ask("iam.get_role_policy", RoleName=identity, PolicyName=name)["PolicyDocument"] for name in names
    }
    return {**told["Role"], "InlinePolicies": policies}


def _listed(aws: Aws, stack: str) -> Iterator[str]:
    for role in aws.all("iam.list_roles", "Roles"):
        if role["RoleName"].startswith(stack) and not role["Path"].startswith("/aws-service-role/"):
            yield role["RoleName"]


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    """Task definitions, databases and flow logs that name it, instance profiles, and policies that others attached."""
    arn, name = thing.told["Arn"], thing.identity
    for each in aws.all("iam.list_attached_role_policies", "AttachedPolicies", RoleName=name):
        yield Use("", f"attached policy {each['PolicyName']}")
    for each in aws.all("iam.list_instance_profiles_for_role", "InstanceProfiles", RoleName=name):
        yield Use("", f"instance profile {each['InstanceProfileName']}")
    for definition in aws.all("ecs.list_task_definitions", "taskDefinitionArns", status="ACTIVE"):
        told = aws.ask("ecs.describe_task_definition", taskDefinition=definition)["taskDefinition"]
        if arn in (told.get("taskRoleArn"), told.get("executionRoleArn")):
            yield Use(definition, f"task definition {definition.rpartition('/')[2]}")
    for instance in aws.all("rds.describe_db_instances", "DBInstances"):
        if instance.get("MonitoringRoleArn") == arn:
            yield Use(instance["DBInstanceIdentifier"], f"database {instance['DBInstanceIdentifier']}")
    yield from _in_events(aws, arn)
    for log in aws.all("ec2.describe_flow_logs", "FlowLogs"):
        if log.get("DeliverLogsPermissionArn") == arn:
            yield Use(log["FlowLogId"], f"flow log {log['FlowLogId']}")


def _in_events(aws: Aws, arn: str) -> Iterator[Use]:
    for each in aws.all("stepfunctions.list_state_machines", "stateMachines"):
        machine = each["stateMachineArn"]
        if aws.ask("stepfunctions.describe_state_machine", stateMachineArn=machine)["roleArn"] == arn:
            yield Use(machine, f"state machine {each['name']}")
    for rule in aws.all("events.list_rules", "Rules"):
        targets = aws.all("events.list_targets_by_rule", "Targets", Rule=rule["Name"])
        if any(target.get("RoleArn") == arn for target in targets):
            yield Use(rule["Name"], f"EventBridge rule {rule['Name']}")


def _prepare(_aws: Aws, thing: Thing) -> Iterator[str]:
    for name in thing.told["InlinePolicies"]:
        yield f"iam delete-role-policy --role-name {thing.identity} --policy-name {name}"


KIND = Kind(
    type="aws_iam_role",
    replaced_by=("name",),
    find=_find,
    missing=("NoSuchEntity",),
    name="name",
    look=_look,
    tags=described_tags,
    of_arn=of_arn(r"iam::[^:]*:role/(?:.*/)?(?P<id>[^/]+)"),
    listed=_listed,
    arn="arn:{partition}:iam::{account}:role/{name}",
    settings={"name": "RoleName", "path": "Path"},
    removal=Removal(
        ("iam delete-role --role-name {id}",),
        uses=_uses,
        prepare=_prepare,
        after=(
            "aws_cloudwatch_event_rule",
            "aws_db_instance",
            "aws_ecs_service",
            "aws_ecs_task_definition",
            "aws_flow_log",
            "aws_sfn_state_machine",
        ),
    ),
)
