"""The few rows a proof of the core needs, made plainly so that each test says what it rests on."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from appeals.actions import register
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Appeal, Ground, Outcome, TermRule, Topic
from callcenter.errors import RuleBroken
from people.models import Placement, Position, Role, Structure, User
from people.models.structure import Category

LONG_AGO = dt.date(2020, 1, 1)
PHONE = "+994501112233"
_count = itertools.count(1)


def person(role: str = Role.OPERATOR, surname: str = "") -> User:
    n = next(_count)
    return User.objects.create(
        username=f"person-{n}", role=role, last_name=surname or f"Soyad{n}", first_name="Ad"
    )


def topic() -> Topic:
    return Topic.objects.get_or_create(
        code="tax", defaults={"path": "/tax/", "name_az": "Vergi", "valid_from": LONG_AGO}
    )[0]


def outcome(code: str = "satisfied") -> Outcome:
    return Outcome.objects.get_or_create(code=code, defaults={"name_az": code})[0]


def ground() -> Ground:
    return Ground.objects.get_or_create(
        code="court",
        defaults={
            "name_az": "Məhkəmə qərarı",
            "article": "8.1.3",
            "how_to_appeal_az": "Məhkəməyə şikayət edin.",
        },
    )[0]


def term_rule(kind: str, quantity: int, unit: str = "working_days", **more: object) -> TermRule:
    return TermRule.objects.create(
        code=f"{kind}-{next(_count)}", kind=kind, step=TermRule.Step.ANSWER, quantity=quantity,
        unit=unit, source="1308-IVQ 10.1", certainty="Q", valid_from=LONG_AGO, **more,
    )  # fmt: skip


def structure(code: str, under: Structure | None = None, **more: object) -> Structure:
    more.setdefault("category", Category.INSIDE)
    more.setdefault("valid_from", LONG_AGO)
    return Structure.objects.create(
        code=code, name_az=code.upper(), parent=under,
        path=f"{under.path if under else '/'}{code}/", **more,
    )  # fmt: skip


def placed(where: Structure, position: str = Position.EXECUTOR, **dates: dt.date) -> User:
    """A person of a structure; the head has the head's role."""
    role = Role.STRUCTURE_HEAD if position == Position.HEAD else Role.STRUCTURE_USER
    user = person(role)
    dates.setdefault("valid_from", LONG_AGO)
    Placement.objects.create(user=user, structure=where, position=position, **dates)
    return user


def intake(**more: object) -> Intake:
    values: dict[str, object] = {
        "kind": Kind.APPLICATION, "topic": topic(), "text": "Kassa aparatı işləmir",
        "caller_phone": PHONE,
    }  # fmt: skip
    return Intake(**{**values, **more})


def appeal(by: User | None = None, **more: object) -> Appeal:
    return register(by=by or person(), client_id=uuid.uuid4(), intake=intake(**more))


def put(row: object, **values: object) -> None:
    """Set a state by SQL, as no verb would: only to ask what is possible from there."""
    type(row).objects.filter(pk=row.pk).update(**values)


def at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Run the jobs in threads that start together; each gives its result or what was raised."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return job()
        except RuleBroken as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [done.result() for done in [pool.submit(run, job) for job in jobs]]
