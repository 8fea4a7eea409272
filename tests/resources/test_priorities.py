from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stage3c.language.model.load_balancer import Route
from stage3c.resources.priorities import priorities

patterns = st.from_regex(r"/[a-z]{0,150}[*?]?", fullmatch=True)
routes = st.builds(
    Route,
    name=st.just("public"),
    paths=st.lists(patterns, max_size=3),
    hosts=st.sampled_from([[], ["api.example.com"]]),
    priority=st.none(),
)
names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


def route(*paths: str, **keys: Any) -> Route:
    return Route(name="public", paths=list(paths), **keys)


def test_a_priority_that_is_given_is_kept() -> None:
    assert priorities({"api": route("/api/*", priority=7), "web": route("/web/*")})["api"] == 7


def test_the_longer_pattern_goes_first() -> None:
    chosen = priorities({"api": route("/api/*"), "orders": route("/api/orders/*"), "all": route("/*")})
    assert chosen["orders"] < chosen["api"] < chosen["all"]


def test_a_host_goes_before_any_path() -> None:
    chosen = priorities({"host": route(hosts=["api.example.com"]), "path": route("/" + "a" * 127 + "/*")})
    assert chosen["host"] < chosen["path"]


def test_a_host_with_a_path_goes_before_the_host_alone() -> None:
    chosen = priorities({"host": route(hosts=["a.example.com"]), "both": route("/x/*", hosts=["a.example.com"])})
    assert chosen["both"] < chosen["host"]


def test_an_automatic_priority_avoids_one_that_is_given() -> None:
    alone = priorities({"api": route("/api/*")})["api"]
    chosen = priorities({"api": route("/api/*"), "other": route("/x/*", priority=alone)})
    assert chosen["api"] != alone


def test_a_full_bucket_flows_over_and_stays_unique() -> None:
    chosen = priorities({f"s{n:03}": route(f"/{n:03}/*") for n in range(400)})
    assert len(set(chosen.values())) == 400
    assert max(chosen.values()) <= 50_000


@given(st.dictionaries(names, routes, max_size=40))
def test_priorities_are_unique_and_legal(given_routes: dict[str, Route]) -> None:
    chosen = priorities(given_routes)
    assert set(chosen) == set(given_routes)
    assert len(set(chosen.values())) == len(chosen)
    assert all(1 <= number <= 50_000 for number in chosen.values())


@given(st.dictionaries(names, routes, max_size=12))
def test_the_order_of_the_spec_does_not_matter(given_routes: dict[str, Route]) -> None:
    assert priorities(dict(reversed(given_routes.items()))) == priorities(given_routes)


def test_a_new_service_moves_no_other() -> None:
    before = {name: route(f"/{name}/*") for name in ("cart", "mail", "user")}
    after = priorities({**before, "docs": route("/documents/*")})
    assert {name: after[name] for name in before} == priorities(before)
