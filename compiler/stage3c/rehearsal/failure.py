"""What ends a rehearsal before its last step, and what leaves out one step."""


class Failed(Exception):  # noqa: N818 - a finding of the rehearsal, not an error of the program
    """A step that failed, as it would in AWS: a cause and a fix."""

    def __init__(self, cause: str, fix: str) -> None:
        """Take both as sentences."""
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


class LeftOut(Exception):  # noqa: N818 - likewise
    """A step that this machine cannot do; the others go on. The reason is a sentence."""
