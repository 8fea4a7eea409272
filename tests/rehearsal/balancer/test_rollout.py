"""No request is lost while the tasks behind the load balancer come and go."""

from collections.abc import Iterator

import pytest
from stage3c.delivery.detour import Detour
from stage3c.rehearsal.balancer.balancer import Balancer

from tests.rehearsal.balancer.rollout import PORT, Rollout, Tasks
from tests.rehearsal.balancer.stack import Balanced, forward
from tests.rehearsal.balancer.traffic import Traffic

pytestmark = pytest.mark.slow


@pytest.fixture
def tasks(stack: Balanced, balancer: Balancer) -> Iterator[Tasks]:
    """Two healthy tasks."""
    group = stack.group(port=PORT)
    stack.listener(forward(group))
    made = Tasks(stack, group)
    for _ in range(2):
        made.start()
    stack.settle(balancer, group, "healthy", "healthy")
    yield made
    for task in [*made.running]:
        made.stop(task)


def rollout(stack: Balanced, balancer: Balancer, tasks: Tasks) -> Rollout:
    place = balancer.place(stack.dns_name, 80)
    assert place is not None
    detour = Detour({("shop.example.com", 80): place})
    return Rollout(balancer, tasks, lambda: Traffic("http://shop.example.com/", detour))


def test_no_request_is_lost_while_tasks_come_and_go(stack: Balanced, balancer: Balancer, tasks: Tasks) -> None:
    rollout(stack, balancer, tasks).run()
    assert (tasks.started, tasks.most, len(tasks.running)) == (6, 4, 2)
    assert [task.server.name for task in tasks.running] == ["task 4", "task 5"]


def test_a_lost_request_is_noticed(stack: Balanced, balancer: Balancer, tasks: Tasks) -> None:
    for task in tasks.running:
        task.server.statuses["/"] = 503
    with pytest.raises(
        AssertionError, match=r"scaling out and in by one loses [0-9]+ of [0-9]+ requests: status 503\."
    ):
        rollout(stack, balancer, tasks).run()
