from stage3c.graph import Graph, Ref
from stage3c.resources.domain import hostnames_of

from tests.resources.stacks import attributes, compiled, example

OWN = "arn:aws:acm:eu-central-1:123456789012:certificate/x"


def names(graph: Graph, prefix: str) -> list[str]:
    records = graph.of_type("aws_route53_record")
    return [str(record.attributes["name"]) for record in records if record.name.startswith(prefix)]


def aliases(graph: Graph) -> list[str]:
    return [str(r.attributes["name"]) for r in graph.of_type("aws_route53_record") if r.attributes["type"] == "A"]


def test_the_domain_is_an_alias_of_the_public_load_balancer() -> None:
    assert aliases(compiled()) == ["shop.example.com"]
    assert attributes(compiled(), "aws_route53_record.public_alias_shop_example_com")["alias"] == [
        {
            "name": Ref("aws_lb.public", "dns_name"),
            "zone_id": Ref("aws_lb.public", "zone_id"),
            "evaluate_target_health": True,
        }
    ]


def test_a_wildcard_and_its_base_share_one_record_of_validation() -> None:
    over = 'load_balancers: {public: {hostnames: ["*.example.com", example.com, shop.example.com]}}'
    assert len(names(compiled(over), "public_validation_")) == 2


def test_a_record_of_validation_may_exist_already() -> None:
    assert attributes(compiled(), "aws_route53_record.public_validation_shop_example_com")["allow_overwrite"] is True


def test_names_are_in_lower_case_as_acm_gives_them_back() -> None:
    graph = compiled("domain: {zone: Example.com, name: Shop.Example.com}")
    assert attributes(graph, "aws_acm_certificate.public")["domain_name"] == "shop.example.com"
    assert '"shop.example.com"' in names(graph, "public_validation_")[0]
    assert attributes(graph, "data.aws_route53_zone.main")["name"] == "example.com"


def test_a_given_certificate_leaves_only_the_alias() -> None:
    graph = compiled(f'load_balancers: {{public: {{https: {{certificate: "{OWN}"}}}}}}')
    assert names(graph, "public_") == aliases(graph) == ["shop.example.com"]


def test_an_internal_load_balancer_has_no_public_record() -> None:
    assert names(compiled(), "internal_") == []


def test_only_the_first_public_load_balancer_has_the_domain() -> None:
    stack = example("load_balancers: {second: {scheme: internet-facing, subnets: public}}")
    assert [hostnames_of(stack, name) for name in stack.load_balancers] == [["shop.example.com"], [], []]


def test_without_a_domain_the_zone_is_not_looked_up() -> None:
    graph = compiled("domain: null\nload_balancers: {public: {https: false}}")
    assert "data.aws_route53_zone.main" not in graph.resources
    assert not graph.of_type("aws_route53_record")


def test_a_certificate_is_made_before_the_old_one_goes() -> None:
    assert compiled().resources["aws_acm_certificate.public"].lifecycle.create_before_destroy
