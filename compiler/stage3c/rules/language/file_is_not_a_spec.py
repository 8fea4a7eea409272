"""File belongs to another tool."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC121",
    title="File belongs to another tool",
    what="The file is a Compose file, a Kubernetes or Copilot manifest, a CloudFormation template, Terraform or the like.",
    why="Judged as a spec, each of its keys would be reported as unknown.",
    fix="Pass a spec, as in `stage3c validate stage3c.yaml`; `stage3c init` writes one.",
    source="The design of this language.",
    bad="""\
name: frontend
type: Load Balanced Web Service
image: {build: ./Dockerfile, port: 80}
""",
)
