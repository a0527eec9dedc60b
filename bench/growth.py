"""The same measures in the measured world and in the grown one, turn by turn, on one machine.

The ratio is of the work done: processor time of the server and of its database connections for
one request, as the kernel counts it. That holds whatever else runs; the time the client sees, told
beside it, does not. What is written is taken back, so both worlds stay as they are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg2

from bench import measures, place
from bench.client import Answer, Refused
from bench.measures import Ask, Bench, Measure
from bench.server import Server

RESULTS = Path(__file__).parent / "results" / "growth.json"
#: Ten times the appeals may cost a third more.
MOST = 4 / 3
#: Areas and beginnings of names.
MEASURED = "dashboard,list:,search:,desk: an applicant,open:,register:,figure:"
WARM_UP, TIMES = 6, 30
#: Redis databases of the two servers: what one keeps is nothing to the other.
REDIS_NUMBERS = {"small": 61, "large": 62}


@dataclass(frozen=True)
class Cost:
    """Medians of one request, milliseconds; processor time of the server and of its connections."""

    p50_ms: float
    server_cpu_ms: float
    database_cpu_ms: float
    sql_p50_ms: float
    queries: int

    @property
    def cpu_ms(self) -> float:
        return self.server_cpu_ms + self.database_cpu_ms


class World:
    """One database with a server of its own, and what both have done so far."""

    def __init__(self, name: str, url: str, appeals: int) -> None:
        redis_url = os.environ["REDIS_URL"].partition("?")[0] + f"?db={REDIS_NUMBERS[name]}"
        self.server = Server(
            0, f"bench-growth-{name}", DATABASE_URL=url, REDIS_URL=redis_url, BENCH_UNDONE="1"
        )
        connection = place.connect_to(url)
        connection.autocommit = True
        self.bench = Bench(self.server, appeals, connection, redis_url=redis_url)
        self.bench.forget_kept()
        self.backends: list[int] = []

    def prepare(self, one: Measure) -> Ask:
        ask = one.setup(self.bench)
        for _ in range(WARM_UP):
            ask()
        self.backends = [
            row[0]
            for row in self.bench.rows(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        ]
        return ask

    def timed(self, ask: Ask) -> tuple[Answer, float, float]:
        """The answer, and what it cost the server and its connections."""
        before = self._spent()
        answer = ask()
        after = self._spent()
        assert answer is not None, "Only requests can be compared."
        return answer, after[0] - before[0], after[1] - before[1]

    def _spent(self) -> tuple[float, float]:
        threads = Path(f"/proc/{self.server.process.pid}/task").iterdir()
        return (
            sum(_on_processor(thread) for thread in threads),
            sum(_on_processor(Path(f"/proc/{pid}")) for pid in self.backends),
        )

    def stop(self) -> None:
        self.server.stop()
        self.bench.connection.close()


def _on_processor(task: Path) -> float:
    """Milliseconds on a processor; none for what has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int((task / "schedstat").read_text().split()[0]) / 1e6
    return 0.0


def compare(small: str, appeals: int, times: int, only: str) -> None:
    """Measure both, keep the results and show them."""
    measures.read_all()
    wanted = measures.chosen(only or MEASURED)
    measures.make_pages()
    worlds: list[World] = []
    rows = []
    try:
        worlds.append(World("small", small, appeals))
        worlds.append(World("large", os.environ["DATABASE_URL"], appeals * times))
        for one in wanted:
            try:
                rows.append(_compared(one, *worlds))
            except (Refused, IndexError, StopIteration, psycopg2.Error) as error:
                # A small world may have no such appeal.
                print(f"{one.name:60} not measured: {type(error).__name__} {error}"[:300])
                continue
            _show(rows[-1])
            _keep(rows[-1])
    finally:
        for world in worlds:
            world.stop()
    over = [row["name"] for row in rows if not row["is_met"]]
    print(f"{len(rows) - len(over)} of {len(rows)} cost at most a third more.", *over, sep="\n  ")


def _keep(row: dict[str, Any]) -> None:
    """The newest result of every measure."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    rows = {one["name"]: one for one in [*kept, row]}
    RESULTS.write_text(
        json.dumps(list(rows.values()), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _compared(one: Measure, small: World, large: World) -> dict[str, Any]:
    asks = [(world, world.prepare(one)) for world in (small, large)]
    taken: dict[World, list[tuple[Answer, float, float]]] = {small: [], large: []}
    for _ in range(min(TIMES, one.times)):
        for world, ask in asks:
            taken[world].append(world.timed(ask))
    costs = [_cost(taken[world]) for world in (small, large)]
    ratio = costs[1].cpu_ms / costs[0].cpu_ms
    return {
        "name": one.name,
        "appeals": [small.bench.appeals, large.bench.appeals],
        "small": asdict(costs[0]),
        "large": asdict(costs[1]),
        "ratio": round(ratio, 2),
        "ratio_seen": round(costs[1].p50_ms / costs[0].p50_ms, 2),
        "is_met": ratio <= MOST,
        "load": round(os.getloadavg()[0], 1),
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": measures.machine(),
    }


def _cost(taken: list[tuple[Answer, float, float]]) -> Cost:
    def middle(values: list[float]) -> float:
        return round(statistics.median(values), 2)

    return Cost(
        p50_ms=middle([answer.whole_ms for answer, _server, _database in taken]),
        server_cpu_ms=middle([server for _answer, server, _database in taken]),
        database_cpu_ms=middle([database for _answer, _server, database in taken]),
        sql_p50_ms=middle([answer.sql_ms for answer, _server, _database in taken]),
        queries=max(answer.queries for answer, _server, _database in taken),
    )


def _show(row: dict[str, Any]) -> None:
    cells = [
        f"{row[world][part]:7.1f}"
        for part in ("server_cpu_ms", "database_cpu_ms", "sql_p50_ms", "p50_ms")
        for world in ("small", "large")
    ]
    mark = "ok" if row["is_met"] else "OVER"
    print(
        f"{row['name']:60} {' '.join(cells)}  × {row['ratio']:.2f}"
        f"  seen × {row['ratio_seen']:.2f} {mark}",
        flush=True,
    )
