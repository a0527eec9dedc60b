"""Reports in all formats, rows to XLSX in a worker of their own, figures and facts for programs."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from bench.client import Client, Refused
from bench.measures import Ask, Bench, measure
from people.actions import make_token
from people.models import User
from reports import actions
from reports.composing import compose
from reports.documents import RENDERERS
from reports.models import Export
from reports.periods import Sort, before

#: Rows of the measured export, and what its worker may take at most, MB.
ROWS = 100_000
MOST_MB = 150
#: One export in a process of its own, as a worker writes it; prints the most memory it had, MB.
WORKER = """
import sys, django
django.setup()
from reports.actions import write_export
made = write_export(int(sys.argv[1]))
told = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(made.state, made.rows_done, int(told["VmHWM"].split()[0]) // 1024)
"""


@measure("report: the last month, in all formats", target_ms=5000, times=3, warm_up=1)
def month(bench: Bench) -> Any:
    period = before(timezone.localdate(), Sort.MONTHLY)

    def ask() -> None:
        document = compose(period, Sort.MONTHLY, "az", timezone.now())
        for renderer in RENDERERS.values():
            renderer(document)

    return ask


@measure("report: the last year, in all formats", times=1, warm_up=0)
def year(bench: Bench) -> Any:
    period = before(timezone.localdate(), Sort.ANNUAL)

    def ask() -> None:
        document = compose(period, Sort.ANNUAL, "az", timezone.now())
        for renderer in RENDERERS.values():
            renderer(document)

    return ask


@measure("export: 100,000 rows to XLSX, in its worker", target_ms=20_000, times=1, warm_up=0)
def rows_to_xlsx(bench: Bench) -> Any:
    """Refused when the worker had more memory than it may."""
    newest = bench.rows(
        "SELECT registered_at FROM appeals_appeal ORDER BY registered_at DESC OFFSET %s LIMIT 1",
        ROWS,
    )
    query = {"since": f"{timezone.localdate(newest[0][0]):%Y-%m-%d}"} if newest else {}
    head = User.objects.get(username="head")
    asked = actions.ask_export(query, "xlsx", by=head, language="az", client_id=uuid.uuid4())

    def clear() -> None:
        made = Export.objects.get(pk=asked.pk)
        if made.path:
            default_storage.delete(made.path)
        made.delete()

    bench.afterwards.append(clear)

    def ask() -> None:
        done = subprocess.run(
            [sys.executable, "-c", WORKER, str(asked.pk)],
            cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Refused(done.stderr[-400:])
        state, count, megabytes = done.stdout.split()[-3:]
        sys.stderr.write(f"{count} rows to XLSX, {megabytes} MB in the worker\n")
        if state != "ready" or int(megabytes) > MOST_MB:
            raise Refused(f"{state}: {count} rows, {megabytes} MB, allowed are {MOST_MB}")

    return ask


def _program(bench: Bench) -> tuple[Client, dict[str, str]]:
    """Another program's connection, and what it sends to be known."""
    admin, head = User.objects.get(username="administrator"), User.objects.get(username="head")
    token, secret = make_token(
        by=admin, name="Bench", user=head, scopes=["figures.read", "facts.read"], per_minute=100_000,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    bench.afterwards.append(lambda: token.delete() and None)
    return Client(bench.server.port), {"Authorization": f"Bearer {secret}"}


def _asks(bench: Bench, address: str) -> Ask:
    client, known = _program(bench)
    return lambda: client.get(f"/api/v1/{address}", **known)


@measure("figures API: in time this year, by structure", target_ms=200, times=30)
def figure(bench: Bench) -> Ask:
    return _asks(bench, "figures/on_time/?period=this_year&by=structure")


@measure("figures API: received a year, three filters, by day", target_ms=200, times=30)
def filtered(bench: Bench) -> Ask:
    codes = bench.rows("SELECT code FROM appeals_topic WHERE parent_id IS NULL ORDER BY id LIMIT 1")
    query = f"period=last_year&by=time&kind=complaint&language=az&topic={codes[0][0]}"
    return _asks(bench, f"figures/received/?{query}")


@measure("figures API: median days last year, by topic", target_ms=200, times=20)
def median(bench: Bench) -> Ask:
    return _asks(bench, "figures/median_days/?period=last_year&by=topic")


def _middle(bench: Bench) -> int:
    return int(bench.rows("SELECT (min(change) + max(change)) / 2 FROM reports_appealfact")[0][0])


@measure("facts API: 1000 appeals from the middle", target_ms=200, times=20)
def facts(bench: Bench) -> Ask:
    return _asks(bench, f"facts/appeals/?limit=1000&cursor={_middle(bench)}")


@measure("facts API: rare rows among many", target_ms=200, times=20)
def rare(bench: Bench) -> Ask:
    return _asks(bench, f"facts/appeals/?channel=asan&language=en&cursor={_middle(bench)}")


@measure("facts API: 1000 steps from the beginning", target_ms=200, times=20)
def steps(bench: Bench) -> Ask:
    return _asks(bench, "facts/steps/?limit=1000")
