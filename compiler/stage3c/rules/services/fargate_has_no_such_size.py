"""Fargate does not support this CPU and memory size."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each service's size against the table."""
    sizes = {int(cpu): memory for cpu, memory in load("fargate")["memory_mib_by_cpu"].items()}
    for name, service in stack.services.items():
        if service.cpu not in sizes:
            near = min(sizes, key=lambda cpu: abs(cpu - service.cpu))
            cause = f"services.{name}.cpu is {service.cpu}; Fargate allows {', '.join(map(str, sorted(sizes)))}."
            yield Finding(cause, f"write `cpu: {near}`.", ("services", name, "cpu"))
        elif service.memory_mib not in sizes[service.cpu]:
            fits = sizes[service.cpu]
            near = min(fits, key=lambda memory: (abs(memory - service.memory_mib), -memory))
            offer = f"with {service.cpu} CPU units Fargate allows {fits[0]} to {fits[-1]}, in steps"
            cause = f"services.{name}.memory_mib is {service.memory_mib}; {offer}."
            yield Finding(cause, f"write `memory_mib: {near}`.", ("services", name, "memory_mib"))


RULE = Rule(
    id="SVC102",
    title="Fargate does not support this CPU and memory size",
    what="`cpu` and `memory_mib` of a service are not a combination that Fargate supports.",
    why=(
        "Terraform does not check it; AWS rejects the task definition at apply: No Fargate configuration "
        "exists for given values."
    ),
    fix="Write a supported combination, such as `cpu: 256` and `memory_mib: 512`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
    bad="services: {api: {cpu: 512, memory_mib: 512}}",
    good="services: {api: {cpu: 512, memory_mib: 4096}}",
    check_spec=check,
)
