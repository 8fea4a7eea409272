"""A rehearsal as a table, as JSON and as JUnit, and what none of them proves. Pure."""

from collections.abc import Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from stage3c.rehearsal.steps import Row

NOT_PROVEN: Final = (
    "quotas and capacity of the AWS account (run stage3c preflight)",
    "the public DNS and the delegation of the hosted zone",
    "IAM conditions that depend on the request",
    "permissions for what the code really calls: the emulated account refuses no call of a task",
    "inbound traffic of tasks: the load balancer reaches them whatever their security groups are (the step prove judges those)",
    "what the emulator accepts and AWS rejects",
    "versions of Terraform and of the AWS provider other than the installed ones",
    "images: services and jobs run as processes from their folders, without the image, its user, its limits and a read-only root",
    "requests that nothing sends while services are changed: only the GET requests of the checks are, from four clients at once",
    "how long deployments take in AWS: health checks, grace periods and deregistration delays are ten times shorter here",
    "what autoscaling, deployment alarms and AWS's own rotation do: tasks are added and the password is changed by API calls",
    "addresses of the internet that a service calls: a task reaches the deployed resources and the emulated account alone",
)


def as_text(rows: Sequence[Row], logs: str) -> str:
    """A table of steps with their times and findings, then what is not proven."""
    width = max(len(row.name) for row in rows)
    lines: list[str] = []
    for row in rows:
        time = f"{row.seconds:6.1f} s" if row.outcome != "skipped" else " " * 8
        lines.append(f"{row.name:{width}}  {row.outcome:7}  {time}  {row.title}".rstrip())
        lines += [f"    {note}" for note in row.notes]
        lines += [_indented(f"cause: {row.cause}"), f"    fix: {row.fix}"] if row.cause else []
    lines += [f"{'total':{width}}  {' ' * 7}  {sum(row.seconds for row in rows):6.1f} s", ""]
    lines += ["A rehearsal does not prove:", *(f"  - {each}" for each in NOT_PROVEN), f"Logs: {logs}"]
    return "\n".join(lines) + "\n"


def _indented(text: str) -> str:
    """Below the row of a step; what follows the first line, such as the end of a log, further in."""
    return "    " + text.replace("\n", "\n        ")


def as_object(stack: str, rows: Sequence[Row], logs: str) -> dict[str, Any]:
    """For JSON: `{"stack", "passed", "steps": [{"name", "title", "outcome", "seconds", "notes", "cause", "fix"}], …}`."""
    steps = [
        {
            "name": row.name,
            "title": row.title,
            "outcome": row.outcome,
            "seconds": round(row.seconds, 1),
            "notes": [*row.notes],
            "cause": row.cause,
            "fix": row.fix,
        }
        for row in rows
    ]
    passed = all(row.outcome != "failed" for row in rows)
    return {"stack": stack, "passed": passed, "steps": steps, "not_proven": [*NOT_PROVEN], "logs": logs}


def as_junit(stack: str, rows: Sequence[Row]) -> str:
    """One test suite with one test per step, https://github.com/testmoapp/junitxml (2026-11-28)."""
    counts = {outcome: str(sum(row.outcome == outcome for row in rows)) for outcome in ("failed", "skipped")}
    time = f"{sum(row.seconds for row in rows):.1f}"
    told = {"tests": str(len(rows)), "failures": counts["failed"], "skipped": counts["skipped"], "time": time}
    suite = ET.Element("testsuite", {"name": f"rehearsal of {stack}", **told})
    for row in rows:
        case = ET.SubElement(suite, "testcase", {"name": row.name, "classname": stack, "time": f"{row.seconds:.1f}"})
        if row.outcome == "failed":
            ET.SubElement(case, "failure", {"message": row.cause}).text = row.fix
        elif row.outcome == "skipped":
            ET.SubElement(case, "skipped", {"message": row.notes[0]} if row.notes else {})
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
