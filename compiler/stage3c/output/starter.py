"""The files of a new project, made from a few answers: a commented spec, .gitignore, editor settings and, on request, CI. Pure.

Whatever the answers, the spec validates without a finding; a test goes over all of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from stage3c.aws.facts import load
from stage3c.language.faults import mended_name
from stage3c.language.json_schema import spec_schema
from stage3c.language.model.base import IDENTIFIER
from stage3c.language.scalars import resolve
from stage3c.output.entrances import Entrance, calls, entrances, internal, reached
from stage3c.output.parts import Part

Budget = Literal["cheapest", "standard", "high-availability"]
SPEC: Final = "stage3c.yaml"
DATABASE_VERSION: Final = "17"
_PROJECT_MAX_CHARS: Final = 30
_PORT: Final = 8080


class Answers(Struct, frozen=True):
    """What somebody wants."""

    project: str
    parts: Sequence[Part]
    database: bool
    domain: str | None
    region: str
    budget: Budget
    email: str | None = None
    database_version: str = DATABASE_VERSION

    @property
    def cheap(self) -> bool:
        """Whether there is no NAT gateway and no standby."""
        return self.budget == "cheapest"


def project_name(text: str) -> str:
    """A project name from the name of a folder."""
    return mended_name(text, IDENTIFIER)[:_PROJECT_MAX_CHARS].strip("-")


def starter_files(answers: Answers, *, ci: bool) -> dict[str, str]:
    """The files by path."""
    settings = {"yaml.schemas": {_SCHEMA: [SPEC]}}
    found = {
        SPEC: spec_text(answers),
        ".gitignore": ".terraform/\nterraform.tfstate*\n*.tfplan\n.venv/\n",
        ".vscode/settings.json": json.dumps(settings, indent=2) + "\n",
        _SCHEMA: json.dumps(spec_schema(), ensure_ascii=False) + "\n",
    }
    return found | ({".github/workflows/stage3c.yml": _CI} if ci else {})


_SCHEMA: Final = ".vscode/stage3c.schema.json"
_CI: Final = """\
name: stage3c
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.13"}
      # Not on PyPI yet: name the place that has it, such as git+https://github.com/OWNER/stage3c@v1
      - run: pip install stage3c
      - run: stage3c validate stage3c.yaml --format github
      - run: stage3c build stage3c.yaml --check
"""


def spec_text(answers: Answers) -> str:
    """The spec, section by section."""
    sections = [_head(answers), _network(answers), _load_balancers(answers), _databases(answers), _services(answers)]
    return "\n".join(filter(None, [*sections, _rest(answers)]))


def _head(answers: Answers) -> str:
    environment = "dev" if answers.cheap else "prod"
    return f"""\
# yaml-language-server: $schema=.vscode/stage3c.schema.json
# Keys and examples: stage3c schema --format markdown. Check: stage3c validate {SPEC}
stage3c: 1
project: {_text(answers.project)}
environment: {environment}
region: {answers.region}
# Terraform keeps its state in this bucket; stage3c bootstrap creates it. Bucket names are unique worldwide.
state: {{bucket: {answers.project}-{environment}-{answers.region}-state}}
"""


def _zones(answers: Answers) -> list[str]:
    letters: list[str] = list(load("regions")["zone_letters_by_region"][answers.region])
    count = 3 if answers.budget == "high-availability" else 2
    return [f"{answers.region}{letter}" for letter in sorted(letters)[:count]]


def _network(answers: Answers) -> str:
    zones = _zones(answers)
    nat = {"cheapest": "none", "standard": "single", "high-availability": "per_zone"}[answers.budget]
    why = {
        "none": "no NAT gateway: tasks have public addresses",
        "single": "one NAT gateway for all zones",
        "per_zone": "a NAT gateway in each zone, so that none depends on another",
    }[nat]
    tiers = {"public": ("internet_gateway", 0)}
    if not answers.cheap:
        tiers["private"] = ("nat_gateway", 16)
    elif internal(entrances(answers.parts)):
        tiers["private"] = ("none", 16)
    tiers |= {"database": ("none", 32)} if answers.database else {}
    tables = "\n".join(f"    {name}: {{default_route: {route}}}" for name, (route, _) in tiers.items())
    ranges = {
        name: ", ".join(f"10.0.{start + at}.0/24" for at in range(len(zones))) for name, (_, start) in tiers.items()
    }
    subnets = "\n".join(f"    {name}: {{cidrs: [{text}], route_table: {name}}}" for name, text in ranges.items())
    return f"""\
network:
  cidr: 10.0.0.0/16
  zones: [{", ".join(zones)}]
  nat: {nat}  # {why}
  route_tables:
{tables}
  subnets:
{subnets}
  endpoints: [s3]  # free, and keeps image layers off the NAT gateway
"""


def _load_balancers(answers: Answers) -> str:
    given = entrances(answers.parts)
    if not given:
        return ""
    inside = "".join(f"  {_text(name)}: {{scheme: internal, subnets: private}}\n" for name in internal(given))
    https = ", https: true" if answers.domain else ""
    domain = ""
    if answers.domain:
        name = f"dev.{answers.domain}" if answers.cheap else f"www.{answers.domain}"
        domain = f"""\
# An existing public hosted zone in Route 53, and the name of the load balancer in it.
domain: {{zone: {answers.domain}, name: {name}}}

"""
    return f"""\
{domain}load_balancers:
  public: {{scheme: internet-facing, subnets: public{https}}}
{inside}"""


def _databases(answers: Answers) -> str:
    if not answers.database:
        return ""
    size = {"cheapest": "db.t4g.micro", "standard": "db.t4g.medium", "high-availability": "db.m7g.large"}[
        answers.budget
    ]
    safety = (
        "    multi_az: false\n    backup_days: 1\n" if answers.cheap else "    multi_az: true\n    backup_days: 14\n"
    )
    return f"""\
databases:
  main:
    engine: postgres
    version: "{answers.database_version}"
    instance_class: {size}
    storage_gib: {{initial: 20, max: 100}}
    database_name: main
{safety}"""


def _services(answers: Answers) -> str:
    given, called = entrances(answers.parts), calls(answers.parts)
    return "services:\n" + "".join(
        _service(answers, part, given.get(part.key), called[part.key]) for part in answers.parts
    )


def uses_database(answers: Answers, part: Part) -> bool:
    """Whether a part gets the database: those that are known to use it, or all."""
    return answers.database and (part.uses_database or not any(each.uses_database for each in answers.parts))


def _service(answers: Answers, part: Part, entrance: Entrance | None, called: Mapping[str, str]) -> str:
    uses = uses_database(answers, part)
    lines = [
        f"  {_text(part.key)}:",
        f"    build: {_text(part.build)}" if part.build else f"    image: {_text(part.image or '')}",
    ]
    lines += [f"    command: {json.dumps(part.command, ensure_ascii=False)}"] if part.command else []
    lines += [f"    port: {part.port}"] if entrance else []
    lines += ["    cpu: 256", "    memory_mib: 512"] if answers.cheap else ["    cpu: 512", "    memory_mib: 1024"]
    lines += ["    architecture: arm64"] if part.arm else []
    lines += ["    subnets: public", "    assign_public_ip: true"] if answers.cheap else ["    subnets: private"]
    lines += _load_balancer(entrance) if entrance else []
    lines += [f"    user: {_text(part.user)}"] if part.user and part.user not in ("root", "0") else []
    lines.append("    read_only_root: false  # true is safer, once the image writes only to writable_paths")
    if part.environment:
        lines += [
            "    environment:",
            *(f"      {_text(name)}: {json.dumps(value)}" for name, value in part.environment.items()),
        ]
    if called:
        pairs = ", ".join(f"{_text(name)}: {_text(key)}" for name, key in called.items())
        lines.append(f"    calls: {{{pairs}}}  # the variable gets the URL, and the way is opened")
    if uses:
        lines.append("    uses: [main]  # sets DB_HOST, DB_PORT and DB_NAME, and opens the way")
        lines += [
            "    secrets: {DB_USERNAME: main.username, DB_PASSWORD: main.password}",
            "    redeploy_on_rotation: true  # RDS changes the password every seven days; tasks read it when they start",
        ]
    lines += _health(part, uses=uses) if entrance else []
    scale = {"cheapest": "1", "standard": "{min: 2, max: 4}", "high-availability": "{min: 3, max: 9}"}[answers.budget]
    return "\n".join([*lines, f"    scale: {scale}", ""])


def _load_balancer(entrance: Entrance) -> list[str]:
    if not entrance.paths:
        return [f"    load_balancer: {_text(entrance.balancer)}"]
    paths = ", ".join(map(json.dumps, entrance.paths))
    return [f"    load_balancer: {{name: {entrance.balancer}, paths: [{paths}]}}  # the service gets the whole path"]


def _health(part: Part, *, uses: bool) -> list[str]:
    path = part.health_path or "/"
    probe = f"live: {{path: {_text(path)}, probe: {part.runtime}}}" if part.runtime else ""
    ready = "ready: {path: /ready, touches: [main]}" if uses else f"ready: {_text(path)}"
    note = (
        "    # /ready must query the database and answer 200; the load balancer sends requests only then.\n"
        if uses
        else ""
    )
    return [f"{note}    health: {{{', '.join(filter(None, [probe, ready]))}}}"]


def _rest(answers: Answers) -> str:
    parts = []
    if answers.email:
        parts.append(f"monitoring: {{email: {_text(answers.email)}, log_days: 30}}\n")
    else:
        parts.append("# With `email`, alarms are sent to that address.\nmonitoring: {alarms: false, log_days: 30}\n")
    if entrances(answers.parts):
        parts.append("".join(["# Requests that prove the deployed stack works.\nchecks:\n", *_checks(answers)]))
        if not answers.domain:
            why = "No domain yet; add domain, and https to the load balancer"
            parts.append(f"ignore:\n  - {{rule: LBA104, path: load_balancers.public, reason: {json.dumps(why)}}}\n")
    return "\n".join(parts)


def _checks(answers: Answers) -> Iterator[str]:
    """For each public route one that answers, and one that needs the database, if the service does."""
    by_key = {part.key: part for part in answers.parts}
    for key, entrance in entrances(answers.parts).items():
        if entrance.balancer != "public":
            continue
        path = entrance.paths[0] if entrance.paths else ""
        yield f"  - {{get: {_text(path or '/')}}}\n"
        if uses_database(answers, by_key[key]):
            note = f"an answer of {key} after a query that worked"
        elif any(uses_database(answers, by_key[each]) for each in reached(answers.parts, key)):
            note = f"an answer of {key} that it gets from where the database is"
        elif answers.database and not path:
            note = f"an answer of {key} that proves that the database can be reached"
        else:
            continue
        yield f"  - {{get: {_text(path + ('/status' if path else '/ready'))}, json: {{database: true}}}}  # {note}\n"


def _text(value: str | None) -> str:
    """A plain text, in quotes where YAML would take it for something else."""
    text = value or ""
    is_word = text.replace("-", "a").replace(".", "a").replace("/", "a").replace("_", "a").isalpha()
    return text if is_word and resolve(text) == text else json.dumps(text)
