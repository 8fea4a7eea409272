"""A release, step by step: each step looks at what is there and does the rest, so that a release that was interrupted goes on.

Nothing here prints or asks a person; `Talk` does. What stops a release is a `LiveError`, or `Stop` where people have work to do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stage3c.delivery import filling, images, planning
from stage3c.delivery.engines import installed
from stage3c.delivery.jobs import INTERRUPTED, Caller, run_job
from stage3c.delivery.private import private_folder
from stage3c.delivery.running import cluster_of, described, service_of, short
from stage3c.delivery.settling import WORDS, Progress, primary_id, settle
from stage3c.delivery.terraform import Terraform
from stage3c.live.account import Account, FindingError
from stage3c.pipeline import Build
from stage3c.resources.jobs import JobHome, job_homes


class Stop(Exception):  # noqa: N818 - no error of the release
    """People have to do something first."""

    def __init__(self, secrets: Sequence[filling.Empty]) -> None:
        """Take the secrets to fill."""
        super().__init__("secrets without a value")
        self.secrets = tuple(secrets)


class Failed(FindingError):  # noqa: N818 - as `Stop`
    """The stack does not run as the spec says; AWS may know why."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Who releases."""

    say: Callable[[str], None]
    confirm: Callable[[Sequence[str]], None]
    """Shows a plan, and raises where it is not confirmed."""
    timer: Callable[[], Callable[[float | None], bool]]
    """For each thing that is waited for: pauses, and says whether to go on. Takes the most seconds; None: its own."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: it returns notes."""

    name: str
    title: str
    do: Callable[[], list[str]]


class Release:
    """One release of one stack. With `dry_run` nothing is changed: the steps that would, say what they would do."""

    def __init__(
        self, account: Account, build: Build, folder: Path, services: Sequence[str], talk: Talk, *, dry_run: bool
    ) -> None:
        """Take the built stack in its folder; `services` are those whose images and deployments count."""
        self._account, self._build, self._services, self._talk = account, build, services, talk
        self._dry_run = dry_run
        self._terraform = Terraform(folder, account.endpoint_url, talk.say)
        self._before: dict[str, str] = {}
        self.replaced: list[str] = []
        """The services whose new deployment took the place of an earlier one, to which they can go back."""

    def steps(self) -> Iterator[Step]:
        """The steps in order."""
        yield Step("prepare", "create repositories and secrets that do not exist yet", self._prepare)
        yield Step("secrets", "look for secrets without a value", self._secrets)
        yield Step("images", "build and push the images that are missing", self._images)
        if self._early_jobs():
            yield Step("jobs", "run the jobs that go before a release", self._jobs)
        yield Step("apply", "plan and apply", self._apply)
        if not self._dry_run:
            yield Step("deployments", "wait for each deployment", self._deployments)

    def _prepare(self) -> list[str]:
        self._terraform.init()
        there = self._terraform.addresses()
        assert self._build.graph is not None
        moved = [(old, new) for old, new in self._build.graph.moved if old in there]
        there |= {new for _, new in moved}
        wanted = [f"aws_ecr_repository.{each.service}" for each in self._own_images(list(self._build.stack.services))]
        wanted += [f"aws_secretsmanager_secret.{key}" for key in filling.own_secrets(self._build)]
        missing = [each for each in wanted if each not in there]
        if moved and not self._dry_run and (missing or self._early_jobs()):
            self._talk.confirm(
                ["refresh the state and record these moves in it:", *(f"{old} to {new}" for old, new in moved)]
            )
            self._terraform.settle_moves()
        if not missing:
            return ["all exist"]
        if self._dry_run:
            return [f"would create {each}" for each in missing]
        self._change(missing)
        return [f"created {each}" for each in missing]

    def _secrets(self) -> list[str]:
        empty = filling.empty_secrets(self._account, self._build)
        if empty and not self._dry_run:
            raise Stop(empty)
        return [f"{each.name} has no value" for each in empty] or ["all have a value"]

    def _images(self) -> list[str]:
        own = self._own_images(self._services)
        if self._dry_run:
            return [
                f"would build and push {each.repository}:{each.tag} from {each.folder}"
                for each in own
                if not images.digest_of(self._account, each)
            ]
        self._refuse_other_images()
        return images.push(self._account, lambda: installed(self._talk.say), own, self._talk.say)

    def _refuse_other_images(self) -> None:
        """The apply covers all services, so the images of those that are not released have to be there."""
        others = [key for key in self._build.stack.services if key not in self._services]
        for each in self._own_images(others):
            if not images.digest_of(self._account, each):
                cause = f"services.{each.service} is not released, and its image {each.repository}:{each.tag} is not pushed."
                raise FindingError(cause, f"add --service {each.service}, or write a tag that is pushed.")

    def _jobs(self) -> list[str]:
        homes = self._early_jobs()
        if self._dry_run:
            return [f"would run {home.name}" for home in homes]
        self._change(sorted({each for home in homes for each in planning.targets_of(self._build, home)}))
        for home in homes:
            code = run_job(self._account, self._build, home.name, (), self._caller())
            if code == INTERRUPTED:
                raise KeyboardInterrupt
            if code:
                cause = f"job {home.name} ended with exit code {code}, so nothing was released."
                raise FindingError(cause, "read its log above, correct what it says, and run the same command again.")
        return [f"{home.name} succeeded" for home in homes]

    def _caller(self) -> Caller:
        """The caller of one job."""
        again = self._talk.timer()
        return Caller(self._talk.say, self._talk.say, lambda minutes: again(minutes * 60))

    def _apply(self) -> list[str]:
        self._before = {key: primary_id(described(self._account, self._build, key) or {}) for key in self._services}
        return self._change(())

    def _deployments(self) -> list[str]:
        told, applied = [], self._terraform.task_definitions()
        for key in self._services:
            service = described(self._account, self._build, key) or {}
            _refuse_rolled_back(key, str(service.get("taskDefinition", "")), applied.get(key, ""))
            deployment = primary_id(service)
            if deployment == self._before.get(key) and _has_failed(service, deployment):
                deployment = self._deploy_again(key)
            ended = settle(self._account, self._build, key, deployment, self._waiting_for(key))
            if ended.outcome != "completed":
                why = f": {ended.reason}" if ended.reason else ""
                cause = f"deployment {deployment} of services.{key} {WORDS[ended.outcome]}{why}"
                raise Failed(f"{cause.rstrip('.')}.", f"stage3c rollback SPEC --service {key}")
            if self._before.get(key, "") not in ("", deployment):
                self.replaced.append(key)
            told.append(f"{key}: deployment {deployment} completed")
        return told

    def _waiting_for(self, key: str) -> Callable[[Progress], bool]:
        again = self._talk.timer()

        def wait(now: Progress) -> bool:
            self._talk.say(f"{key}: {now}")
            return again(None)

        return wait

    def _deploy_again(self, key: str) -> str:
        self._talk.say(f"{key}: the last deployment had failed; starting another")
        asked = {"cluster": cluster_of(self._build), "service": service_of(self._build, key)}
        return primary_id(self._account.ask("ecs.update_service", **asked, forceNewDeployment=True)["service"])

    def _early_jobs(self) -> list[JobHome]:
        """Those that run before a release; for them Terraform is aimed at a part of the stack."""
        return [home for home in job_homes(self._build.stack) if home.is_before_release]

    def _own_images(self, services: Sequence[str]) -> list[images.Image]:
        return list(images.images_of(self._build, services))

    def _change(self, targets: Sequence[str]) -> list[str]:
        """Plan, judge, ask and apply; nothing is asked where nothing changes."""
        with private_folder() as made:
            place = made / "plan"
            plan = self._terraform.plan(place, targets)
            refused = planning.refusals(plan, self._build)
            if refused:
                raise FindingError(
                    " ".join(refused), "restore the old value, or accept the loss with a reason under replace."
                )
            told = planning.summary(plan)
            if planning.counts(plan) and not self._dry_run:
                self._talk.confirm(told)
            if not self._dry_run:
                self._terraform.apply(place)
            return told


def _refuse_rolled_back(key: str, now: str, applied: str) -> None:
    """The circuit breaker may have gone back to an earlier revision while Terraform was still applying."""
    if now != applied:
        cause = f"services.{key} was rolled back: it has {short(now) or 'no task definition'}, not {short(applied)}."
        raise Failed(
            cause,
            f"correct the cause and run the same command again; stage3c rollback SPEC --service {key} goes back further.",
        )


def _has_failed(service: Mapping[str, Any], deployment: str) -> bool:
    """Whether the deployment was FAILED before this release, since ECS does not try one again by itself."""
    states = {each["id"]: each.get("rolloutState") for each in service.get("deployments", [])}
    return states.get(deployment) == "FAILED"
