"""Services have the same automatic priority; see `priority_facts`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="LBA124",
    title="Services have the same automatic priority",
    what=(
        "The priorities of two routes, which stage3c derives from their names and keeps from the previous build, are equal on "
        "one load balancer."
    ),
    why="AWS rejects the second listener rule with PriorityInUse. Choosing another number by itself would move existing rules.",
    fix="Write the `priority` that the finding names.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    essential=True,
    bad="""\
services:
  docs-job: {port: 80, load_balancer: {name: public, paths: [/docs/*]}}
  files-job: {port: 80, load_balancer: {name: public, paths: [/file/*]}}
""",
)
