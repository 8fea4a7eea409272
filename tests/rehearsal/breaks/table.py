"""Things that are broken in a deployed stack after apply, each with the sentence by which a rehearsal explains it.

`incident` is the number of the mission's incident report, or the id of a public report in the collection of incidents.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stage3c.delivery.known_failures import known_failures

from tests.rehearsal.breaks.kept import Kept

Undo = Callable[[], object]


@dataclass(frozen=True)
class Break:
    """One of them: what it is, how it is made, and words of the sentence that names its cause."""

    incident: str
    what: str
    make: Callable[[Kept], Undo]
    expected: str
    judge: Callable[[Kept], str] = Kept.judged


def cause(key: str) -> str:
    """The cause of a known failure, as a sentence of the rehearsal has it."""
    return next(each.cause for each in known_failures() if each.key == key).rstrip(".")


def role(change: Callable[[Any], Any]) -> Callable[[Kept], Undo]:
    """Change the policy of the back end's execution role."""

    def make(kept: Kept) -> Undo:
        name = kept.name("aws_iam_role.fastapi_execution")
        before = kept.ask("iam.get_role_policy", RoleName=name, PolicyName="execution")["PolicyDocument"]
        after = change(before)
        assert after != before

        def put(document: Any) -> object:
            text = json.dumps(document)
            return kept.ask("iam.put_role_policy", RoleName=name, PolicyName="execution", PolicyDocument=text)

        put(after)
        return lambda: put(before)

    return make


def role_may_not(sid: str) -> Callable[[Kept], Undo]:
    """Take one statement out of the execution role."""
    return role(lambda policy: {**policy, "Statement": [each for each in policy["Statement"] if each["Sid"] != sid]})


def other_secret(policy: Any) -> Any:
    """Allow a secret whose name only looks alike."""
    return json.loads(json.dumps(policy).replace(":secret:rds!", ":secret:rds-"))


def denied(action: str) -> Callable[[Kept], Undo]:
    """Deny an action by a second policy of the execution role."""

    def make(kept: Kept) -> Undo:
        role = kept.name("aws_iam_role.fastapi_execution")
        statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        kept.ask("iam.put_role_policy", RoleName=role, PolicyName="guard", PolicyDocument=text)
        return lambda: kept.ask("iam.delete_role_policy", RoleName=role, PolicyName="guard")

    return make


def definition(change: Callable[[dict[str, Any]], None], service: str = "fastapi") -> Callable[[Kept], Undo]:
    """Deploy a task definition in which something is changed."""
    takes = ("family", "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities", "cpu", "memory")

    def make(kept: Kept) -> Undo:
        before = kept.definition(service)
        after = {name: before[name] for name in (*takes, "containerDefinitions") if name in before}
        after = json.loads(json.dumps(after))
        change(after)
        made = kept.ask("ecs.register_task_definition", **after)["taskDefinition"]["taskDefinitionArn"]
        kept.run(service, made)
        return lambda: kept.run(service, before["taskDefinitionArn"])

    return make


def secret_key(name: str, key: str) -> Callable[[dict[str, Any]], None]:
    """Take another key of the secret."""

    def change(told: dict[str, Any]) -> None:
        (secret,) = (each for each in told["containerDefinitions"][0]["secrets"] if each["name"] == name)
        secret["valueFrom"] = ":".join([*secret["valueFrom"].split(":")[:7], key, "", ""])

    return change


def secret_arn(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Change the ARN in every `valueFrom`."""

    def change(told: dict[str, Any]) -> None:
        for secret in told["containerDefinitions"][0]["secrets"]:
            secret["valueFrom"] = secret["valueFrom"].replace(old, new)

    return change


def without_execution_role(told: dict[str, Any]) -> None:
    del told["executionRoleArn"]


def other_log_group(told: dict[str, Any]) -> None:
    told["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"] += "-2"


def other_repository(told: dict[str, Any]) -> None:
    container = told["containerDefinitions"][0]
    container["image"] = container["image"].replace("/", "/other-", 1)


def secret_value(change: Callable[[str], str]) -> Callable[[Kept], Undo]:
    """Store something else in the secret of the database."""

    def make(kept: Kept) -> Undo:
        (database,) = kept.ask("rds.describe_db_instances")["DBInstances"]
        arn = database["MasterUserSecret"]["SecretArn"]
        before = kept.ask("secretsmanager.get_secret_value", SecretId=arn)["SecretString"]

        def put(text: str) -> object:
            return kept.ask("secretsmanager.put_secret_value", SecretId=arn, SecretString=text)

        put(change(before))
        return lambda: put(before)

    return make


def no_log_group(kept: Kept) -> Undo:
    name = kept.name("aws_cloudwatch_log_group.service_fastapi")
    kept.ask("logs.delete_log_group", logGroupName=name)
    return lambda: kept.ask("logs.create_log_group", logGroupName=name)


def check_of(service: str, **changed: Any) -> Callable[[Kept], Undo]:
    """Change the health check of a target group."""

    def make(kept: Kept) -> Undo:
        group = kept.group(service)
        before = {name: group[name] for name in changed}

        def put(settings: dict[str, Any]) -> object:
            return kept.ask("elbv2.modify_target_group", TargetGroupArn=group["TargetGroupArn"], **settings)

        put(changed)
        return lambda: put(before)

    return make


def listener_of(port: int, **changed: Any) -> Callable[[Kept], Undo]:
    """Change a listener of the public load balancer."""

    def make(kept: Kept) -> Undo:
        listener = kept.listener("public", port)
        before = {name: listener[name] for name in changed}

        def put(settings: dict[str, Any]) -> object:
            return kept.ask("elbv2.modify_listener", ListenerArn=listener["ListenerArn"], **settings)

        put(changed)
        return lambda: put(before)

    return make


def fixed(status: str) -> list[dict[str, Any]]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain"}}]


def redirect(**told: str) -> list[dict[str, Any]]:
    return [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", **told}}]


def other_certificate(kept: Kept) -> Undo:
    """A certificate for the apex alone."""
    made = kept.ask("acm.request_certificate", DomainName="a-g-e-n-t-i-c.com")["CertificateArn"]
    back = listener_of(443, Certificates=[{"CertificateArn": made}])(kept)

    def undo() -> None:
        back()
        kept.ask("acm.delete_certificate", CertificateArn=made)

    return undo


def rule_before_all(kept: Kept) -> Undo:
    """A rule of somebody else that takes /api/*."""
    arn = kept.listener("public", 443)["ListenerArn"]
    conditions = [{"Field": "path-pattern", "Values": ["/api/*"]}]
    told = {"ListenerArn": arn, "Priority": 1, "Conditions": conditions, "Actions": fixed("403")}
    rule = kept.ask("elbv2.create_rule", **told)["Rules"][0]["RuleArn"]
    return lambda: kept.ask("elbv2.delete_rule", RuleArn=rule)


def record(change: Callable[[dict[str, Any]], None] | None) -> Callable[[Kept], Undo]:
    """Change the public name's record, or delete it."""

    def make(kept: Kept) -> Undo:
        zone = kept.ask("route53.list_hosted_zones")["HostedZones"][0]["Id"]
        sets = kept.ask("route53.list_resource_record_sets", HostedZoneId=zone)["ResourceRecordSets"]
        before = next(each for each in sets if each["Type"] == "A")

        def put(action: str, told: Any) -> object:
            batch = {"Changes": [{"Action": action, "ResourceRecordSet": told}]}
            return kept.ask("route53.change_resource_record_sets", HostedZoneId=zone, ChangeBatch=batch)

        if change is None:
            put("DELETE", before)
        else:
            after = json.loads(json.dumps(before))
            change(after)
            put("UPSERT", after)
        return lambda: put("UPSERT", before)

    return make


def to_another(told: dict[str, Any]) -> None:
    told["AliasTarget"]["DNSName"] = "old-1.us-east-1.elb.amazonaws.com"


def no_targets(kept: Kept) -> Undo:
    before, kept.targets["nodejs"] = kept.targets["nodejs"], []
    return lambda: kept.targets.update(nodejs=before)


def answers(service: str, path: str, body: bytes = b"", status: int = 200) -> Callable[[Kept], Undo]:
    """Let a service answer something else."""

    def make(kept: Kept) -> Undo:
        asked = kept.servers[service]
        before = asked.bodies.get(path, b"{}")
        asked.bodies[path], asked.statuses[path] = body, status

        def undo() -> None:
            asked.bodies[path], asked.statuses[path] = before, 200

        return undo

    return make


FAILED_WITH = "a target of agentic-aws-stage3v3-{} is unhealthy: Health checks failed with these codes: [{}]"
NOT_CONNECTED = b'{"backend": {"database_connected": false}}'
ACCOUNT = (
    Break("4", "execution role may not read the secret", role_may_not("InjectSecrets"),
          "does not allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:"),
    Break("4", "execution role may read another secret", role(other_secret),
          "does not allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:"),
    Break("5", "a key that a secret of RDS does not have", definition(secret_key("DB_USERNAME", "host")),
          "variable DB_USERNAME takes the key host, which secret"),
    Break("7", "the database is not connected", answers("nodejs", "/api/status", NOT_CONNECTED),
          "GET /api/status: json backend.database_connected is false, expected true (specs/stage3v3.yaml:"),
    Break("8", "health checks pass and the application fails", answers("nodejs", "/api/db-test", b"{}", 500),
          "GET /api/db-test: status is 500, expected 200"),
    Break("inc076", "task definition without an execution role", definition(without_execution_role),
          "the task definition has no execution role"),
    Break("inc084", "json-key of a secret that is not JSON", secret_value(lambda _: "plain"),
          "whose value is not JSON"),
    Break("inc089", "log group missing", no_log_group, "log group /ecs/"),
    Break("inc089", "log group of another name", definition(other_log_group), "does not allow logs:CreateLogStream on"),
    Break("other", "the image may not be pulled", role_may_not("PullImage"), "does not allow ecr:BatchCheckLayer"),
    Break("other", "no token of the registry", role_may_not("RegistryToken"), "does not allow ecr:GetAuthorizationToken"),
    Break("other", "the log may not be written", role_may_not("WriteLogs"), "does not allow logs:CreateLogStream"),
    Break("other", "a Deny wins over the Allow", denied("secretsmanager:*"), "does not allow secretsmanager:GetSecretValue"),
    Break("other", "image of a repository that the role may not pull", definition(other_repository), "repository/other-"),
    Break("other", "ARN of a secret that was created again", definition(secret_arn(":secret:rds!", ":secret:old!")),
          "does not allow secretsmanager:GetSecretValue on"),
    Break("inc071", "a parameter of Systems Manager as a secret", definition(secret_arn(":secretsmanager:", ":ssm:")),
          "is taken from Systems Manager or an invalid ARN"),
    Break("other", "health check of a path that is not there", answers("nodejs", "/ready", b"{}", 404),
          FAILED_WITH.format("nodejs-3000", 404)),
    Break("other", "health check redirected by the application", answers("fastapi", "/ready", b"{}", 301),
          FAILED_WITH.format("fast-32d295", 301)),
    Break("other", "health check of another port", check_of("nodejs", HealthCheckPort="8080"), "nothing listens on 10.1."),
    Break("other", "health check with another matcher", check_of("nodejs", Matcher={"HttpCode": "204"}),
          FAILED_WITH.format("nodejs-3000", 200)),
    Break("other", "health check by HTTPS of a service that speaks HTTP", check_of("nodejs", HealthCheckProtocol="HTTPS"),
          "is unhealthy: Health checks failed"),
    Break("other", "no listener forwards to the target group", listener_of(443, DefaultActions=fixed("503")),
          "GET /: status is 503, expected 200"),
    Break("other", "no task is registered", no_targets, "has no target"),
    Break("other", "a rule of another stack goes first", rule_before_all, "GET /api/status: status is 403, expected 200"),
    Break("other", "HTTP is not redirected", listener_of(80, DefaultActions=fixed("200")),
          "answers with status 200, expected a redirect to HTTPS"),
    Break("other", "HTTP is redirected to another host",
          listener_of(80, DefaultActions=redirect(Protocol="HTTPS", Port="443", Host="www.a-g-e-n-t-i-c.com")),
          "does not redirect to https://stage3v3.a-g-e-n-t-i-c.com"),
    Break("other", "HTTPS redirects to itself", listener_of(443, DefaultActions=redirect(Protocol="HTTPS", Port="443")),
          "GET /: more than 5 redirects"),
    Break("other", "certificate of another name", other_certificate, "certificate for stage3v3.a-g-e-n-t-i-c.com is not valid"),
    Break("other", "no record for the name", record(None), "stage3v3.a-g-e-n-t-i-c.com does not resolve"),
    Break("other", "record of a load balancer that is gone", record(to_another), "stage3v3.a-g-e-n-t-i-c.com does not resolve"),
)  # fmt: skip
