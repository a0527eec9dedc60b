"""The desk while the caller speaks: who it is, what looks alike, keeping what is typed, fifty at once."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urljoin

from bench import world
from bench.client import Answer, Client, Refused
from bench.measures import Ask, Bench, measure, percentile
from bench.server import Server
from bench.working import _intake

#: Bytes the desk may weigh with everything it loads, nothing cached.
LIGHTEST = 150 * 1024
OPERATORS = 50
SECONDS = 60
#: One operator's pause between two registrations, seconds.
PAUSE = 1.0


def _known_number(bench: Bench) -> str:
    """A telephone of an applicant in the middle of the table."""
    found: str = bench.rows(
        "SELECT value FROM appeals_contact WHERE kind = 'phone' AND applicant_id > %s "
        "ORDER BY applicant_id LIMIT 1",
        bench.appeals // 5,
    )[0][0]
    return found


def _posting(bench: Bench, path: str, values: dict[str, object]) -> Ask:
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    return lambda: reader.post(path, dict(values), (200,))


@measure("who: a whole number", target_ms=50)
def who_by_number(bench: Bench) -> Ask:
    return _posting(bench, "/desk/who/", {"caller_phone": _known_number(bench)})


@measure("who: a number being typed", target_ms=50)
def who_by_beginning(bench: Bench) -> Ask:
    return _posting(bench, "/desk/who/", {"caller_phone": _known_number(bench)[:9]})


@measure("who: the commonest surname", target_ms=100)
def who_by_name(bench: Bench) -> Ask:
    surname = bench.rows(
        "SELECT surname FROM (SELECT surname FROM appeals_applicant LIMIT 20000) few "
        "WHERE surname <> '' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )[0][0]
    return _posting(bench, "/desk/who/", {"who": surname})


@measure("who: surname and given name", target_ms=100)
def who_by_names(bench: Bench) -> Ask:
    surname, given = bench.rows(
        "SELECT surname, given_name FROM appeals_applicant WHERE id > %s AND given_name <> '' LIMIT 1",
        bench.appeals // 5,
    )[0]
    return _posting(bench, "/desk/who/", {"who": f"{surname} {given}"})


def _similar(bench: Bench, **more: object) -> Ask:
    """A text of the world itself, about the topic with most appeals of the last days."""
    topic, text, applicant = bench.rows(
        "SELECT topic_id, text, applicant_id FROM appeals_appeal WHERE topic_id = ("
        "SELECT topic_id FROM (SELECT topic_id FROM appeals_appeal ORDER BY registered_at DESC "
        "LIMIT 5000) newest GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) "
        "AND applicant_id IS NOT NULL ORDER BY registered_at DESC LIMIT 1"
    )[0]
    values = {"topic": topic, "text": text, "applicant": applicant, **more}
    return _posting(bench, "/desk/similar/", values)


@measure("duplicates: of a known applicant", target_ms=150)
def duplicates(bench: Bench) -> Ask:
    return _similar(bench)


@measure("duplicates: of a stranger, a long text", target_ms=150)
def duplicates_of_stranger(bench: Bench) -> Ask:
    return _similar(bench, applicant="", text="Sahibkarlıq fəaliyyəti ilə bağlı məsələ " * 60)


@measure("draft: kept while typing", target_ms=30)
def draft(bench: Bench) -> Ask:
    client_id, counted = uuid.uuid4(), iter(range(1, 10**6))
    reader = bench.signed_in("operator1")
    reader.get("/desk/")
    values = _intake(bench)
    return lambda: reader.post(f"/drafts/{client_id}/", values | {"seq": next(counted)}, (200,))


@measure("desk: the page with everything it loads", target_ms=300, times=10)
def weight(bench: Bench) -> Ask:
    """Fails when the page, its styles and scripts together weigh more than 150 KB."""
    reader = bench.signed_in("operator1")

    def fetched(path: str) -> tuple[Answer, str]:
        answer = reader._ask("GET", path, None, (200,), {"Accept-Encoding": "gzip, br"})
        body = answer.body
        return answer, (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode(
            "utf-8", "replace"
        )

    said: list[int] = []  # told once, however often it is measured

    def ask() -> Answer:
        page, text = fetched("/desk/")
        total, spent = len(page.body), page.whole_ms
        waiting = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
        seen: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            part = reader._ask("GET", path, None, (200,), {"Accept-Encoding": "gzip"})
            total, spent = total + len(part.body), spent + part.whole_ms
            if path.endswith(".js"):
                body = part.body
                script = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
                waiting += [
                    urljoin(path, name) for name in re.findall(r'from\s*"(\.[^"]+)"', script)
                ]
        if total > LIGHTEST:
            raise Refused(f"The desk weighs {total} bytes: page {len(page.body)}.")
        if not said:
            said.append(total)
            sys.stderr.write(
                f"desk: {total} bytes in {len(seen) + 1} parts, page {len(page.body)}\n"
            )
        return Answer(200, spent, page.app_ms, page.sql_ms, page.queries, page.body)

    return ask


@dataclass
class Load:
    """What fifty operators did."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Workers(Server):
    """The same stack with as many processes as there are cores, as in production."""

    def __init__(self) -> None:
        self.count = os.cpu_count() or 2
        super().__init__()

    def _wait(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "uvicorn", "bench.asgi:application", "--host",
                    "127.0.0.1", "--port", str(self.port), "--workers", str(self.count),
                    "--timeout-keep-alive", "600", "--no-access-log", "--log-level", "warning",
                ],
                env=os.environ | {"STATEMENT_TIMEOUT": "30s"}, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        super()._wait()


def _fifty(pause: float):
    def setup(bench: Bench) -> Ask:
        def ask() -> Answer:
            server = Workers()
            try:
                return _load(bench, server.port, pause)
            finally:
                server.stop()

        return ask

    return setup


def _load(bench: Bench, port: int, pause: float) -> Answer:
    """Fifty keep registering; each form is sent twice now and then, as a nervous hand does."""
    before = bench.rows("SELECT coalesce(max(last), 0), count(*) FROM appeals_registrationyear")[0][
        0
    ]
    clients = [Client(port, f"operator{1 + n % 40}", world.PASSWORD) for n in range(OPERATORS)]
    values, load = _intake(bench), Load()
    for client in clients:
        client.get("/desk/")
    sent: list[uuid.UUID] = []
    until = time.monotonic() + SECONDS

    def work(client: Client, first: float) -> None:
        time.sleep(first)
        while time.monotonic() < until:
            form = uuid.uuid4()
            times = 2 if form.int % 10 == 0 else 1
            for _turn in range(times):
                try:
                    answer = client.post("/desk/", values | {"client_id": form})
                except (Refused, OSError) as refused:
                    with load.lock:
                        load.errors.append(str(refused)[:200])
                    continue
                with load.lock:
                    load.took.append(answer.whole_ms)
            with load.lock:
                sent.append(form)
            time.sleep(max(0.0, pause - answer.whole_ms / 1000) if pause else 0)

    threads = [
        threading.Thread(target=work, args=(client, pause * n / OPERATORS))
        for n, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made, distinct, lowest, highest = bench.rows(
        "SELECT count(*), count(DISTINCT serial), min(serial), max(serial) FROM appeals_appeal "
        "WHERE client_id = ANY(%s::uuid[])",
        [str(each) for each in sent],
    )[0]
    gaps = highest - lowest + 1 - distinct
    p50, p95 = percentile(load.took, 50), percentile(load.took, 95)
    sys.stderr.write(
        f"fifty at once, pause {pause} s: {len(load.took)} answers, {made} appeals, "
        f"{len(load.took) / SECONDS:.1f} a second, p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
        f"{len(load.errors)} errors, {gaps} gaps, {len(sent) - made} lost or twins (before {before})\n"
    )
    if load.errors or gaps or made != len(sent):
        raise Refused(f"errors {load.errors[:3]}, gaps {gaps}, sent {len(sent)}, made {made}")
    return Answer(200, p95, p50, 0.0, 0, b"")


measure("fifty: each once a second for 60 s, p95", target_ms=300, times=1, warm_up=0)(_fifty(PAUSE))
measure("fifty: without a breath for 60 s, p95", target_ms=300, times=1, warm_up=0)(_fifty(0))
