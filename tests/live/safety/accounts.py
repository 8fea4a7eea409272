"""What the named tests share: a spec deployed with its state, and what a command then did to the account."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.command import Done, Stage3c
from tests.live.safety.deploy import Compiled, Deployer, Made, compiled
from tests.live.safety.listing import Inventory, Key, changed, gone, inventory
from tests.live.safety.scenario import HERE


@dataclass
class Stack:
    """One environment of a spec in an account."""

    world: World
    what: Compiled
    out: Path
    made: Made = field(default_factory=dict)

    @property
    def stage3c(self) -> Stage3c:
        return Stage3c(self.what.spec, self.out, self.what.stack.name, self.what.env)

    def deployed(self, *only: str) -> "Stack":
        """Made, all or these with what they stand on, and known to its state."""
        deployer = Deployer(self.world, self.what, self.made)
        wanted = {above for address in only for above in self.what.ancestors(address)} if only else None
        deployer.make(wanted)
        self.knows(self.made)
        return self

    def knows(self, made: Made, *, serial: int = 7) -> None:
        """Write a state of this stack that knows just this."""
        states.put(self.world, self.what.stack, states.document(self.what, made, serial=serial))

    def state(self, **more: Any) -> dict[str, Any]:
        """What its state would be now."""
        return states.document(self.what, self.made, **more)


def stack(world: World, spec: str | Path, out: Path, env: str | None = None) -> Stack:
    """A stack by its spec, of which nothing is made yet."""
    return Stack(world, compiled(HERE / spec if isinstance(spec, str) else spec, env), out)


class Effect(Struct, frozen=True):
    """What happened to the account while a command ran."""

    done: Done
    before: Inventory
    after: Inventory

    @property
    def gone(self) -> set[Key]:
        return gone(self.before, self.after)

    @property
    def touched(self) -> set[Key]:
        """Gone, or not the same any more."""
        return self.gone | changed(self.before, self.after)


def cleanup(of: Stack, **more: Any) -> Effect:
    """`cleanup --yes`, with the name typed."""
    before = inventory(of.world)
    done = of.stage3c.cleanup(**more)
    return Effect(done, before, inventory(of.world))


def refuses(effect: Effect) -> None:
    """Nothing was touched, and the command says so by its exit code."""
    assert not effect.touched, f"{effect.touched}\n{effect.done.said}"
    assert effect.done.code != 0, effect.done.said
    assert "Traceback" not in effect.done.said
