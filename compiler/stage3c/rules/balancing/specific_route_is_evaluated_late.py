"""More specific route is evaluated after a general one; see `priority_facts`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="LBA125",
    title="More specific route is evaluated after a general one",
    what="A route with an automatic priority is evaluated after a route that matches the same requests and more.",
    why="The first rule that matches receives the request, so the more specific service never receives its own.",
    fix="Write the `priority` that the finding names.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="""\
services:
  web: {load_balancer: {name: public, paths: [/*], priority: 2}}
  api: {load_balancer: {name: public, paths: [/api/*]}}
""",
    good="""\
services:
  web: {load_balancer: {name: public, paths: [/*], priority: 50000}}
  api: {load_balancer: {name: public, paths: [/api/*]}}
""",
)
