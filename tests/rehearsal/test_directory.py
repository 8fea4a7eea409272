"""The table of who listens where."""

from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.directory import Directory

IP = st.ip_addresses(v=4).map(str)
PORT = st.integers(1, 65535)
ENTRY = st.tuples(IP, PORT, st.tuples(st.just("127.0.0.1"), PORT), st.sampled_from(["task/1", "task/2", "database"]))


@given(st.lists(ENTRY), st.sampled_from(["task/1", "nobody"]))
def test_it_answers_with_the_last_one_who_came_and_is_still_there(
    entries: list[tuple[str, int, tuple[str, int], str]], gone: str
) -> None:
    directory = Directory()
    for entry in entries:
        directory.add(*entry)
    directory.remove(gone)
    last = {(ip, port): (place, owner) for ip, port, place, owner in entries}
    for (ip, port), (place, owner) in last.items():
        assert directory.where(ip, port) == (None if owner == gone else place)
    told = {owner: sorted(keys) for owner, keys in directory.owners().items()}
    remaining = {owner for _, owner in last.values()} - {gone}
    assert told == {owner: sorted(key for key, value in last.items() if value[1] == owner) for owner in remaining}
