"""The commands about the versions of a stack's state."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from stage3c.cli.confirming import require_name
from stage3c.cli.console import GENERATED, Env, Format, Out, Spec, say
from stage3c.cli.live import EndpointUrl, in_account
from stage3c.cli.progress import waiting
from stage3c.wording import aligned

if TYPE_CHECKING:
    from stage3c.delivery.state_preview import Step
    from stage3c.live.state_versions import Version

_LIST = "list"


class _ListByDefault(typer.core.TyperGroup):
    """`state SPEC` is `state list SPEC`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - of click, which typer has inside
        """Put the command before anything else."""
        first = args[0] if args else ""
        named = first in self.commands or first in ctx.help_option_names or not first
        return super().parse_args(ctx, args if named else [_LIST, *args])


app = typer.Typer()
group = typer.Typer(
    cls=_ListByDefault,
    no_args_is_help=True,
    help="List the versions of the state, as in `stage3c state SPEC`, or restore one.",
    epilog="Examples:\n\n  stage3c state stage3c.yaml\n\n  stage3c state restore stage3c.yaml VERSION",
)
app.add_typer(group, name="state")


@group.command(_LIST)
def list_versions(
    spec: Spec,
    env: Env = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """List the versions of the state: serial, time and size; the newest first."""
    from stage3c.live import state_versions as work  # noqa: PLC0415 - only these commands read the state

    reading = waiting("reading the versions of the state")
    with in_account(spec, env, out, endpoint_url) as (build, account, here), reading:
        known = work.versions(account, build.stack)
    if as_json:
        print(json.dumps({"stack": build.stack.name, "versions": [_object(each) for each in known]}, indent=2))
        return
    table = aligned([("version", "serial", "written (UTC)", "bytes", ""), *work.rows(known)])
    here.print("".join(f"{line}\n" for line in table), Format.TEXT)
    count = f"{len(known)} version{'s' if len(known) != 1 else ''}"
    again = here.complete("stage3c state restore SPEC VERSION restores one")
    say(f"{count}; {again}" if known else "there is no state yet")


@group.command()
def restore(
    spec: Spec,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Id of the version, or its beginning.")],
    env: Env = None,
    yes: Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")] = False,
    plan: Annotated[bool, typer.Option("--plan/--no-plan", help="Show what Terraform would do afterwards.")] = True,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """Restore a version of the state, with its lock and digest, after showing what Terraform would then do."""
    from stage3c.delivery.state_preview import preview  # noqa: PLC0415 - as above
    from stage3c.live import state_versions as work  # noqa: PLC0415 - likewise
    from stage3c.live.lock import refuse_unless_held, state_lock_of  # noqa: PLC0415 - likewise

    with in_account(spec, env, out, endpoint_url) as (build, account, here):
        stack = build.stack
        with state_lock_of(account, stack, "stage3c state restore") as lock:
            known = work.versions(account, stack)
            wanted = work.chosen(known, version, stack)
            here.print(_described(known, wanted), Format.TEXT)
            if plan:
                with waiting("planning with that version"):
                    steps = preview(out / build.stack_name, work.body_of(account, stack, wanted), endpoint_url)
                here.print(build.hidden.clean(_planned(steps)), Format.TEXT)
            if not yes:
                require_name(stack.name, "restore this version", "the state was not changed")
            refuse_unless_held(account, stack, lock)
            serial = work.bring_back(account, stack, known, wanted)
    say(f"restored version {wanted.id} as serial {serial}; the state that it replaces remains as a version")


def _described(known: "list[Version]", wanted: "Version") -> str:
    current = next((each for each in known if each.is_current and each.is_state), None)
    now = f"serial {current.serial}, {current.size:,} bytes" if current else "no state that can be read"
    written = f", written {wanted.written:%Y-%m-%d %H:%M:%S} UTC" if wanted.written else ""
    then = f"serial {wanted.serial}, {wanted.size:,} bytes{written}"
    return f"now: {now}\nversion {wanted.id}: {then}\n"


def _planned(steps: "list[Step]") -> str:
    if not steps:
        return "with that version, terraform plan has nothing to do\n"
    lines = ["with that version, terraform plan would", *(f"  {each.action:<8} {each.address}" for each in steps)]
    if any(each.action == "create" for each in steps):
        lines.append("what exists already and would be created is taken over by stage3c adopt SPEC")
    return "".join(f"{line}\n" for line in lines)


def _object(version: "Version") -> dict[str, object]:
    return {
        "id": version.id,
        "serial": version.serial,
        "written": version.written.isoformat() if version.written else None,
        "bytes": version.size,
        "current": version.is_current,
        "deleted": version.is_marker,
        "lineage": version.lineage or None,
        "problem": version.problem or None,
    }
