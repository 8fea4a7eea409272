from typing import Any

from stage3c.graph import Ref

from tests.resources.stacks import attributes, compiled, example

LONG = "a-load-balancer-with-quite-a-long-name"


def action(over: str, listener: str) -> Any:
    found: Any = attributes(compiled(over), f"aws_lb_listener.{listener}")["default_action"]
    return found


def test_plain_http_only_redirects_where_there_is_tls() -> None:
    redirect = [{"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}]
    assert action("", "public_http") == [{"type": "redirect", "redirect": redirect}]


def test_a_redirect_goes_to_the_port_of_tls() -> None:
    assert action("load_balancers: {public: {https: {port: 8443}}}", "public_http")[0]["redirect"][0]["port"] == "8443"


def test_the_service_without_paths_and_hosts_takes_the_rest() -> None:
    target = Ref("aws_lb_target_group.web", "arn")
    assert action("", "public_https") == [{"type": "forward", "target_group_arn": target}]


def test_what_nobody_claims_is_not_found() -> None:
    claimed = "services: {api: {load_balancer: {name: internal, paths: [/api/*]}}}"
    assert action(claimed, "internal_http")[0]["fixed_response"][0]["status_code"] == "404"


def test_a_rule_stands_on_the_listener_that_serves() -> None:
    over = "services: {web: {load_balancer: {name: public, paths: [/shop/*], hosts: [shop.example.com], priority: 5}}}"
    found = attributes(compiled(over), "aws_lb_listener_rule.web")
    assert (found["listener_arn"], found["priority"]) == (Ref("aws_lb_listener.public_https", "arn"), 5)
    assert found["condition"] == [
        {"host_header": [{"values": ["shop.example.com"]}]},
        {"path_pattern": [{"values": ["/shop/*"]}]},
    ]


def test_tls_uses_the_validated_certificate_or_the_given_one() -> None:
    listener = "aws_lb_listener.public_https"
    made = Ref("aws_acm_certificate_validation.public", "certificate_arn")
    assert attributes(compiled(), listener)["certificate_arn"] == made
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/x"
    own = compiled(f'load_balancers: {{public: {{https: {{certificate: "{arn}"}}}}}}')
    assert attributes(own, listener)["certificate_arn"] == arn
    assert not own.of_type("aws_acm_certificate")


def test_target_groups_take_addresses_and_ask_the_readiness_check() -> None:
    found: Any = attributes(compiled(), "aws_lb_target_group.api")
    assert (found["target_type"], found["port"]) == ("ip", 8000)
    assert (found["health_check"][0]["path"], found["health_check"][0]["port"]) == ("/ready", "traffic-port")


def test_a_target_group_is_replaced_under_a_new_name() -> None:
    before, after = compiled(), compiled("services: {api: {port: 9000}}")
    names = {graph.resources["aws_lb_target_group.api"].attributes["name"] for graph in (before, after)}
    assert len(names) == 2
    assert before.resources["aws_lb_target_group.api"].lifecycle.create_before_destroy


def test_long_names_are_shortened_and_fixed_ones_stay() -> None:
    over = f"load_balancers: {{{LONG}: {{scheme: internal, subnets: private}}}}"
    assert len(str(attributes(compiled(over), f"aws_lb.{LONG}")["name"])) <= 32
    assert attributes(compiled("load_balancers: {public: {name: by-hand}}"), "aws_lb.public")["name"] == "by-hand"


def test_stickiness_is_off_unless_told() -> None:
    assert attributes(compiled(), "aws_lb_target_group.web")["stickiness"] == [{"type": "lb_cookie", "enabled": False}]
    sticky = compiled("services: {web: {load_balancer: {name: public, stickiness_seconds: 60}}}")
    assert attributes(sticky, "aws_lb_target_group.web")["stickiness"] == [
        {"type": "lb_cookie", "enabled": True, "cookie_duration": 60}
    ]


def test_invalid_headers_are_dropped() -> None:
    assert attributes(compiled(), "aws_lb.public")["drop_invalid_header_fields"] is True


def test_every_service_that_a_load_balancer_fronts_is_bound() -> None:
    stack, graph = example(), compiled()
    bound = {str(ref) for resource in graph.resources.values() for ref in _forwarded(resource)}
    assert bound == {f"aws_lb_target_group.{name}.arn" for name, s in stack.services.items() if s.load_balancer}


def _forwarded(resource: Any) -> list[Any]:
    actions = resource.attributes.get("default_action", resource.attributes.get("action", []))
    return [a["target_group_arn"] for a in actions if a["type"] == "forward"] if "lb_listener" in resource.type else []
