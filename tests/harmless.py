"""Breaks that are none, and why: whoever reads this list should agree with every line.

Every row stands under one type and names one argument of it, so that no row excuses an argument wherever it occurs. A row counts
only for a mutant that nothing caught.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stage3c.graph import UNKNOWN, Value

from tests.breaks import Mutant

_PROSE: Final = "a description is prose"
_LABEL: Final = "a tag is a label for people and bills"
_SID: Final = "a Sid is a label; two equal ones are caught"
_GRAMMAR: Final = "without it the older grammar applies, which reads these statements alike"
_NAME: Final = "another legal name is as good: what refers to it follows"
_MADE_UP: Final = "without it the provider makes up a name, and what refers to it follows"
_SIZE: Final = "another size of that order works too; one out of bounds is caught"


@dataclass(frozen=True, slots=True)
class Row:
    """An excuse: kinds of break, the argument (a pattern of its whole place, with `*` for numbers), and the reason.

    `detail`, `name` and `was` narrow it down to what the argument becomes, to resources whose names match, and to what stood there.
    """

    kinds: str
    place: str
    reason: str
    detail: str = ".*"
    name: str = ".*"
    was: str = ".*"


HARMLESS: Final[Mapping[str, tuple[Row, ...]]] = {
    "aws_appautoscaling_policy": (
        Row("change", "name", _NAME),
        Row(
            "drop change",
            r"target_tracking_scaling_policy_configuration\.\*\.(scale_in_cooldown|scale_out_cooldown)",
            "the time between two steps tunes; without it AWS waits as long as it does by default",
        ),
        Row("change", r"target_tracking_scaling_policy_configuration\.\*\.target_value", _SIZE, r"to (?!0$).*"),
        Row("delete", "", "the service scales by its other policy; without any it is caught"),
    ),
    "aws_appautoscaling_target": (Row("change", "min_capacity|max_capacity", _SIZE, r"to (?!0$).*"),),
    "aws_budgets_budget": (
        Row("change drop delete", r"cost_filter(\.\*\.values(\.\*)*)?", "it then counts other costs"),
        Row("drop", "depends_on", "the policy of the topic is needed when it first speaks, not before"),
        Row("delete move", "", "a budget only counts, in the whole account; nothing depends on it"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("change", r"notification\.\*\.threshold", _SIZE),
        Row("delete", r"notification\.\*", "it speaks at the other threshold; without any it is caught"),
    ),
    "aws_cloudwatch_dashboard": (
        Row(
            "delete drop",
            r"dashboard_body\.widgets\.\*\.properties\.metrics\.\*\.\*(\.stat)?",
            "the average instead of a percentile; a count without its sum is caught",
        ),
        Row("delete", "", "a dashboard only shows; nothing depends on it"),
        Row("move", "", "dashboards are global"),
        Row("change", "dashboard_name", _NAME),
        Row("delete", r"dashboard_body\.widgets\.\*", "it shows less"),
        Row("drop", r"dashboard_body\.widgets\.\*\.properties\.metrics\.\*", "a graph shows one line less"),
        Row("drop change", r"dashboard_body\.widgets\.\*\.properties\.title", "a title is prose"),
        Row(
            "drop change",
            r"dashboard_body\.widgets\.\*\.(width|height|x|y)",
            "it stands elsewhere; what CloudWatch refuses is caught",
        ),
        Row(
            "drop change",
            r"dashboard_body\.widgets\.\*\.properties\.period",
            "a graph of other steps; what CloudWatch refuses is caught",
        ),
        Row(
            "change", r"dashboard_body\.widgets\.\*\.properties\.metrics\.\*\.\*\.stat", "a graph of another statistic"
        ),
    ),
    "aws_cloudwatch_event_rule": (
        Row("delete", r"event_pattern\.detail", "it then fires for the other labels, too"),
        Row("drop", r"event_pattern\.detail\.labelUpdated", "it then fires for the other labels, too"),
        Row("drop change", "name", _NAME),
        Row("drop change", "description", _PROSE),
    ),
    "aws_cloudwatch_log_group": (
        Row("change", "name", "what writes there refers to it; a name that AWS derives is caught"),
        Row("drop", "name", _MADE_UP),
    ),
    "aws_cloudwatch_metric_alarm": (
        Row("drop change", "alarm_description", _PROSE),
        Row("change", "alarm_name", _NAME),
        Row("change", "evaluation_periods|threshold", _SIZE, r"to (?!0$).*"),
        Row("drop change", "treat_missing_data", "without data an alarm then says so, which is no failure"),
    ),
    "aws_db_instance": (
        Row(
            "drop",
            "parameter_group_name",
            "the default group of PostgreSQL 15 and later requires TLS, too; an older engine is caught",
        ),
        Row(
            "drop",
            "storage_type",
            "a volume of the default type works as well; arguments that only gp3 takes are caught",
        ),
        Row(
            "drop change",
            "max_allocated_storage",
            "without it the storage does not grow by itself; what RDS refuses is caught",
        ),
        Row(
            "swap",
            "parameter_group_name",
            "the other group says the same for the same family; another family is caught",
        ),
        Row("drop change", "deletion_protection", "a final snapshot is kept; without both it is caught"),
        Row("drop change", "iops|storage_throughput", "the baseline of gp3 instead"),
        Row(
            "drop change", "allow_major_version_upgrade", "it only allows an upgrade for which the version is set, too"
        ),
        Row("drop change", "skip_final_snapshot", "deletion_protection keeps it; without both it is caught"),
        Row("drop change", "identifier|final_snapshot_identifier", _NAME),
        Row("change", "db_name|username", "another legal name, to which the services refer"),
        Row(
            "change",
            "allocated_storage|max_allocated_storage|iops|storage_throughput|backup_retention_period",
            _SIZE,
            r"to (?!0$).*",
        ),
        Row("drop change", "backup_window|maintenance_window", "another hour; two that overlap are caught"),
        Row(
            "drop change",
            "apply_immediately|auto_minor_version_upgrade",
            "when a change or a minor version comes, not whether it works",
        ),
        Row("drop change", "copy_tags_to_snapshot", _LABEL),
        Row("drop", "ca_cert_identifier", "RDS then takes the default of the account; an expired one is caught"),
        Row("drop", "kms_key_id|master_user_secret_kms_key_id", "the key that AWS manages encrypts as well"),
        Row("change", "password_wo_version", "the number only says whether the password is written again"),
    ),
    "aws_db_parameter_group": (
        Row("delete", r"parameter(\.\*)?", "PostgreSQL 15 and later require TLS by default, and the others tune"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop change", "description", _PROSE),
        Row(
            "drop change",
            r"parameter\.\*\.apply_method",
            "when it applies; a static parameter applied at once is caught",
        ),
    ),
    "aws_db_subnet_group": (
        Row(
            "swap",
            r"subnet_ids(\.\*)?",
            "other private subnets; public ones and one zone are caught",
            r"aws_subnet\.private_.*",
        ),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop change", "description", _PROSE),
    ),
    "aws_default_security_group": (
        Row("delete", "", "nothing is in the default group; AWS accepts a VPC where it stays open"),
    ),
    "aws_ecr_lifecycle_policy": (
        Row("drop change", r"policy\.rules\.\*\.description", _PROSE),
        Row("change", r"policy\.rules\.\*\.(rulePriority|selection\.countNumber)", _SIZE, r"to (?!0$).*"),
    ),
    "aws_ecr_repository": (Row("change", "name", _NAME),),
    "aws_ecs_cluster": (Row("change", "name", _NAME),),
    "aws_ecs_cluster_capacity_providers": (
        Row(
            "delete drop",
            r"|capacity_providers(\.\*)?",
            "the services ask for a launch type; a strategy without its provider is caught",
        ),
    ),
    "aws_ecs_service": (
        Row(
            "drop",
            "depends_on",
            "ECS tries again until the rule of the endpoints exists",
            r"aws_vpc_security_group_ingress_rule\.endpoints_.*",
        ),
        Row("drop", "desired_count", "autoscaling then starts its minimum; without autoscaling it is caught"),
        Row("drop", "enable_execute_command", "a shell for the owner, which nothing else needs"),
        Row(
            "drop",
            "depends_on",
            "the NAT gateway is another way there; where it is the only one, it is caught",
            r"aws_vpc_endpoint\..*",
        ),
        Row("change", "name", _NAME),
        Row("drop change", "enable_ecs_managed_tags|propagate_tags", _LABEL),
        Row("drop change", "wait_for_steady_state", "how long Terraform waits, not what it makes"),
        Row(
            "change",
            "desired_count|health_check_grace_period_seconds|deployment_maximum_percent",
            _SIZE,
            r"to (?!0$).*",
        ),
        Row("change", "enable_execute_command", "a shell for the owner, which opens nothing by itself"),
        Row("change", r"capacity_provider_strategy\.\*\.(base|weight)", _SIZE),
    ),
    "aws_ecs_task_definition": (
        Row(
            "swap",
            r"container_definitions\.\*\.environment\.\*\.value(\.\*)?",
            "the primary or another replica answers what a replica does",
            r"aws_db_instance\..*",
            was=r"aws_db_instance\..*_replica_[0-9]+\.address",
        ),
        Row(
            "change",
            r"container_definitions\.\*\.secrets\.\*\.name",
            "the name under which an application reads a secret is not written in Terraform",
        ),
        Row(
            "delete",
            r"container_definitions\.\*\.environment(\.\*)?",
            "which variables an application reads is not written in Terraform",
        ),
        Row(
            "drop change",
            r"container_definitions\.\*\.environment(\.\*(\.(name|value)(\.\*)?)?)?",
            "which variables an application reads is not written in Terraform; that the database is one, is caught",
        ),
        Row(
            "change",
            r"container_definitions\.\*\.healthCheck\.command\.\*",
            "another second, or another path, which only the application knows",
            r"to '([0-9]+|http://.*)'",
        ),
        Row(
            "change",
            r"container_definitions\.\*\.healthCheck\.startPeriod",
            "without it the retries alone give time to start",
            "to 0",
        ),
        Row(
            "drop change",
            r"container_definitions\.\*\.portMappings\.\*\.hostPort",
            "with awsvpc it is the container port, and 0 means not set",
            r"|to 0",
        ),
        Row("change", "family", _NAME),
        Row(
            "change",
            r"container_definitions\.\*\.image(\.\*)?",
            "another version of the image; whether it exists is asked of the account",
        ),
        Row("change", r"container_definitions\.\*\.logConfiguration\.options\.awslogs-stream-prefix", _NAME),
        Row(
            "change",
            r"container_definitions\.\*\.healthCheck\.(interval|timeout|retries|startPeriod)",
            _SIZE,
            r"to (?!0$).*",
        ),
        Row(
            "drop",
            r"container_definitions\.\*\.healthCheck\.(interval|timeout|retries|startPeriod)",
            "the default of ECS works as well",
        ),
        Row("change", r"container_definitions\.\*\.(stopTimeout|cpu)", _SIZE, r"to (?!0$).*"),
        Row(
            "drop",
            r"container_definitions\.\*\.stopTimeout",
            "ECS then gives 30 seconds; a load balancer that drains longer is caught",
        ),
        Row(
            "delete drop change",
            r"container_definitions\.\*\.linuxParameters(\.initProcessEnabled)?",
            "an init process only collects zombies",
        ),
        Row(
            "drop change",
            r"container_definitions\.\*\.readonlyRootFilesystem",
            "whether an image writes is not written in Terraform",
        ),
        Row(
            "delete",
            r"container_definitions\.\*\.healthCheck",
            "the load balancer checks the service; a worker without one is caught",
        ),
    ),
    "aws_eip": (Row("delete drop change", r"tags(\.Name)?", _LABEL),),
    "aws_flow_log": (Row("delete drop change", r"tags(\.Name)?", _LABEL),),
    "aws_iam_role": (
        Row("move", "", "IAM is global"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop change", "description", _PROSE),
        Row("drop", r"assume_role_policy\.Version", _GRAMMAR),
        Row(
            "delete drop",
            r"assume_role_policy\.Statement\.\*\.Condition\.(StringEquals(\.aws:SourceAccount)?|ArnLike(\.aws:SourceArn)?)",
            "one of two conditions that each hold the confused deputy off; without both it is caught",
        ),
    ),
    "aws_iam_role_policy": (
        Row(
            "drop swap",
            r"policy\.Statement\.\*\.Resource(\.\*)*",
            "each ARN stands there in two forms, of which one is enough",
            ".*",
            "flow-logs",
        ),
        Row(
            "change",
            r"policy\.Statement\.\*\.Resource(\.\*)*",
            "what an application itself does in AWS is not written in Terraform",
            ".*",
            r".*_task",
        ),
        Row("move", "", "IAM is global"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop", r"policy\.Version", _GRAMMAR),
        Row("drop change", r"policy\.Statement\.\*\.Sid", _SID),
    ),
    "aws_internet_gateway": (Row("delete drop change", r"tags(\.Name)?", _LABEL),),
    "aws_lb": (
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("change", "idle_timeout", _SIZE, r"to (?!0$).*"),
        Row("drop change", "enable_deletion_protection", "it stops a deletion by mistake, and nothing else"),
        Row(
            "drop change",
            "drop_invalid_header_fields",
            "a choice about malformed requests; a weaker desync mode is caught",
        ),
    ),
    "aws_lb_listener": (
        Row("drop change", r"default_action\.\*\.fixed_response\.\*\.message_body", "a body is prose"),
    ),
    "aws_lb_listener_rule": (
        Row(
            "drop change",
            r"condition\.\*\.path_pattern\.\*\.values\.\*",
            "which paths an application has is not written in Terraform",
        ),
        Row(
            "change drop",
            "priority",
            "another free number; the next one is AWS's choice where there is none; collisions are caught",
        ),
    ),
    "aws_lb_target_group": (
        Row("drop", r"stickiness\.\*\.(enabled|cookie_duration)", "a choice that works either way"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("change", "deregistration_delay", _SIZE),
        Row(
            "change",
            r"health_check\.\*\.(interval|timeout|healthy_threshold|unhealthy_threshold)",
            _SIZE,
            r"to (?!0$).*",
        ),
        Row(
            "drop",
            r"health_check\.\*\.(interval|timeout|healthy_threshold|unhealthy_threshold)",
            "the default of AWS works as well",
        ),
        Row(
            "change",
            r"health_check\.\*\.(path|matcher)",
            "which path an application answers, and how, is not written in Terraform",
        ),
        Row("change", r"stickiness\.\*\.(enabled|cookie_duration)", "a choice that works either way"),
    ),
    "aws_nat_gateway": (
        Row("drop", "depends_on", "its address depends on the internet gateway as well; without both it is caught"),
        Row("delete drop change", r"tags(\.Name)?", _LABEL),
    ),
    "aws_route53_record": (
        Row("move", "", "Route 53 is global"),
        Row("change", "ttl", "how long resolvers keep it", r"to (?!0$).*"),
        Row(
            "drop change",
            "allow_overwrite",
            "it matters where such a record exists already, which only the account knows",
        ),
        Row(
            "change", r"alias\.\*\.evaluate_target_health", "it matters where there is a second record to fall back to"
        ),
    ),
    "aws_route_table": (Row("delete drop change", r"tags(\.Name)?", _LABEL),),
    "aws_s3_bucket": (Row("change", r"bucket(\.\*)?", _NAME), Row("drop", "bucket", _MADE_UP)),
    "aws_s3_bucket_lifecycle_configuration": (
        Row(
            "delete drop",
            r"rule\.\*\.filter(\.\*(\.prefix)?)?",
            "a rule without a filter holds for the whole bucket, as an empty prefix does",
        ),
        Row("delete", r"rule\.\*\.abort_incomplete_multipart_upload(\.\*)?", "it only tidies up"),
        Row(
            "change",
            r"rule\.\*\.(expiration\.\*\.days|abort_incomplete_multipart_upload\.\*\.days_after_initiation)",
            _SIZE,
            r"to (?!0$).*",
        ),
        Row("change", r"rule\.\*\.id", _NAME),
    ),
    "aws_s3_bucket_ownership_controls": (
        Row("delete", "", "BucketOwnerEnforced is what S3 gives new buckets since April 2023"),
    ),
    "aws_s3_bucket_server_side_encryption_configuration": (
        Row("delete", r"|rule.*", "S3 encrypts with its own key without being told, since January 2023"),
    ),
    "aws_s3_bucket_policy": (
        Row(
            "drop", "depends_on", "the policy is not public, so its order to the block of public access does not matter"
        ),
        Row(
            "drop",
            r"policy\.Statement\.\*\.Resource\.\*",
            "AWS delivers over TLS; the bucket and its objects are named apart",
        ),
        Row("drop", r"policy\.Version", _GRAMMAR),
        Row("drop change", r"policy\.Statement\.\*\.Sid", _SID),
    ),
    "aws_secretsmanager_secret": (
        Row("move", "", "ECS reads a secret by its ARN, which has the region"),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop change", "description", _PROSE),
        Row("change", "recovery_window_in_days", "how long a deleted secret can be restored; out of bounds is caught"),
    ),
    "aws_secretsmanager_secret_version": (
        Row("change", "secret_string_wo_version", "the number only says whether the value is written again"),
    ),
    "aws_security_group": (
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
        Row("drop change", "description", _PROSE),
        Row("delete drop change", r"tags(\.Name)?", _LABEL),
    ),
    "aws_sfn_state_machine": (
        Row("change drop", r"definition\.Comment", "a comment is prose"),
        Row(
            "change delete drop",
            r"definition\.States\.Redeploy\.Retry(\.\*(\.(BackoffRate|IntervalSeconds|MaxAttempts))?)?",
            "how often it tries again; what Step Functions refuses is caught",
        ),
        Row("change", "name", _NAME),
        Row("drop", "name", _MADE_UP),
    ),
    "aws_sns_topic": (Row("change", "name", _NAME), Row("drop", "name", _MADE_UP)),
    "aws_sns_topic_policy": (
        Row("delete", "", "without it, a topic admits the alarms of its own account; other services are caught"),
        Row(
            "delete",
            r"policy\.Statement\.\*",
            "one that denies plain HTTP, which no AWS service uses; the one that allows is caught",
        ),
        Row("drop", r"policy\.Version", _GRAMMAR),
        Row("drop change", r"policy\.Statement\.\*\.Sid", _SID),
    ),
    "aws_sns_topic_subscription": (Row("change", "endpoint", "another mailbox; what is no address is caught"),),
    "aws_subnet": (
        Row("delete drop change", r"tags(\.Name)?", _LABEL),
        Row("change", "map_public_ip_on_launch", "a task says itself whether it gets a public address"),
    ),
    "aws_vpc": (
        Row(
            "drop change",
            "enable_dns_hostnames",
            "only interface endpoints with private DNS need it; without it for those is caught",
        ),
        Row("delete drop change", r"tags(\.Name)?", _LABEL),
    ),
    "aws_vpc_endpoint": (
        Row(
            "swap",
            r"security_group_ids\.\*",
            "the group of a public load balancer admits 443 from everywhere; others are caught",
            r"aws_security_group\.load_balancer_public\..*",
        ),
        Row(
            "drop swap",
            r"subnet_ids(\.\*)?",
            "an interface endpoint answers to its whole VPC; one subnet alone is caught",
        ),
        Row("drop swap", r"route_table_ids\.\*", "a table whose subnets send nothing there; others are caught"),
        Row("delete drop change", r"tags(\.Name)?", _LABEL),
    ),
    "aws_vpc_security_group_egress_rule": (Row("drop change", "description", _PROSE),),
    "aws_vpc_security_group_ingress_rule": (
        Row(
            "delete swap",
            "|security_group_id",
            "which clients may come is a choice of the owner; where none may, it is caught",
            ".*",
            r"load_balancer_public_from_[0-9-]+_[0-9]+",
        ),
        Row("drop change", "description", _PROSE),
    ),
    "aws_acm_certificate_validation": (
        Row("drop", "validation_record_fqdns", "Terraform then waits for the certificate itself"),
    ),
    "aws_acm_certificate": (
        Row(
            "drop",
            r"subject_alternative_names(\.\*)?",
            "a name that the certificate has already as its domain_name; others are caught",
        ),
    ),
    "data.aws_caller_identity": (Row("move", "", "one account in all regions"),),
    "ephemeral.aws_secretsmanager_secret_version": (
        Row("drop", "version_id", "the current version is the one that was just made"),
    ),
}

DEFAULTS: Final[Mapping[str, Mapping[str, Value]]] = {
    "aws_db_instance": {
        "port": 5432,
        "engine_lifecycle_support": "open-source-rds-extended-support",
        "publicly_accessible": False,
        "deletion_protection": False,
        "multi_az": False,
    },
    "aws_ecr_repository": {
        "encryption_configuration.*.encryption_type": "AES256",
        "encryption_configuration": [{"encryption_type": "AES256"}],
    },
    "aws_ecs_service": {
        "scheduling_strategy": "REPLICA",
        "availability_zone_rebalancing": "ENABLED",
        "deployment_maximum_percent": 200,
        "deployment_minimum_healthy_percent": 100,
        "deployment_controller": [{"type": "ECS"}],
        "deployment_controller.*.type": "ECS",
        "enable_execute_command": False,
        "platform_version": "1.4.0",
        "network_configuration.*.assign_public_ip": False,
    },
    "aws_ecs_task_definition": {
        "runtime_platform": [{"operating_system_family": "LINUX", "cpu_architecture": "X86_64"}],
        "runtime_platform.*.operating_system_family": "LINUX",
        "runtime_platform.*.cpu_architecture": "X86_64",
        "container_definitions.*.cpu": 0,
        "container_definitions.*.essential": True,
        "container_definitions.*.environment": [],
        "container_definitions.*.secrets": [],
        "container_definitions.*.mountPoints": [],
        "container_definitions.*.volumesFrom": [],
        "container_definitions.*.systemControls": [],
        "container_definitions.*.portMappings": [],
        "container_definitions.*.portMappings.*.protocol": "tcp",
    },
    "aws_eip": {"domain": "vpc"},
    "aws_flow_log": {"log_destination_type": "cloud-watch-logs"},
    "aws_lb": {"load_balancer_type": "application", "internal": False, "ip_address_type": "ipv4", "idle_timeout": 60},
    "aws_lb_listener": {"protocol": "HTTP", "default_action.*.redirect.*.port": "#{port}"},
    "aws_lb_target_group": {
        "target_type": "instance",
        "health_check.*.enabled": True,
        "health_check.*.protocol": "HTTP",
        "health_check.*.port": "traffic-port",
        "stickiness": [{"enabled": False, "type": "lb_cookie"}],
        "stickiness.*.enabled": True,
    },
    "aws_secretsmanager_secret": {"recovery_window_in_days": 30},
    "aws_subnet": {"map_public_ip_on_launch": False},
    "aws_vpc": {"enable_dns_support": True, "enable_dns_hostnames": False},
    "aws_vpc_endpoint": {"vpc_endpoint_type": "Gateway"},
    "data.aws_route53_zone": {"private_zone": False},
}
"""What the provider writes where the argument is left out, by type and place: leaving out that value changes nothing."""


def reason_of(mutant: Mutant) -> str:
    """Why a break is harmless; empty where it is not."""
    of_type = type_of(mutant)
    reasons = (row.reason for row in HARMLESS.get(of_type, ()) if excuses(row, mutant))
    if mutant.kind in ("drop", "delete") and DEFAULTS.get(of_type, {}).get(_where(mutant), UNKNOWN) == mutant.was:
        return "the provider's default is what was written"
    return next(reasons, "")


def excuses(row: Row, mutant: Mutant) -> bool:
    """Tell whether a row, which stands under the type of the mutant's resource, is about this break."""
    name = mutant.address.rpartition(".")[2]
    told = ((row.place, _where(mutant)), (row.detail, mutant.detail), (row.name, name), (row.was, str(mutant.was)))
    return mutant.kind in row.kinds.split() and all(re.fullmatch(pattern, text, re.DOTALL) for pattern, text in told)


def type_of(mutant: Mutant) -> str:
    """The type of the resource that is broken, with its mode unless it is managed: `data.aws_caller_identity`."""
    return mutant.address.rpartition(".")[0]


def _where(mutant: Mutant) -> str:
    return ".".join("*" if isinstance(part, int) else str(part) for part in mutant.place)
