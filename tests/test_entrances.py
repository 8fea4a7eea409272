"""Who stands behind which load balancer in a new project."""

from stage3c.output.entrances import Entrance, calls, entrances, front, internal, left_out, reached
from stage3c.output.parts import Part


def part(key: str, port: int | None = 80, *, published: bool = False, **called: str) -> Part:
    return Part(key, build=key, port=port, published=published, calls=called)


def test_the_front_is_published_and_called_by_nobody() -> None:
    parts = [part("api", published=True), part("site", published=True, API="api"), part("admin")]
    assert front(parts) is parts[1]
    assert front([part("x", None)]) is None
    assert front([part("api"), part("web")]).key == "web"  # type: ignore[union-attr] # there is one


def test_one_that_is_called_is_behind_an_internal_load_balancer_and_several_each_have_one() -> None:
    web, api, mail = part("web", published=True, A="api", M="mail"), part("api"), part("mail")
    assert entrances([web, api, mail]) == {
        "web": Entrance("public"),
        "api": Entrance("internal-api"),
        "mail": Entrance("internal-mail"),
    }
    assert entrances([part("web", published=True, A="api"), api, mail]) == {
        "web": Entrance("public"),
        "api": Entrance("internal"),
    }
    assert internal(entrances([web, api, mail])) == ["internal-api", "internal-mail"]


def test_another_published_service_has_paths_and_a_worker_nothing() -> None:
    parts = [part("web", published=True), part("admin", published=True), part("worker", None)]
    assert entrances(parts) == {"web": Entrance("public"), "admin": Entrance("public", ("/admin", "/admin/*"))}


def test_calls_of_the_front_of_itself_and_of_nobody_are_left_out() -> None:
    parts = [part("web", published=True, A="api", W="web"), part("api", W="web", B="back", N="none"), part("back")]
    assert calls(parts) == {"web": {"A": "api"}, "api": {"B": "back"}, "back": {}}
    assert reached(parts, "web") == {"api", "back"}
    assert [line.partition(",")[0] for line in left_out(parts)] == [
        "web: W is the address of web",
        "api: W is the address of web",
        "api: N is the address of none",
    ]


def test_two_that_call_each_other_are_walked_once() -> None:
    parts = [part("web", published=True, A="a"), part("a", B="b"), part("b", A="a")]
    assert reached(parts, "web") == {"a", "b"}
