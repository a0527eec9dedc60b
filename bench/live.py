"""News to open pages: five hundred streams of forty people, and how long until each page knows."""

from __future__ import annotations

import json
import selectors
import socket
import sys
import threading
import time
from dataclasses import dataclass, field

from bench.client import Answer, Refused
from bench.measures import Ask, Bench, measure, percentile

PAGES = 500
OPERATORS = 40
#: News told one after another, and the seconds a page may wait for one.
TIMES = 60
PATIENCE = 5.0


@dataclass
class Pages:
    """Open pages: what each hears, and when, by the person whose page it is."""

    port: int
    heard: dict[str, list[float]] = field(default_factory=dict)
    streams: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.is_over = False
        self.changed = threading.Condition()

    def open(self, person: str, cookies: dict[str, str]) -> None:
        """One page more, as a browser opens its stream."""
        page = socket.create_connection(("127.0.0.1", self.port))
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        page.sendall(
            f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {told}\r\n\r\n".encode()
        )
        head = page.recv(4096)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise Refused(head[:300].decode(errors="replace"))
        page.setblocking(False)
        self.selector.register(page, selectors.EVENT_READ, person)
        self.streams[person] = self.streams.get(person, 0) + 1

    def listen(self) -> None:
        """Until it is over; one thread reads all pages."""
        while not self.is_over:
            ready = self.selector.select(timeout=0.2)
            for key, _mask in ready:
                page = key.fileobj
                assert isinstance(page, socket.socket)
                got = page.recv(65536)
                at = time.perf_counter()
                if not got:
                    self.selector.unregister(page)
                    page.close()
                if b"data: " in got:
                    with self.changed:
                        self.heard.setdefault(key.data, []).append(at)
                        self.changed.notify_all()

    def wait(self, person: str, count: int) -> list[float]:
        """The moments at which so many pages of the person heard; those that did not are missing."""
        until = time.monotonic() + PATIENCE
        with self.changed:
            while len(self.heard.get(person, ())) < count and time.monotonic() < until:
                self.changed.wait(0.1)
            return self.heard.pop(person, [])

    def close(self) -> None:
        self.is_over = True
        for key in list(self.selector.get_map().values()):
            page = key.fileobj
            assert isinstance(page, socket.socket)
            self.selector.unregister(page)
            page.close()


def _opened(bench: Bench) -> Pages:
    pages = Pages(bench.server.port)
    names = [f"operator{n}" for n in range(1, OPERATORS + 1)]
    for name in names:
        bench.signed_in(name)
    for n in range(PAGES):
        name = names[n % OPERATORS]
        pages.open(name, bench.signed_in(name).cookies)
    threading.Thread(target=pages.listen, daemon=True).start()
    time.sleep(1)
    pages.heard.clear()
    return pages


def _told(name: str, waits: list[float], missed: int) -> Answer:
    p50, p95 = percentile(waits, 50), percentile(waits, 95)
    sys.stderr.write(
        f"{name}: {len(waits)} times, p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {max(waits):.0f} ms, "
        f"{missed} not heard\n"
    )
    if missed:
        raise Refused(f"{name}: {missed} pages did not hear")
    return Answer(200, p95, p50, 0.0, 0, b"")


@measure("live: a notice to its reader, 500 pages open, p95", target_ms=300, times=1, warm_up=0)
def notice(bench: Bench) -> Ask:
    """From the click of the head who gives an appeal away to every open page of who is given it."""
    head = bench.signed_in("head")
    people = dict(
        bench.rows("SELECT username, id FROM people_user WHERE username LIKE 'operator%%'")
    )
    given = bench.rows(
        "SELECT id, version FROM appeals_appeal WHERE is_open AND status = 'considered' "
        "AND NOT is_restricted ORDER BY id LIMIT %s",
        TIMES,
    )

    def ask() -> Answer:
        pages = _opened(bench)
        waits: list[float] = []
        missed = 0
        try:
            head.get("/today/")
            for n, (pk, version) in enumerate(given):
                name = f"operator{n % OPERATORS + 1}"
                began = time.perf_counter()
                head.post(f"/appeal/{pk}/do/assign/", {"to": people[name], "version": version})
                heard = pages.wait(name, pages.streams[name])
                missed += pages.streams[name] - len(heard)
                waits += [(at - began) * 1000 for at in heard]
        finally:
            pages.close()
        return _told("a notice to its reader", waits, missed)

    return ask


@measure("live: news to all of 500 open pages, p95", target_ms=300, times=1, warm_up=0)
def news(bench: Bench) -> Ask:
    """From telling a whole role to the last of its pages."""
    from callcenter import live

    def ask() -> Answer:
        pages = _opened(bench)
        waits: list[float] = []
        missed = 0
        try:
            for _turn in range(TIMES):
                began = time.perf_counter()
                live.publish("role:operator", {"topic": "bench", "at": json.dumps(began)})
                for name, count in pages.streams.items():
                    heard = pages.wait(name, count)
                    missed += count - len(heard)
                    waits += [(at - began) * 1000 for at in heard]
        finally:
            pages.close()
        return _told("news to all", waits, missed)

    return ask
