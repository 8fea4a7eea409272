"""Sixty common mistakes in a spec: an edit of the reference spec, and what the first error must say.

Each row: the line as it is, what somebody writes instead, the rule, and a text that its fix or cause must contain.
"""

from typing import NamedTuple


class Mistake(NamedTuple):
    """One edit, and what the first error is about."""

    right: str
    wrong: str
    code: str
    told: str


MISTAKES = (
    # Slips in keys
    Mistake("    port: 8000", "    prot: 8000", "SPEC101", "write `port`"),
    Mistake("    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "    memory: 1024\n    subnets: private\n    load_balancer: internal", "SPEC101", "write `memory_mib`"),
    Mistake("    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "    memoryMib: 1024\n    subnets: private\n    load_balancer: internal", "SPEC101", "write `memory_mib`"),
    Mistake("region: us-east-1", "regoin: us-east-1", "SPEC101", "write `region`"),
    Mistake("load_balancers:", "load_balancer:", "SPEC101", "write `load_balancers`"),
    Mistake("databases:", "database:", "SPEC101", "write `databases`"),
    Mistake("services:\n", "service:\n", "SPEC101", "write `services`"),
    Mistake("    multi_az: true", "    multiAZ: true", "SPEC101", "write `multi_az`"),
    Mistake("    backup_days: 7", "    backup_retention: 7", "SPEC101", "backup_days"),
    Mistake("    scale: {min: 1, desired: 2, max: 10, cpu_percent: 70, memory_percent: 80}\n  nodejs", "    replicas: 2\n  nodejs", "SPEC101", "write `scale`"),
    Mistake("    health: {live: {path: /health, probe: node}, ready: /ready}", "    healthcheck: {live: {path: /health, probe: node}, ready: /ready}", "SPEC101", "write `health`"),
    Mistake("    uses: [main] ", "    use: [main] ", "SPEC101", "write `uses`"),
    Mistake("    calls: {FASTAPI_URL: fastapi}", "    depends_on: {FASTAPI_URL: fastapi}", "SPEC101", "write `calls`"),
    Mistake("  zones: [us-east-1a, us-east-1b]", "  availability_zones: [us-east-1a, us-east-1b]", "SPEC101", "write `zones`"),
    Mistake("    secrets:\n", "    secret:\n", "SPEC101", "write `secrets`"),
    Mistake("tags: {CostCenter: platform}", "tags: {CostCenter: platform}\ncaches: {redis: {}}", "SPEC101", "caches"),
    # Values
    Mistake("    port: 8000", '    port: "8000"', "SPEC103", "write `port: 8000`, without quotes"),
    Mistake("    port: 8000", "    port: eight", "SPEC103", "write for example `port: 8000`"),
    Mistake("    port: 8000", "    port: 80000", "SPEC105", "write `port: 65535` or less"),
    Mistake("    port: 8000", "    port: [8000]", "SPEC103", "port: 8000"),
    Mistake("    port: 8000", '    port: "8000:8000"', "SPEC103", "port: 8000"),
    Mistake("    port: 8000", "    port:", "LBA115", "port"),
    Mistake('    version: "15.13"', "    version: 15.13", "SPEC103", 'write `version: "15.13"`'),
    Mistake("    multi_az: true", "    multi_az: yes", "SPEC103", "write `multi_az: true`"),
    Mistake("    multi_az: true", '    multi_az: "true"', "SPEC103", "write `multi_az: true`"),
    Mistake("  nat: single", "  nat: singel", "SPEC104", "write `nat: single`"),
    Mistake("  nat: single", "  nat: true", "SPEC104", "`single`"),
    Mistake("scheme: internet-facing", "scheme: public", "SPEC104", "internet-facing"),
    Mistake("scheme: internet-facing", "scheme: internet_facing", "SPEC104", "write `scheme: internet-facing`"),
    Mistake("engine: postgres", "engine: postgresql", "SPEC104", "write `engine: postgres`"),
    Mistake("engine: postgres", "engine: mysql", "SPEC104", "postgres"),
    Mistake("  endpoints: [s3]", "  endpoints: s3", "SPEC103", "write `endpoints: [s3]`"),
    Mistake("  endpoints: [s3]", "  endpoints: [S3]", "SPEC104", "s3"),
    Mistake("project: agentic-aws", "project: Agentic_AWS", "SPEC105", "write `project: agentic-aws`"),
    Mistake("stage3c: 1", "stage3c: 2", "SPEC104", "write `stage3c: 1`"),
    Mistake("stage3c: 1", 'stage3c: "1"', "SPEC104", "write `stage3c: 1`"),
    Mistake("    cpu: 512\n    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "    cpu: 0.5\n    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "SPEC103", "write `cpu: 512`"),
    Mistake("    cpu: 512\n    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "    cpu: 512\n    memory_mib: 1GB\n    subnets: private\n    load_balancer: internal", "SPEC103", "write `memory_mib: 1024`"),
    Mistake("    cpu: 512\n    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "    cpu: 500\n    memory_mib: 1024\n    subnets: private\n    load_balancer: internal", "SVC102", "512"),
    Mistake("ready: /ready}", "ready: ready}", "SPEC105", "write `ready: /ready`"),
    Mistake("    scale: {min: 1, desired: 2, max: 10, cpu_percent: 70, memory_percent: 80}\n  nodejs", "    scale: {min: 5, desired: 2, max: 1}\n  nodejs", "SVC106", "max"),
    Mistake("    scale: {min: 1, desired: 2, max: 10, cpu_percent: 70, memory_percent: 80}\n  nodejs", "    capacity: {spot: {weight: 1}}\n  nodejs", "SPEC104", "write `fargate_spot`"),
    Mistake("    database_name: agentic_aws_db", "    database_name: agentic-aws-db", "DBS108", "write `database_name: agentic_aws_db`"),
    Mistake("email: ops@example.com", "email: ops", "SPEC105", "ops@example.com"),
    Mistake("cidr: 10.1.0.0/16", "cidr: 10.1.0.5/16", "NET108", "write 10.1.0.0/16"),
    Mistake("cidr: 10.1.0.0/16", "cidr: 10.1.0.0", "NET108", "/16"),
    Mistake("  zones: [us-east-1a, us-east-1b]", "  zones: [us-east-1a, b]", "SPEC105", "eu-central-1a"),
    Mistake("region: us-east-1", "region: us-esat-1", "NET112", "us-east-1"),
    # References
    Mistake("    load_balancer: public", "    load_balancer: publik", "SPEC106", "write `public`"),
    Mistake("    uses: [main] ", "    uses: [mian] ", "SPEC106", "main"),
    Mistake("    subnets: private\n    load_balancer: internal", "    subnets: privat\n    load_balancer: internal", "SPEC106", "write `private`"),
    Mistake("    calls: {FASTAPI_URL: fastapi}", "    calls: {FASTAPI_URL: fast-api}", "SPEC106", "write `fastapi`"),
    Mistake("main.password", "main.pasword", "SEC102", "write `DB_PASSWORD: main.password`"),
    # Layout
    Mistake("    port: 8000", "   port: 8000", "SPEC120", "line 48 by 4 spaces"),
    Mistake("    port: 8000", "     port: 8000", "SPEC120", "line 48 by 4 spaces"),
    Mistake("    port: 8000", "\tport: 8000", "SPEC120", "tab"),
    Mistake("    port: 8000", "    port 8000", "SPEC001", "colon is missing after `port`"),
    Mistake("    port: 8000", "    port:8000", "SPEC001", "a space is missing after the colon of `port`"),
    Mistake("  nodejs:\n", "    nodejs:\n", "SPEC120", "line 60"),
    Mistake("state:\n  bucket: agentic-aws-terraform-state\n  lock: both\n  lock_table", "state:\nbucket: agentic-aws-terraform-state\nlock: both\nlock_table", "SPEC120", "indent lines 10 to 12 by 2 spaces"),
    Mistake("monitoring: {email: ops@example.com, log_days: 14,", "  monitoring: {email: ops@example.com, log_days: 14,", "SPEC120", "line 71"),
    Mistake("endpoints: [s3]", "endpoints: [s3", "SPEC001", "`]`"),
    Mistake("    build: services/fastapi", '    build: "services/fastapi', "SPEC001", "line 47"),
    Mistake("    build: services/fastapi", "    build: @services", "SPEC001", "double quotes"),
    Mistake("    build: services/fastapi", "    build: services: fastapi", "SPEC001", "double quotes"),
    Mistake("    build: services/fastapi", "    build: services/fastapi\n    build: services/other", "SPEC009", "line 47"),
    Mistake("    build: services/fastapi", "    build: ./services/fastapi", "SPEC105", "write `build: services/fastapi`"),
    Mistake("    build: services/fastapi\n", "", "SVC101", "build"),
    Mistake("    build: services/fastapi\n", "    build: services/fastapi\n    image: nginx:1.27.3\n", "SVC101", "build"),
    Mistake("    build: services/fastapi\n", "    build: services/fastapi\n    command: gunicorn app:app\n", "SPEC103", 'write `command: ["gunicorn", "app:app"]`'),
)  # fmt: skip
