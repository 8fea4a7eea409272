"""The table of known failures, and what `explain-error` says of a log."""

import json
import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from stage3c.aws.facts import load
from stage3c.delivery.known_failures import KnownFailure, explain, fold, known_failures, likeliest
from stage3c.live.checks import all_checks
from stage3c.rules import catalogue

from tests.command import run_inside
from tests.conftest import ROOT

TABLE = {failure.key: failure for failure in known_failures()}
SPEC = ROOT / "specs" / "stage3v3.yaml"
SCHEMA = json.loads((ROOT / "specs" / "stage3c.schema.json").read_text(encoding="utf-8"))
CANARY = "hunter2-canary-Zq81"


AREAS = sorted({failure.area for failure in TABLE.values()})


def rows_of(area: str) -> list[KnownFailure]:
    return [failure for failure in TABLE.values() if failure.area == area]


def keys(log: str) -> list[str]:
    return [each.failure.key for each in explain(log)]


def example(pattern: tuple[str, ...], between: str = " arn:aws:x:123 ") -> str:
    return between.join(pattern)


def test_the_table_covers_what_a_stack_meets() -> None:
    areas = {failure.area for failure in TABLE.values()}
    assert sum(len(failure.patterns) for failure in TABLE.values()) >= 80
    assert {"ECS", "ELB", "RDS", "ECR", "IAM", "ACM", "Route 53", "S3", "Terraform", "PostgreSQL"} <= areas


@pytest.mark.parametrize("area", AREAS)
def test_a_row_is_complete(area: str) -> None:
    rules = {*catalogue(), *all_checks()}
    for failure in rows_of(area):
        assert failure.title, failure.key
        assert failure.cause.endswith("."), failure.key
        assert failure.fix, failure.key
        assert re.fullmatch(r"https://\S+", failure.source), failure.key
        assert re.fullmatch(r"2026-\d\d-\d\d|from memory", failure.read_on), failure.key
        assert set(failure.rules) <= rules, failure.key
        assert all(min(map(len, pattern)) >= 3 for pattern in failure.patterns), failure.key
        assert all(sum(map(len, pattern)) >= 6 for pattern in failure.patterns), failure.key


@pytest.mark.parametrize("area", AREAS)
def test_each_pattern_of_a_row_is_explained_by_it(area: str) -> None:
    for failure in rows_of(area):
        for pattern in failure.patterns:
            assert keys(f"Error: something failed\n{example(pattern)}\n")[:1] == [failure.key], pattern


@pytest.mark.parametrize("area", AREAS)
def test_where_to_look_is_a_path_of_the_spec(area: str) -> None:
    for look_at in {failure.look_at for failure in rows_of(area)}:
        schema = SCHEMA
        for part in filter(None, look_at.split(".")):
            assert _below(schema, schema, part), f"{look_at}: {part}"
            schema = {**_below(schema, schema, part)[0], "$defs": schema["$defs"]}


def test_what_a_fix_says_to_write_into_the_spec_is_valid_there() -> None:
    schema = json.loads((ROOT / "specs" / "stage3c.schema.json").read_text(encoding="utf-8"))
    kinds = [schema["$defs"][name]["properties"] for name in ("Service", "LoadBalancer", "Database")]
    told = re.compile(r"\b(?=([a-z_]+): (\{(?:[^{}]|\{[^{}]*\})*\}))")
    found = [
        ({**kind[name], "$defs": schema["$defs"]}, text)
        for failure in TABLE.values()
        for name, text in told.findall(failure.fix)
        for kind in kinds
        if name in kind and name != "permissions"  # those of GitHub
    ]
    assert len(found) > 5
    for wanted, text in found:
        Draft202012Validator(wanted).validate(yaml.safe_load(text))


def _below(schema: dict[str, object], root: dict[str, object], part: str) -> list[dict[str, object]]:
    """What a schema allows below a key; `*` is any key of a mapping."""
    found: list[dict[str, object]] = []
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if "$ref" in here:
            waiting.append(root["$defs"][str(here["$ref"]).rsplit("/", 1)[1]])  # type: ignore[index] # JSON
        waiting += [each for key in ("anyOf", "allOf") for each in here.get(key, [])]  # type: ignore[attr-defined] # JSON
        inner = here.get("additionalProperties") if part == "*" else here.get("properties", {}).get(part)  # type: ignore[attr-defined] # JSON
        inner = inner or (next(iter(here.get("patternProperties", {}).values()), None) if part == "*" else None)  # type: ignore[attr-defined] # JSON
        if isinstance(inner, dict):
            found.append(inner)
    return found


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(sorted(TABLE)), st.integers(20, 100))
def test_the_width_at_which_terraform_wraps_does_not_matter(key: str, width: int) -> None:
    text = example(TABLE[key].patterns[0])
    wrapped = "".join(f"│ {text[start : start + width]}\n" for start in range(0, len(text), width))
    assert keys(f"╷\n│ Error: x\n│ \n{wrapped}╵\n")[:1] == [key]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(sorted(TABLE)), min_size=1, max_size=4, unique=True))
def test_each_error_of_a_log_is_told_once_and_in_order(wanted: list[str]) -> None:
    one = "".join(f"Error: x\n\n{example(TABLE[key].patterns[0])}\n\n" for key in wanted)
    assert keys(one + one) == wanted


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=2000))
def test_any_text_is_read(text: str) -> None:
    for explanation in explain(text):
        assert explanation.line >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "log",
    [
        "cannotpullcontainererror " * 170_000,
        "x" * 4_000_000,
        "a\n" * 500_000,
        "Error:\n" * 500_000,
        "Error: NoSuchBucket PriorityInUse CannotPullContainerError\n" * 60_000,
    ],
    ids=["one piece", "one line", "lines", "errors", "known errors"],
)
def test_time_is_bounded(log: str) -> None:
    began = time.process_time()
    explain(log)
    assert time.process_time() - began < 30


def test_pieces_that_are_far_apart_are_no_match() -> None:
    assert keys("CannotPullContainerError" + " word" * 200 + " exec: i/o timeout") == ["image-pull"]


@pytest.mark.parametrize(
    ("line", "not_known"),
    [
        ("the image not found here", "dns-nxdomain"),
        ("the access log of the system file manager", "permission-file"),
        ("Apply complete! Resources: 12 added, 0 changed, 0 destroyed.", ""),
        ("aws_ecs_service.web: Still creating... [10m10s elapsed]", ""),
        ('10.0.1.7 - - [28/Nov/2026:10:00:00 +0000] "GET /health HTTP/1.1" 200 2', ""),
        ("INFO:     Application startup complete.", ""),
        ("(service web) has reached a steady state.", ""),
        ("(service web) registered 1 targets in (target-group arn:aws:elasticloadbalancing:x)", ""),
        ("Refreshing state... [id=sg-0123456789abcdef0]", ""),
        ("LOG:  database system is ready to accept connections", ""),
        ("uvicorn.error INFO Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)", ""),
        ("INFO user 7: the e-mail address is invalid, a name is required.", ""),
        ("policy is attached to role, try again later is not needed", ""),
        ("- Installed hashicorp/template v2.2.0 (signed by HashiCorp)", ""),
        ("order 7 is pending confirmation; the MFA code was sent; the free plan has no export", ""),
        ("WARN login refused: Token has expired", "expired-token"),
        ("error decoding request: unexpected EOF", "tf-plugin-crash"),
        ("HikariPool-1 - Start completed.", ""),
        ("#9 [builder 4/6] RUN npm ci\n#9 DONE 12.3s\n#10 exporting to image", ""),
        ("Setting up libpq5 (15.6-0+deb12u1) ...\nThe following NEW packages will be installed:", ""),
        ("INFO  [alembic.runtime.migration] Running upgrade 1 -> 2, add column name of relation users", ""),
        ("invalid character 'p' looking for beginning of value", "tf-syntax"),
        ('{"MonitoringInterval": 60, "MonitoringRoleArn": "x", "StorageThroughput": 0}', ""),
        ('{"CACertificateIdentifier": "rds-ca-rsa2048-g1"}', ""),
        ('{"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5}, "EngineMode": "provisioned"}', ""),
        ('{"DBParameterGroupFamily": "postgres17", "Description": "notes"}', ""),
        ('{"name": "web", "memoryReservation": 512, "memory": 1024}', ""),
        ('{"AttachmentId": "ela-attach-0a1b", "Status": "attached"}', ""),
        ('      + ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"\n      + tags       = { "note" = "x" }', ""),
        ("      + password = (sensitive value)\n      + monitoring = { notify = true }", ""),
        ("GET / HTTP/1.1 301 Moved Permanently", ""),
        ("HTTP/1.1 308 Permanent Redirect", ""),
        ("INFO user 12 is already associated with organisation 4", ""),
        ("INFO login failed for bob: invalid_password", ""),
        ("INFO user on the free plan created project 7", ""),
        ("INFO SSO token refreshed for session 7", ""),
        ("INFO search returned no results; no matching product found; multiple rules matched", ""),
        ("INFO interrupt received, shutting down", ""),
        ("INFO index already exists, skipping (sql)", ""),
        ("INFO client address in use: 10.0.0.5", ""),
        ("INFO stat .env: no such file or directory, using defaults", ""),
        ("  + role_arn = (known after apply)\n  + depends on 3 resources", ""),
        ("INFO user model has no attribute 'age', skipped; index rebuilt", ""),
        ("Assets: s3://cdk-hnb659fds-assets-1-eu-central-1/cdk-bootstrap/x published", ""),
        ("INFO task 17 timed out waiting for a slot, queued again", "lambda-timeout"),
        ("WARN option group of the form must have values", "cfn-parameters"),
        ("INFO the report was not delivered: user is part of a global cluster of customers", "rds-not-available"),
        ("WARN failed to load user profile", ""),
        ("ERROR failed to execute query", "local-exec"),
        ("error: fetching refs/heads/main timed out", "efs-mount"),
        ("error: loading records: context deadline exceeded", "rds-timeout"),
        ("java.util.Collections$UnmodifiableCollection.add", "rds-parameter-unknown"),
        ("pydantic_core._pydantic_core.ValidationError: 1 validation error for User", "binary-missing"),
        ("SyntaxError: Unexpected end of JSON input", "state-broken"),
        ("json: cannot unmarshal string into Go value", "taskdef-json"),
        ("traces export: rpc error: code = Unavailable desc = connection error", "tf-plugin-crash"),
        ("ERROR you do not have sufficient permissions", "capacity-ec2"),
        ("the operation failed: another operation is in progress", "pg-concurrency"),
        ("Value at 'stage' failed to satisfy constraint", "tags-invalid"),
        ('only lowercase alphanumeric characters and hyphens allowed in "identifier"', "bucket-name"),
        ("ERROR 403: Permission denied", "permission-file"),
        ("ERROR invalid identifier: invalid id: 7", "id-malformed"),
        ("ERROR role is not valid: editor", "iam-missing"),
        ("INFO Duplicate resource skipped; killed process finished", ""),
        ("WARN your account has been suspended", ""),
        ("fatal: Host key verification failed.", "ssh-provisioner"),
        ("ERROR in ./app.js Module not found: Error: Can't resolve './x'", "module-download"),
        (
            "Keep the last 30 images per repository; actions ecs:Poll, ecs:DiscoverPollEndpoint, ecs:StartTelemetrySession",
            "",
        ),
        ("service/aws-load-balancer-webhook-service   ClusterIP   10.100.7.7   <none>   443/TCP", ""),
        ("No migrations were found in the database. 3 migrations are new migrations must be executed.", ""),
        ("prisma:engines  binaries to download libquery-engine, schema-engine", ""),
        ("#14 COPY --from=build /app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node ./", ""),
        ("[2026/11/28 10:00:00] [ info] [output:cloudwatch_logs:cloudwatch_logs.0] worker #0 started", ""),
        ("[2026-11-28 10:00:00 +0000] [1] [INFO] Handling signal: term", ""),
        ("ERROR the role is not valid for this tenant", "task-role-invalid"),
        ("ValueError: invalid scheme 'ftp', path doesn't exist: /data", "migration-files"),
        ("INFO creating a self-signed certificate for development", ""),
        (
            "service_connect_defaults { namespace = aws_service_discovery_http_namespace.main.arn } # Service Connect",
            "",
        ),
        ('"portMappings": [{"name": "http", "containerPort": 8080}], "portName": "http"', ""),
        (
            '"dependsOn": [{"containerName": "proxy", "condition": "HEALTHY"}], "healthCheck": {"command": ["CMD", "curl"]}',
            "",
        ),
        ("INFO scaling activity finished; the task was stopped by its timeout; user opened /app/manage.py", ""),
        ("INFO trap installed for SIGABRT, SIGILL and SIGSEGV", ""),
        ("RecursionError: maximum recursion depth exceeded", "docker-layers"),
        ("graphql: max depth exceeded", "docker-layers"),
        ("ERROR workspace 'acme' already exists", "workspace-exists"),
        ("ERROR index 5 out of range for list", "tf-index"),
        ("ERROR domain name is empty", "r53-name"),
        ("ERROR the value is too long; the limit is 100", "lb-condition"),
        ("https response StatusCode: 429 from api.example.com", "throttled"),
        ("error: unexpected argument '--foo' found", "unsupported-argument"),
        ("clang: error: unknown argument: '-fx'", "unsupported-argument"),
        ("error: services.web.ports should be a list; a string is required; name must be a single value", "tf-type"),
        ('nginx: [warn] invalid condition "x"', "iam-syntax"),
        ("error: unknown element <foo>, missing action, statement is empty, invalid effect", "iam-syntax"),
        ('time=1 level=error msg="failed to read file config.yaml"', "tf-no-file"),
        ("Error: open /etc/app.yaml: permission denied", "tf-no-file"),
        ("INFO A/B experiment is active", ""),
        ("The report runs once every 30 days", ""),
        ("httpx.UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol.", "elb-protocols"),
        ("Error: Insufficient funds", "tf-missing-argument"),
        ("AttributeError: 'NoneType' object has no attribute \"x\"", "tf-attribute"),
        ("error: Unexpected block 17 of the chain", "tf-syntax"),
        ("SyntaxWarning: invalid escape sequence '\\d'", ""),
        ("jinja2.exceptions.TemplateSyntaxError: unexpected end of template", "tf-syntax"),
        ("INFO user with name bob already exists", ""),
        ("INFO e-mail must be verified before the first login", ""),
        ("error: no matching resources found", "state-address"),
        ("nginx: [emerg] invalid variable name in /etc/nginx/conf.d/x.conf:3", "tf-name"),
        ("error: user does not have attribute age; flag needs an argument: --name", "tf-old-syntax"),
        ("error: pool exhausted (10 in use), memory in use: 512 MB", "in-use-any"),
        ("CONFLICT (content): Merge conflicts with main", ""),
    ],
)
def test_what_is_no_failure_or_another_one_is_not_taken_for_a_known_one(line: str, not_known: str) -> None:
    found = keys(line)
    assert not_known not in found
    assert not_known or not found


def test_a_code_is_one_word_and_no_sentence() -> None:
    code = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")
    specific = [failure for failure in load("known_failures")["failures"] if not failure.get("general")]
    told = 0
    for failure in specific:
        codes = {pattern for pattern in failure["patterns"] if code.fullmatch(pattern)}
        others = [".*".join(map(re.escape, fold(each).split("*"))) for each in failure["patterns"] if each not in codes]
        for words in (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", each).lower() for each in codes):
            if not any(re.search(other, fold(words)) for other in others):
                told += 1
                assert failure["key"] not in keys(f"error: {words} in the log of a program"), words
    assert told > 250


def test_a_colon_before_a_blank_line_announces_the_cause() -> None:
    log = "Error locking state: Error acquiring the state lock: 1 error(s) occurred:\n\n* ResourceNotFoundException: x not found"
    assert keys(log) == ["state-lock-table"]
    assert keys("tasks failed to start\n\nexec format error") == ["circuit-breaker", "image-architecture"]


def test_an_error_below_the_line_of_a_program_belongs_to_it() -> None:
    assert keys("Unable to connect to the database. Retrying (1)...\nError: getaddrinfo ENOTFOUND db") == [
        "dns-nxdomain"
    ]
    assert keys("Error: CannotStartContainerError\nError: exec format error") == ["cannot-start", "image-architecture"]


def test_answers_of_aws_that_report_no_failure_explain_nothing() -> None:
    described = {
        "services": [
            {
                "serviceName": "web",
                "status": "ACTIVE",
                "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100},
                "serviceRegistries": [],
                "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "DISABLED"}},
                "deployments": [
                    {"rolloutState": "COMPLETED", "rolloutStateReason": "ECS deployment ecs-svc/1 completed."}
                ],
                "healthCheckGracePeriodSeconds": 60,
            }
        ],
        "DBInstances": [
            {"BackupRetentionPeriod": 7, "MasterUserSecret": {"KmsKeyId": "x"}, "DeletionProtection": True}
        ],
        "logGroups": [{"retentionInDays": 30}],
        "FlowLogs": [{"LogDestination": "arn:aws:s3:::logs", "DeliverLogsPermissionArn": "x"}],
        "MetricAlarms": [{"AlarmActions": [], "Period": 60}],
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        "DBProxies": [{"RequireTLS": True, "Auth": [{"IAMAuth": "DISABLED"}]}],
        "DBClusters": [
            {
                "DatabaseInsightsMode": "standard",
                "PerformanceInsightsRetentionPeriod": 7,
                "ReplicationSourceIdentifier": "",
                "MasterUserSecret": {"KmsKeyId": "x"},
                "AssociatedRoles": [{"FeatureName": "s3Import"}],
            }
        ],
        "Certificate": {"RenewalEligibility": "INELIGIBLE", "Status": "ISSUED", "KeyAlgorithm": "RSA_2048"},
        "ResourceRecordSets": [
            {"Name": "a.example.com.", "AliasTarget": {"HostedZoneId": "Z1", "EvaluateTargetHealth": False}},
            {
                "Name": "b.example.com.",
                "TTL": 300,
                "ResourceRecords": [{"Value": "192.0.2.1"}],
                "SetIdentifier": "blue",
            },
        ],
        "Attributes": {"FifoQueue": "true", "ContentBasedDeduplication": "true", "RedrivePolicy": "{}"},
        "KeyMetadata": {
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyState": "Enabled",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        },
        "DistributionConfig": {
            "Origins": [{"DomainName": "x.s3.amazonaws.com"}],
            "ViewerCertificate": {"ACMCertificateArn": "x"},
        },
    }
    assert keys(json.dumps(described)) == []


def test_a_class_of_codes_is_told_only_where_nothing_else_fits() -> None:
    assert keys("api error NewThingLimitExceeded: no more of them") == ["limit-any"]
    assert keys("api error VpcLimitExceeded: no more of them") == ["vpc-limit"]
    assert keys("Traceback (most recent call last)\n\nexec format error") == ["image-architecture"]
    assert keys("Error: NewThingLimitExceeded\n\nError: exec format error") == ["limit-any", "image-architecture"]
    assert keys("ValidationException: AccessDenied: User: x is not authorized to perform: y") == ["access-denied"]


def test_the_most_specific_of_a_log_is_the_likeliest() -> None:
    found = likeliest("CannotStartContainerError\n\nexec format error")
    assert found
    assert found.failure.key == "image-architecture"
    assert likeliest("all is well") is None


@pytest.mark.parametrize(
    ("key", "row"), [("host", "secret-without-host"), ("dbname", "secret-without-host"), ("DB_HOST", "env-missing")]
)
def test_what_a_program_looks_up_says_what_it_needs(key: str, row: str) -> None:
    line = f"    secret = json.loads(os.environ['DATABASE_URL'])['{key}']"
    assert keys(
        f"Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in main\n{line}\nKeyError: '{key}'"
    ) == [row]


def test_a_long_line_is_quoted_around_the_failure() -> None:
    (found,) = explain(f"{'x ' * 500}password={CANARY} exec format error {'y' * 500}")
    assert "exec format error" in found.quote
    assert found.quote.startswith("…")
    assert len(found.quote) <= 300
    assert CANARY not in found.quote


def test_a_task_that_ends_well_is_told_from_one_that_fails() -> None:
    assert keys("Essential container in task exited. Exit code: 0") == ["exit-0"]
    assert keys("Essential container in task exited. Exit code: 1") == ["essential-exited"]


def test_the_specific_hides_the_general() -> None:
    log = (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable "
        "to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::1:assumed-role/x is not authorized to "
        "perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-central-1:1:secret:x"
    )
    assert keys(log) == ["secret-denied"]


@pytest.mark.parametrize(
    "line",
    [
        f"password authentication failed for user app password={CANARY}",
        f'{{"DB_PASSWORD": "{CANARY}", "error": "password authentication failed for user"}}',
        f"password authentication failed for user: postgres://app:{CANARY}@db/x",
        f"password authentication failed for user Authorization: Bearer {CANARY}.{CANARY}",
    ],
)
@pytest.mark.parametrize("output", ["text", "json"])
def test_a_secret_in_the_log_is_not_printed(line: str, output: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_text(line, encoding="utf-8")
    told = run_inside("explain-error", tmp_path / "log", "--spec", SPEC, "--format", output)
    assert told.returncode == 0
    assert "rejects the password" in told.stdout
    assert CANARY not in told.stdout + told.stderr


@pytest.mark.parametrize(
    "line",
    [
        f"Invalid URL 'postgres://app:{CANARY}/x@db/name'",
        f"Error validating datasource: postgresql:/app:{CANARY}@db",
        f'invalid dsn: missing "=" after "{CANARY}" in connection info string',
        f'could not connect: invalid port number: "{CANARY}"',
        f"ValueError: Port could not be cast to integer value as '{CANARY}'",
        f'invalid percent-encoded token: "{CANARY}%"',
        f"ExpiredToken https://bucket.s3.amazonaws.com/x?X-Amz-Signature={CANARY}",
    ],
)
def test_the_address_that_cannot_be_read_is_not_quoted(line: str) -> None:
    found = explain(line)
    assert found
    assert not any(CANARY in each.quote for each in found)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("(service agentic-aws-stage3v3-nodejs) (port 3000) is unhealthy in (target-group x)", "services.nodejs.health.ready"),
        ("does not have an associated load balancer\n\n  with aws_ecs_service.fastapi,", "services.fastapi.load_balancer"),
        ("Cannot find version 15.13 for postgres", "databases.main.version"),
        ("Task failed ELB health checks", "services"),
    ],
)  # fmt: skip
def test_the_line_of_the_spec_is_named(line: str, place: str) -> None:
    told = run_inside("explain-error", "-", "--spec", SPEC, "--format", "json", typed=f"Error: {line}")
    found = json.loads(told.stdout)["failures"][0]
    assert found["look_at"] == place
    key = place.rsplit(".", 1)[-1]
    assert f"{key}:" in SPEC.read_text(encoding="utf-8").splitlines()[found["line"] - 1]


def test_a_log_without_a_known_failure() -> None:
    told = run_inside("explain-error", "-", typed="all is well")
    assert (told.returncode, told.stdout) == (1, "")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    told = run_inside("explain-error", tmp_path / "none")
    assert told.returncode == 2
    assert "cannot be read" in told.stderr


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\xff\xfe\x00NoSuchBucket\x00")
    assert run_inside("explain-error", tmp_path / "log").returncode == 0


def test_no_fix_takes_a_secret_value_as_an_argument() -> None:
    fixes = [known.fix for known in known_failures() if "--secret-string" in known.fix]
    assert fixes
    assert all("--secret-string file:///dev/stdin" in fix for fix in fixes)
