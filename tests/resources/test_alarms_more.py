from stage3c.graph import Ref
from stage3c.resources.alarms import alarms

from tests.resources.stacks import compiled, document, example


def test_nothing_is_published_in_clear_text() -> None:
    deny = document(compiled().resources["aws_sns_topic_policy.alarms"], "policy")["Statement"][1]
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == Ref("aws_sns_topic.alarms", "arn")


def test_a_stack_that_watches_nothing_has_no_topic() -> None:
    stack = example()
    quiet = stack.model_copy(update={"monitoring": stack.monitoring.model_copy(update={"alarms": None})})
    assert list(alarms(quiet)) == []
