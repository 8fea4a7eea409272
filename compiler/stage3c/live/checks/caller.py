"""Who asks, and in which account."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem


def ask(account: Account, _stack: Stack) -> Json:
    """The caller's account and ARN; None of the two is secret."""
    answer = account.client("sts").get_caller_identity()
    return {"account": answer["Account"], "arn": answer["Arn"]}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Compare the account with the spec's, where it has one."""
    if stack.account and answer["account"] != stack.account:
        cause = f"the credentials are of account {answer['account']}, and the spec is for {stack.account}."
        yield Problem(cause, "AWS_PROFILE=<a profile of that account> stage3c preflight …")


CHECK = Check(
    id="PRE101",
    title="Credentials are of the spec's account",
    why="A stack that is applied with the wrong profile is built in the wrong account.",
    source="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
    ask=ask,
    answer={"account": str, "arn": str},
    judge=judge,
)
