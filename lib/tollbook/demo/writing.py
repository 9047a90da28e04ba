"""Writing the demo: parameters, landing files and the manifest, all or nothing of somebody else's lost."""

import shutil
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tollbook.demo import aws_sns, telemessage, twilio
from tollbook.demo.install import check_parameters, install_parameters
from tollbook.demo.landing import LandingFile, LandingInTheWay, foreign_files, publish, stage
from tollbook.demo.manifest import (
    BadManifest,
    ClientUsage,
    Delivery,
    Manifest,
    count_expected,
    count_faults,
    read_manifest,
)
from tollbook.demo.traffic import Traffic, make_traffic
from tollbook.demo.usage import client_usage
from tollbook.demo.world import WORLD
from tollbook.errors import TollbookError
from tollbook.period import Month, days_between
from tollbook.rating.contracts import Client, read_client
from tollbook.settings import Settings
from tollbook.storage.files import open_files

Progress = Callable[[str, float], None]
"""Called with what was just done and the fraction of the whole that is done, 0 to 1."""

MANIFEST = "demo-manifest.json"


class BadPlan(TollbookError):
    """A demo that cannot be made."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"no such demo: {fault}")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which demo: local months up to `until`, a factor on all volumes, and the seed."""

    months: int
    until: Month
    scale: float
    seed: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise BadPlan(f"months is {self.months}; use at least 1")
        if not 0 < self.scale <= 100:
            raise BadPlan(f"scale is {self.scale}; use a factor above 0 and up to 100")

    @property
    def names(self) -> list[str]:
        """The months as `YYYY-MM`, in order."""
        return [str(self.until.shift(step)) for step in range(1 - self.months, 1)]

    def randomness(self, *names: str) -> np.random.Generator:
        """A generator of its own for each thing that is named, so that they do not depend on each other."""
        return np.random.default_rng([self.seed, *(zlib.crc32(name.encode()) for name in names)])


def write_demo(  # noqa: PLR0913 - the options of `tollbook demo`, one for one
    settings: Settings,
    *,
    months: int = 14,
    until: str = "2026-10",
    scale: float = 1.0,
    seed: int = 7,
    progress: Progress | None = None,
    force: bool = False,
) -> Manifest:
    """Write the demo's parameters, landing files and `demo-manifest.json` (beside the landing folder).

    The same arguments give the same bytes. Files appear one by one, each whole; those of an earlier demo that this
    one does not make are removed.

    Args:
        settings: where parameters and landing files go.
        months: local months of traffic.
        until: the last of them, `YYYY-MM`.
        scale: factor on all volumes; 1 gives about two million records.
        seed: of all randomness.
        progress: told after each client.
        force: write over parameter files that differ, and beside landing files of another origin.

    Raises:
        BadPlan, BadMonth: the arguments make no demo.
        ParametersInTheWay, LandingInTheWay: something would be lost or mixed, and not `force`.
        BadManifest: an earlier demo's manifest cannot be read, and not `force`.
    """
    plan = Plan(months, Month.parse(until), scale, seed)
    if not force:
        check_parameters(settings.parameters)
    install_parameters(settings.parameters)
    clients = [read_client(settings.parameters / "clients" / f"{name}.yaml") for name in WORLD]
    files = open_files(settings)
    files.bring(settings.home, endings=(f"/{MANIFEST}",))
    files.bring(settings.landing)
    earlier = _earlier(settings, clients, force=force)
    staged = settings.landing.parent / ".demo-landing"
    shutil.rmtree(staged, ignore_errors=True)
    usage, deliveries = _write_clients(plan, clients, staged, progress or (lambda _what, _done: None))
    manifest = _manifest(plan, clients, usage, deliveries)
    # Before the files appear: should this process be killed, the next one knows them for its own.
    (settings.landing.parent / MANIFEST).write_text(manifest.to_json(), "utf-8")
    files.keep(settings.landing.parent / MANIFEST)
    gone = publish(staged, settings.landing, deliveries, earlier)
    files.forget(*gone)
    files.keep(settings.landing)
    return manifest


def _earlier(settings: Settings, clients: list[Client], *, force: bool) -> Manifest | None:
    """The manifest of the demo that is there, if any."""
    path = settings.landing.parent / MANIFEST
    known = None
    if path.exists():
        try:
            known = read_manifest(path)
        except BadManifest:
            if not force:
                raise
    folders = [
        f"{source}/{account}" for client in clients for source in client.accounts for account in client.accounts[source]
    ]
    foreign = foreign_files(settings.landing, folders, known)
    if foreign and not force:
        raise LandingInTheWay(foreign)
    return known


def _write_clients(
    plan: Plan, clients: list[Client], staged: Path, progress: Progress
) -> tuple[dict[str, ClientUsage], list[Delivery]]:
    usage: dict[str, ClientUsage] = {}
    deliveries: list[Delivery] = []
    staged.mkdir(parents=True)
    # Two at a time: NumPy, Arrow and zlib work outside the interpreter's lock, and memory stays small.
    with ThreadPoolExecutor(2) as pool:
        jobs = {pool.submit(_write_client, plan, client, staged): client.client for client in clients}
        for done, job in enumerate(as_completed(jobs), 1):
            name = jobs[job]
            usage[name], written = job.result()
            deliveries += written
            progress(name, done / len(jobs))
    return dict(sorted(usage.items())), sorted(deliveries, key=lambda delivery: delivery.path)


def _write_client(plan: Plan, client: Client, staged: Path) -> tuple[ClientUsage, list[Delivery]]:
    days = days_between(plan.until.shift(1 - plan.months).first, plan.until.last)
    rng = plan.randomness(client.client)
    traffic = make_traffic(client, WORLD[client.client], days, scale=plan.scale, rng=rng)
    return client_usage(traffic), list(stage(_files(plan, traffic), staged))


def _files(plan: Plan, traffic: Traffic) -> Iterator[LandingFile]:
    """The files of every account of a client, with those that are special."""
    client = traffic.client.client
    middle, early = plan.names[plan.months // 2], plan.names[min(3, plan.months - 1)]
    day = middle.replace("-", "/")
    for source, accounts in traffic.client.accounts.items():
        for account in accounts:
            rng = plan.randomness(client, source, account)
            if source == twilio.SOURCE:
                odd = (
                    twilio.Special(redelivered=middle, reordered=early) if client == "monsoon-air" else twilio.Special()
                )
                yield from twilio.make_files(traffic, account, odd, rng)
            elif source == aws_sns.SOURCE:
                twin = aws_sns.Special(redelivered=f"{day}/12", cut_short=f"{day}/10")
                yield from aws_sns.make_files(
                    traffic, account, twin if client == "marigold-retail" else aws_sns.Special(), rng
                )
            elif source == telemessage.SOURCE:
                again = telemessage.Special(redelivered=middle if client == "carmel-clinic" else "")
                yield from telemessage.make_files(traffic, account, again, rng)


def _manifest(plan: Plan, clients: list[Client], usage: dict[str, ClientUsage], deliveries: list[Delivery]) -> Manifest:
    return Manifest(
        seed=plan.seed,
        scale=plan.scale,
        months=plan.names,
        records=sum(client.records for client in usage.values()),
        files=len(deliveries),
        clients=usage,
        faults=count_faults(deliveries),
        expected=count_expected(deliveries),
        services={
            twilio.service_sid(client.client, stream): f"{client.client}/{stream.name}"
            for client in clients
            for stream in WORLD[client.client]
            if stream.source == twilio.SOURCE
        },
        deliveries=deliveries,
    )
