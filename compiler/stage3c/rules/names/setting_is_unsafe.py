"""Setting is unsafe."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the settings under "exposed", whose types stage3c itself mostly does not make."""
    return combined(graph, "exposed", "recommendations")


RULE = Rule(
    id="LIM250",
    scope="terraform",
    severity=Severity.WARNING,
    title="Setting is unsafe",
    what="A resource is open to everyone, unencrypted, unprotected or past its support.",
    why="AWS accepts it, but others may read, change or lose what the resource holds.",
    fix="Write what the finding names.",
    source="facts/recommendations.json",
    bad_terraform="""\
resource "aws_efs_access_point" "media" {
  file_system_id = aws_efs_file_system.media.id
}

resource "aws_efs_file_system" "media" {
  encrypted = true
}
""",
    good_terraform="""\
resource "aws_efs_access_point" "media" {
  file_system_id = aws_efs_file_system.media.id
  posix_user {
    uid = 1000
    gid = 1000
  }
  root_directory {
    path = "/media"
  }
}

resource "aws_efs_file_system" "media" {
  encrypted = true
}
""",
    check_graph=check,
)
