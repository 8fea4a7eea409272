"""Secret is written out in the configuration."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.disclosure import is_name, names_a_secret
from stage3c.graph import Graph, Resource, Value, blocks, document, items
from stage3c.rules.rule import Rule, at

_ARGUMENTS: Final = {
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary", "secret_string_wo"),
    "aws_db_instance": ("password", "password_wo"),
    "aws_rds_cluster": ("master_password", "master_password_wo"),
    "aws_ssm_parameter": ("value", "value_wo"),
    "aws_acm_certificate": ("private_key",),
    "aws_iam_server_certificate": ("private_key",),
    "aws_docdb_cluster": ("master_password",),
    "aws_neptune_cluster": ("master_password",),
    "aws_elasticache_replication_group": ("auth_token", "auth_token_wo"),
    "aws_elasticache_user": ("passwords", "authentication_mode.passwords"),
    "aws_memorydb_user": ("authentication_mode.passwords",),
    "aws_mq_broker": ("user.password",),
    "aws_opensearch_domain": ("advanced_security_options.master_user_options.master_user_password",),
    "aws_elasticsearch_domain": ("advanced_security_options.master_user_options.master_user_password",),
    "aws_lb_listener": ("default_action.authenticate_oidc.client_secret",),
    "aws_lb_listener_rule": ("action.authenticate_oidc.client_secret",),
    "aws_codebuild_source_credential": ("token",),
    "aws_codepipeline_webhook": ("authentication_configuration.secret_token",),
    "aws_codepipeline": ("stage.action.configuration.OAuthToken",),
    "aws_cognito_identity_provider": ("provider_details.client_secret",),
}
_LATER: Final = ("change", "replace", "placeholder", "todo", "dummy", "initial", "set-me", "update")


def check(graph: Graph) -> Iterator[Finding]:
    """Look for literal values in configurations; what is changed later, outside of Terraform, is no secret yet."""
    for kind, arguments in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            for argument in arguments:
                ignored = {argument.partition(".")[0], "all"} & set(resource.lifecycle.ignore_changes)
                values = _leaves(resource.attributes, argument)
                if resource.spans and not ignored and any(_is_secret(resource, value) for value in values):
                    cause = f"has its {argument} in the configuration, in plain text"
                    yield at(resource, cause, "generate it with random_password, or pass it as a sensitive variable")


def _leaves(attributes: Mapping[str, Value], path: str) -> list[Value]:
    """What is at the end of a path through blocks and maps."""
    name, _, rest = path.partition(".")
    value = attributes.get(name)
    return [each for block in blocks(value) for each in _leaves(block, rest)] if rest else items(value)


def _is_secret(resource: Resource, value: Value) -> bool:
    """Judge a text, or the members of a JSON document by their names."""
    members = document(value)
    if isinstance(value, str) and resource.type == "aws_ssm_parameter":
        name = resource.attributes.get("name")
        is_named = isinstance(name, str) and names_a_secret(name)
        return not _is_placeholder(value) and (resource.attributes.get("type") == "SecureString" or is_named)
    if isinstance(members, Mapping):
        named = (inner for key, inner in members.items() if names_a_secret(key))
        return any(isinstance(inner, str) and not _is_placeholder(inner) for inner in named)
    return isinstance(value, str) and not _is_placeholder(value)


def _is_placeholder(value: str) -> bool:
    """Tell whether a value is words that announce another one; `Change1234!` is none. Each member of a document is a value."""
    return not value or (value.lower().startswith(_LATER) and all(map(is_name, value.split())))


RULE = Rule(
    id="SEC231",
    scope="terraform",
    title="Secret is written out in the configuration",
    severity=Severity.WARNING,
    what="A password or secret is a literal in the configuration.",
    why="Everyone who can read the repository or the state can read it.",
    fix="Generate it with random_password, pass it as a sensitive variable, or let AWS manage it.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html (2026-11-28)",
    bad_terraform="""\
resource "aws_secretsmanager_secret_version" "api" {
  secret_id     = aws_secretsmanager_secret.api.id
  secret_string = "correct-horse-battery-staple"
}
""",
    check_graph=check,
)
