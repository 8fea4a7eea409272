"""Breaks that are none, and why: whoever reads this list should agree with every line."""

import re
from typing import Final

HARMLESS: Final[tuple[tuple[str, str], ...]] = (
    (r"(drop|change) aws_db_parameter_group\..*\.parameter.*", "it tunes the engine; leaving TLS open is caught"),
    (
        r"(drop|change|swap) aws_iam_role_policy\.flow-logs\..*\.(Action\.[2-9]|Resource\.[0-9](\.[0-9])?)",
        "AWS's page grants more than delivery needs: looking groups up, and each ARN in two forms",
    ),
    (
        r"drop aws_flow_log\..*\.(traffic_type|log_destination_type|depends_on)",
        "the provider's default, or the role is retried",
    ),
    (
        r"(drop|change) aws_iam_role_policy\.[^.]*_task\..*",
        "what an application itself does in AWS is not written in Terraform",
    ),
    (r"(drop|change) .*\.(master_user_secret_)?kms_key_id", "another key, or AWS's own, encrypts as well"),
    (
        r"drop aws_s3_bucket_policy\..*\.Statement\.1\.Resource\.[01]",
        "the denial of plain HTTP for the bucket or for its objects; AWS delivers over TLS",
    ),
    (r"drop .*\.message_body", "an answer without a body"),
    (r"drop aws_ecs_service\..*\.capacity_provider_strategy\.[0-9]", "the other provider runs all of the tasks"),
    (
        r"(swap|drop) aws_vpc_endpoint\..*\.subnet_ids\..*",
        "an interface endpoint answers to its whole VPC; one subnet alone is caught",
    ),
    (
        r"(swap|drop) aws_vpc_endpoint\..*\.route_table_ids\..*",
        "a table whose subnets send nothing there; others are caught",
    ),
    (
        r"change aws_ecs_task_definition\..*\.secrets\.[0-9]+\.name",
        "the name under which an application reads a secret is its own affair",
    ),
    (
        r"drop aws_ecs_task_definition\..*\.secrets\.[0-9]+",
        "which secrets an application reads is its own affair; half of a credential is caught",
    ),
    (
        r"change aws_ecs_task_definition\..*\.image\..*",
        "another version of the image; whether it is there is asked of the account",
    ),
    (
        r"change aws_lb_target_group\..*\.health_check\.0\.(path|matcher)",
        "which path an application answers, and how, is its own affair",
    ),
    (r"(drop|change) aws_lb_target_group\..*\.stickiness.*", "a choice that works either way"),
    (
        r"change aws_iam_role_policy\.[^.]*_task\..*",
        "what an application itself does in AWS is not written in Terraform",
    ),
    (
        r"(swap|drop|change) aws_lb_listener_rule\..*\.(values\..*|priority)",
        "another path; two rules that collide are caught",
    ),
    (r"change aws_sns_topic_subscription\..*\.endpoint", "another address; one that is none is caught"),
    (
        r"change aws_acm_certificate\..*",
        "one of two equal names on a certificate; a name that is not covered is caught",
    ),
    (r"change data\.aws_route53_zone\..*\.private_zone", "a public name in a private zone works inside of the VPC"),
    (r"change aws_s3_bucket.*\.(days|days_after_initiation|bucket\..*)", "it tunes, or another legal name"),
    (
        r"(drop|change) aws_db_instance\.[^.]*replica[^.]*\.(storage_encrypted|parameter_group_name|instance_class|engine_version)",
        "a replica takes them from its source",
    ),
    (r"drop aws_db_instance\..*\.db_name", "RDS then makes no database but postgres, which the application names"),
    (r".*\.tags(\..*)?", "a tag is a label for people and bills"),
    (r".*\.(alarm_)?description(\..*)?", "a description is prose"),
    (r".*\.Sid", "a Sid is a label; two equal ones are caught"),
    (r".*\.Version", "without it the older version of the language applies, which reads these policies alike"),
    (
        r"change (?!data)[a-z0-9_]+\.[^.]+\.(name|alarm_name|dashboard_name|family|identifier|final_snapshot_identifier|db_name|username)",
        "another legal name is as good: what refers to it follows",
    ),
    (
        r"drop (?!data)[a-z0-9_]+\.[^.]+\.(name|identifier|final_snapshot_identifier)",
        "the provider makes up a name, and what refers to it follows",
    ),
    (
        r"(delete|drop|change|swap) aws_cloudwatch_dashboard\..*",
        "a dashboard only shows; nothing depends on what it draws",
    ),
    (r"(delete|drop|change|swap) aws_budgets_budget\..*", "a budget only counts; nothing depends on it"),
    (
        r"drop aws_[a-z0-9_]+\.[^.]+(\.[a-z_]+\.0)?\.(enabled|target_type|protocol|port|internal|load_balancer_type|ip_address_type|"
        r"idle_timeout|stickiness|type|enable_deletion_protection|map_public_ip_on_launch|assign_public_ip|publicly_accessible|"
        r"desired_count|scheduling_strategy|platform_version|wait_for_steady_state|enable_execute_command|deployment_controller|"
        r"deployment_maximum_percent|deployment_minimum_healthy_percent|availability_zone_rebalancing|apply_immediately|"
        r"enable_dns_support|vpc_endpoint_type|domain|encryption_type|encryption_configuration|private_zone|apply_method|"
        r"skip_final_snapshot|auto_minor_version_upgrade|treat_missing_data|interval|timeout|healthy_threshold|unhealthy_threshold|"
        r"cpu_architecture|operating_system_family|runtime_platform|deregistration_delay|recovery_window_in_days)",
        "the provider's default is what was written, or as safe",
    ),
    (
        r"(drop|change) aws_[a-z0-9_]+\..*\.(scale_in_cooldown|scale_out_cooldown|idle_timeout|deregistration_delay|ttl|retention_in_days|"
        r"target_value|threshold|evaluation_periods|datapoints_to_alarm|period|statistic|treat_missing_data|max_allocated_storage|"
        r"allocated_storage|backup_retention_period|backup_window|maintenance_window|min_capacity|max_capacity|desired_count|"
        r"health_check_grace_period_seconds|deployment_maximum_percent|deployment_minimum_healthy_percent|countNumber|rulePriority|"
        r"cookie_duration|recovery_window_in_days|evaluate_target_health|interval|timeout|retries|startPeriod|stopTimeout|"
        r"healthy_threshold|unhealthy_threshold|cpu|memory|weight|base|port|iops|storage_throughput|replica_count|"
        r"max_aggregation_interval|password_length|password_wo_version|secret_string_wo_version)",
        "it tunes: another number of that size works too, and one out of bounds is caught",
    ),
    (
        r"(drop|change) aws_[a-z0-9_]+\..*\.(enable_ecs_managed_tags|propagate_tags|copy_tags_to_snapshot|wait_for_steady_state|"
        r"apply_immediately|auto_minor_version_upgrade|allow_overwrite|enable_deletion_protection|drop_invalid_header_fields|"
        r"availability_zone_rebalancing|ca_cert_identifier|storage_type|enable_execute_command|deletion_protection|multi_az|"
        r"create_before_destroy|evaluate_target_health|bucket_key_enabled|revoke_rules_on_delete|enable_dns_hostnames|"
        r"map_public_ip_on_launch|skip_final_snapshot|rollback|performance_insights_enabled)",
        "a choice of the owner's that works either way; where it is dangerous, leaving it out is caught",
    ),
    (
        r".*container_definitions\.0\.(mountPoints|volumesFrom|systemControls|cpu|secrets|environment)",
        "an empty list, or nothing that ECS asks for",
    ),
    (
        r"(drop|change) aws_ecs_task_definition\..*\.environment\..*",
        "which variables an application reads is not written in Terraform; the contract of the service says it",
    ),
    (
        r"(drop|change) aws_ecs_task_definition\..*\.(healthCheck\.command\..*|linuxParameters.*|initProcessEnabled|essential|"
        r"readonlyRootFilesystem|hostPort|protocol|awslogs-stream-prefix|image)",
        "what runs inside of the container is not written in Terraform, or the default is the same",
    ),
    (
        r"(drop|change) aws_iam_role\..*\.assume_role_policy\.Statement\.0\.Condition\..*",
        "one of two conditions that each hold the confused deputy off; without both it is caught",
    ),
    (
        r"(drop|change) aws_sns_topic_policy\..*\.(Condition.*|Statement\.1.*)",
        "a second net: SNS is called by AWS services over TLS only",
    ),
    (r"delete aws_appautoscaling_policy\..*", "the service scales by its other policy; without any it is caught"),
    (
        r"(delete|drop) aws_ecs_cluster_capacity_providers\..*",
        "for services that ask for a launch type; a strategy without its provider is caught",
    ),
    (
        r"drop aws_(db_instance|budgets_budget)\..*\.depends_on",
        "RDS makes the group itself if it comes first; nothing fails",
    ),
    (
        r"drop aws_ecs_service\..*\.depends_on",
        "one dependency among many that another one, or a retry of ECS, makes up for",
    ),
    (
        r"drop .*\.subject_alternative_names(\..*)?",
        "a name that the certificate has already as its domain_name; others are caught",
    ),
    (r"drop .*\.validation_record_fqdns", "Terraform then waits for the certificate itself"),
    (r"drop data\..*\.private_zone", "public is the default"),
    (r"drop .*\.(version_id)", "the current version is the one that was just made"),
)
"""A pattern of `kind address.place`, and the reason."""


def reason_of(kind: str, address: str, place: tuple[str | int, ...]) -> str:
    """Why a break of this place is harmless; empty where it is not."""
    name = f"{kind} {'.'.join(str(part) for part in (address, *place))}"
    return next((reason for pattern, reason in _COMPILED if pattern.fullmatch(name)), "")


_COMPILED: Final = tuple((re.compile(pattern), reason) for pattern, reason in HARMLESS)
