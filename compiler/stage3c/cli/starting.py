"""`stage3c init`: a few questions, each with a default and an option, and the files of a new project."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from msgspec.structs import replace

from stage3c.cli.console import ENVIRONMENT, USAGE, fail, say
from stage3c.output import files, report

app = typer.Typer(rich_markup_mode=None)
_HELP = """Start a project: write a commented spec, .gitignore and editor settings.

Reads Dockerfiles, package.json, pyproject.toml and a Compose file of the folder for its defaults.

Examples:

  stage3c init

  stage3c init shop --image nginx:1.27.3 --port 80 --yes

  stage3c init --database --domain example.com --budget standard --ci --yes
"""
_REGIONS = "eu-central-1"


@app.command("init", help=_HELP)
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder of the project.", show_default=False)
    ] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="Project name (default: the name of the folder).")] = None,
    build: Annotated[str | None, typer.Option("--build", help="Folder with the Dockerfile.")] = None,
    image: Annotated[str | None, typer.Option("--image", help="Image from a registry, with its tag.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port the container listens on.", min=1, max=65535)] = None,
    database: Annotated[
        bool | None, typer.Option("--database/--no-database", help="Add a PostgreSQL database.", show_default=False)
    ] = None,
    domain: Annotated[str | None, typer.Option("--domain", help="Route 53 hosted zone, such as example.com.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region (default: eu-central-1).")] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help="cheapest, standard or high-availability (default: cheapest).")
    ] = None,
    email: Annotated[str | None, typer.Option("--email", help="Address that receives alarms.")] = None,
    ci: Annotated[bool, typer.Option("--ci", help="Also write a GitHub workflow.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; use the defaults.")] = False,
) -> None:
    """Detect, ask, write."""
    from stage3c.output import detection, entrances, starter  # noqa: PLC0415 - only this command needs them

    texts = files.project_texts(folder, detection.FILES) if folder.is_dir() else {}
    found = detection.detect(texts)
    for source in found.sources:
        say(f"read {report.printable(source)}")
    ask = _Questions(quiet=yes)
    parts = _parts(found.parts, ask, build, image, port)
    for line in (*found.left_out, *entrances.left_out(parts)):
        say(f"left out: {report.printable(line)}")
    answers = starter.Answers(
        project=starter.project_name(name or folder.resolve().name),
        parts=parts,
        database=ask.whether("Add a PostgreSQL database?", database, default=found.database),
        domain=ask.text("Route 53 hosted zone (empty: none yet)", domain, "") or None,
        region=ask.text("AWS region", region, _REGIONS),
        budget=ask.choice("Budget", budget, list(get_args(starter.Budget)), "cheapest"),
        email=email,
        database_version=found.database_version or starter.DATABASE_VERSION,
    )
    _refuse_what_is_wrong(answers)
    _write(folder, starter.starter_files(answers, ci=ci))


class _Questions:
    """Asks on the terminal what no option answers; with `--yes` the default is the answer."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def text(self, question: str, given: str | None, default: str) -> str:
        """A text."""
        if given is not None or self._quiet:
            return default if given is None else given
        return str(typer.prompt(question, default=default, err=True)).strip()

    def whether(self, question: str, given: bool | None, *, default: bool) -> bool:  # noqa: FBT001 - an option
        """Yes or no."""
        return given if given is not None else default if self._quiet else typer.confirm(question, default, err=True)

    def choice(self, question: str, given: str | None, words: list[str], default: str) -> Any:  # noqa: ANN401 - a literal
        """One of a few words."""
        answer = self.text(f"{question} ({', '.join(words)})", given, default)
        if answer not in words:
            fail(USAGE, f"{report.printable(answer)} is none of {', '.join(words)}.", f"use {default}.")
        return answer


def _parts(found: Any, ask: _Questions, build: str | None, image: str | None, port: int | None) -> Any:  # noqa: ANN401
    """The containers: what was detected, or the one that is named."""
    from stage3c.output.entrances import front  # noqa: PLC0415 - as above
    from stage3c.output.parts import Part  # noqa: PLC0415 - as above

    own = [part for part in found if part.build or part.image]
    if build or image or not own:
        given = build or image or ask.text("Folder with the Dockerfile, or image with its tag", None, ".")
        is_image = image is not None or (build is None and ":" in given)
        known = next((part for part in own if part.build == given), Part("web", port=8080))
        own = [
            replace(
                known, build=None if is_image else given.removeprefix("./") or ".", image=given if is_image else None
            )
        ]
    first = front(own) or own[0]
    return [replace(part, port=port or part.port) if part is first else part for part in own]


def _refuse_what_is_wrong(answers: Any) -> None:  # noqa: ANN401 - its type is imported late
    """An answer that the spec language refuses ends the command with that finding."""
    from stage3c import api  # noqa: PLC0415 - as above
    from stage3c.aws.facts import load  # noqa: PLC0415 - as above
    from stage3c.output import starter  # noqa: PLC0415 - as above
    from stage3c.wording import nearest  # noqa: PLC0415 - as above

    letters = load("regions")["zone_letters_by_region"]
    if answers.region not in letters:
        fail(
            USAGE,
            f"{report.printable(answers.region)} is not a region.",
            f"use {nearest(answers.region, letters) or _REGIONS}.",
        )
    found = api.validate(starter.spec_text(answers), starter.SPEC).findings
    if found:
        fail(USAGE, report.printable(found[0].cause), report.printable(found[0].fix))


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Write all files that are not there yet; a spec is never overwritten."""
    from stage3c.output.starter import SPEC  # noqa: PLC0415 - as above

    if files.is_file(folder / SPEC):
        fail(
            USAGE,
            f"{report.printable(str(folder / SPEC))} exists.",
            "edit it, or use another folder: stage3c init DIR.",
        )
    fresh = {folder / name: text for name, text in texts.items() if not files.is_file(folder / name)}
    try:
        files.write_all(fresh)
    except files.FileError as error:
        fail(ENVIRONMENT, error.cause, error.fix)
    for path in fresh:
        say(f"wrote {report.printable(str(path))}")
    go = "" if folder == Path() else f"cd {folder} && "
    say(f"next:\n  {go}stage3c validate {SPEC}\n  stage3c bootstrap {SPEC}\n  stage3c build {SPEC}")
