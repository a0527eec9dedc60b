"""A person at a browser, as far as the network goes: signs in, keeps the connection and cookies."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMING = re.compile(r"(\w+);dur=([\d.]+)(?:;desc=\"(\d+)\")?")
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Refused(Exception):
    """The page did not answer as a measurement expects."""


@dataclass(frozen=True)
class Answer:
    """One answered request. Milliseconds: whole as the client saw it, app and sql as the server told."""

    status: int
    whole_ms: float
    app_ms: float
    sql_ms: float
    queries: int
    body: bytes
    location: str = ""

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """One keep-alive connection of one signed-in person."""

    def __init__(self, port: int, username: str = "", password: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        if username:
            self._sign_in(username, password)

    def _sign_in(self, username: str, password: str) -> None:
        page = self.get("/sign-in/")
        answer = self.post(
            "/sign-in/",
            {"username": username, "password": password, "csrfmiddlewaretoken": hidden(page)},
            expected=(302,),
        )
        if "sessionid" not in self.cookies:
            raise Refused(f"{username} could not sign in: {answer.status}")

    def get(self, path: str, expected: tuple[int, ...] = (200,), **headers: str) -> Answer:
        return self._ask("GET", path, None, expected, headers)

    def post(
        self,
        path: str,
        values: dict[str, object],
        expected: tuple[int, ...] = (302,),
        **headers: str,
    ) -> Answer:
        values.setdefault("csrfmiddlewaretoken", self.cookies.get("csrftoken", ""))
        return self._ask("POST", path, urlencode(values), expected, headers)

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None,
        expected: tuple[int, ...],
        more: dict[str, str],
    ) -> Answer:
        headers = {
            "Host": f"127.0.0.1:{self.connection.port}",
            "Accept-Encoding": "identity",
            **more,
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        read = response.read()
        whole = (time.perf_counter() - began) * 1000
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        if response.status not in expected:
            raise Refused(
                f"{method} {path}: {response.status}\n{read[:3000].decode(errors='replace')}"
            )
        told = {
            name: (float(took), int(count or 0))
            for line in response.headers.get_all("Server-Timing") or ()
            for name, took, count in TIMING.findall(line)
        }
        return Answer(
            status=response.status,
            whole_ms=whole,
            app_ms=told.get("app", (0.0, 0))[0],
            sql_ms=told.get("sql", (0.0, 0))[0],
            queries=told.get("sql", (0.0, 0))[1],
            body=read,
            location=response.headers.get("Location", ""),
        )


def hidden(page: Answer) -> str:
    """The CSRF token of the page's form."""
    found = HIDDEN.search(page.text)
    if found is None:
        raise Refused("The page has no form.")
    return found[1]
