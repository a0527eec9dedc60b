"""The registry of measures, and how one is taken."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import pkgutil
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import redis

from bench import world
from bench.client import Answer, Client
from bench.server import Server

#: Modules of this package that are the harness; every other module holds measures.
HARNESS = {
    "__main__", "asgi", "client", "copying", "growing", "growth", "indexes", "loading", "measures",
    "place", "server", "stories", "world",
}  # fmt: skip
RESULTS = Path(__file__).parent / "results" / "latest.json"
#: At the 95th percentile a request may take so many times the target.
SPREAD = 3
#: Seconds one measure may repeat for: by then the figure of something slow stands. It is asked at least
#: so often all the same, where it is repeated at all.
PATIENCE = 12.0
LEAST = 5


@dataclass
class Bench:
    """What a measure may use: signed-in people, a cursor, the number of appeals."""

    server: Server
    appeals: int
    connection: Any
    #: What a measure wants undone when it is over.
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    #: Where its server keeps things, when that is not where everybody does.
    redis_url: str = ""
    _clients: dict[str, Client] = field(default_factory=dict)

    def signed_in(self, username: str = "operator1") -> Client:
        """A person of the measured world: operator1…, head, management, executor-dvx, head-dvx…"""
        if username not in self._clients:
            self._clients[username] = Client(self.server.port, username, world.PASSWORD)
        return self._clients[username]

    def forget_kept(self) -> None:
        """What the server has kept in Redis, figures and rights included."""
        redis.Redis.from_url(self.redis_url or os.environ["REDIS_URL"]).flushdb()

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """A plain statement, for finding what to ask and for the floor."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return found


#: One request; a measure that is no request returns None and is timed from outside.
Ask = Callable[[], Answer | None]
Setup = Callable[[Bench], Ask]


@dataclass(frozen=True)
class Measure:
    """One named measure: what is asked, how often, what is hoped for."""

    name: str
    area: str
    setup: Setup
    target_ms: float | None
    floor: Setup | None
    times: int
    warm_up: int


_measures: dict[str, Measure] = {}


def measure(
    name: str,
    *,
    target_ms: float | None = None,
    floor: Setup | None = None,
    times: int = 60,
    warm_up: int = 6,
) -> Callable[[Setup], Setup]:
    """Register a measure. The function gets the Bench once and returns what is repeated."""

    def register(setup: Setup) -> Setup:
        area = setup.__module__.rpartition(".")[2]
        _measures[name] = Measure(name, area, setup, target_ms, floor, times, warm_up)
        return setup

    return register


def read_all() -> None:
    """Register the measures of every area."""
    import bench

    for found in pkgutil.iter_modules(bench.__path__):
        if found.name not in HARNESS:
            importlib.import_module(f"bench.{found.name}")


def make_pages() -> None:
    """Translations and static files, as a release has them."""
    from django.core.management import call_command

    call_command("compile_messages", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def chosen(only: str) -> list[Measure]:
    """All, or those whose area or name begins with one of the words."""
    words = [word.strip() for word in only.split(",") if word.strip()]
    return [
        one
        for one in _measures.values()
        if not words or any(one.area == word or one.name.startswith(word) for word in words)
    ]


@dataclass
class Result:
    """What was measured, milliseconds; p50 and p95 of the whole request."""

    name: str
    appeals: int
    p50_ms: float
    p95_ms: float
    server_p50_ms: float
    server_p95_ms: float
    sql_p50_ms: float
    queries: int
    floor_p50_ms: float | None
    ratio: float | None
    target_ms: float | None
    is_met: bool | None
    rss_mb: int
    times: int
    measured_at: str
    machine: str


def take(one: Measure, bench: Bench) -> Result:
    """Warm up, repeat, and compare with the floor."""
    try:
        ask = one.setup(bench)
        _warmed(ask, one.warm_up)
        bench.server.forget_peak()
        answers = _repeated(ask, one.times)
    finally:
        while bench.afterwards:
            bench.afterwards.pop()()
    peak = bench.server.peak_mb()
    whole = [answer.whole_ms for answer in answers]
    app = [answer.app_ms for answer in answers]
    p50, p95 = statistics.median(whole), percentile(whole, 95)
    floor = None
    if one.floor is not None:
        plain = one.floor(bench)
        _warmed(plain, one.warm_up)
        floor = statistics.median(answer.whole_ms for answer in _repeated(plain, one.times))
    target = one.target_ms
    return Result(
        name=one.name,
        appeals=bench.appeals,
        p50_ms=round(p50, 2),
        p95_ms=round(p95, 2),
        server_p50_ms=round(statistics.median(app), 2),
        server_p95_ms=round(percentile(app, 95), 2),
        sql_p50_ms=round(statistics.median(answer.sql_ms for answer in answers), 2),
        queries=max(answer.queries for answer in answers),
        floor_p50_ms=None if floor is None else round(floor, 2),
        ratio=None if floor is None else round(p50 / floor, 1),
        target_ms=target,
        is_met=None if target is None else p50 <= target and p95 <= SPREAD * target,
        rss_mb=peak,
        times=len(answers),
        measured_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        machine=machine(),
    )


def _warmed(ask: Ask, times: int) -> None:
    """Nothing is warmed up for longer than it would be measured."""
    until = time.monotonic() + PATIENCE / 2
    for _ in range(times):
        ask()
        if time.monotonic() > until:
            return


def _repeated(ask: Ask, times: int) -> list[Answer]:
    """So many answers, or as many as fit into what a measure may take."""
    until = time.monotonic() + PATIENCE
    answers: list[Answer] = []
    while len(answers) < times and (len(answers) < LEAST or time.monotonic() < until):
        answers.append(_timed(ask))
    return answers


def _timed(ask: Ask) -> Answer:
    began = time.perf_counter()
    answer = ask()
    took = (time.perf_counter() - began) * 1000
    return answer if answer is not None else Answer(0, took, took, 0.0, 0, b"")


def percentile(values: list[float], share: int) -> float:
    """The nearest rank: with few values it is one that was really seen."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * share // 100) - 1)]


def machine() -> str:
    """Processor, cores, memory."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def show(results: list[Result]) -> None:
    """The table a person reads."""
    print(
        f"\n{'measure':44} {'p50':>8} {'p95':>8} {'server':>8} {'sql':>8} {'n':>4} "
        f"{'floor':>8} {'ratio':>6} {'target':>7} {'MB':>5}"
    )
    for one in results:
        mark = "" if one.is_met is None else "ok" if one.is_met else "MISSED"
        print(
            f"{one.name:44} {one.p50_ms:8.1f} {one.p95_ms:8.1f} {one.server_p50_ms:8.1f} "
            f"{one.sql_p50_ms:8.1f} {one.queries:4d} {_cell(one.floor_p50_ms):>8} "
            f"{_cell(one.ratio):>6} {_cell(one.target_ms):>7} {one.rss_mb:5d} {mark}"
        )


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def keep(results: list[Result]) -> None:
    """The newest result of every measure, in the order of the registry."""
    kept: dict[str, dict[str, Any]] = {}
    if RESULTS.exists():
        kept = {row["name"]: row for row in json.loads(RESULTS.read_text(encoding="utf-8"))}
    kept |= {one.name: asdict(one) for one in results}
    rows = [kept[name] for name in _measures if name in kept]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
