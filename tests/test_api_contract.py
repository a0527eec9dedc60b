"""Every call of the API with made-up input: never a failure of the service, and never an answer its
description does not know. Deterministic: the same input each time, a few examples for each call."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from appeals import actions
from appeals.models import Attachment, Ground, Outcome, ReceptionOfficial
from appeals.reception import actions as reception
from callcenter.wsgi import application
from people.actions import make_token
from people.api.scopes import known_scopes
from people.calendar import working_calendar
from people.models import User
from reports.facts.filling import fill
from reports.figures.registry import figures
from routing import actions as routing
from routing.models import ReferralKind
from tests.cast import Cast, appeal_maker, make_cast

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: Examples of each kind for each call.
EXAMPLES = 5
KINDS = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
FIGURES = [one.code for one in figures()]
#: Codes that exist, put in place of made-up ones.
CODES = {
    "topic": "tax-voen",
    "outcome": "explained",
    "ground": "court",
    "region": "baku",
    "complained_structure": "dvx",
    "structure": "dvx",
    "period": "this_year",
    "belongs_to": "kobia",
}


@cache
def described() -> Any:
    """The description as it is served."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    loaded = schemathesis.openapi.from_dict(json.loads(OpenApiJsonRenderer().render(schema)))
    loaded.app, loaded.location = application, "/api/schema/"
    return loaded


def operations() -> list[str]:
    """Every call the description names."""
    paths = described().raw_schema["paths"].items()
    return [f"{method.upper()} {path}" for path, item in paths for method in item]


@dataclass
class World:
    """Rows that exist, for the addresses of the calls, and a token for each kind of caller."""

    tokens: list[str]
    files: Path
    rows: dict[str, list[int]] = field(default_factory=dict)
    file: str = ""
    answer_file: str = ""
    own_tokens: list[str] = field(default_factory=list)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Between requests the server looks after its connection; here the test's transaction lives on it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def world(told_once: Path) -> World:
    cast = make_cast()
    make_appeal = appeal_maker(cast)

    def token(user: User, **more: Any) -> str:
        return make_token(
            by=cast.admin, name="Contract", user=user, scopes=known_scopes(), per_minute=100_000,
            expires_at=timezone.now() + dt.timedelta(days=1), **more,
        )[1]  # fmt: skip

    applicant = actions.save_applicant(
        by=cast.aysel, values={"surname": "Əliyev", "given_name": "Vüsal"}, phones=["0501112233"]
    )
    made = [make_appeal(applicant=applicant).pk for _ in range(7)]
    new, taken, waiting, answered, closed, left, longer = made
    by, explained = cast.aysel, Outcome.objects.get(code="explained")
    upload = SimpleUploadedFile("a.txt", b"Salam, bu bir fayldir.")
    file = actions.attach(new, by=by, upload=upload)
    for pk in (taken, waiting, longer):
        actions.take(pk, by=by)
    actions.ask_applicant(waiting, by=by, question="Ünvan?")
    actions.answer(answered, by=by, text="Cavab")
    actions.close(closed, by=by, outcome=explained, text="Cavab")
    actions.leave(left, by=by, ground=Ground.objects.first(), reason="Məhkəmədə")
    actions.ask_extension(longer, by=by, quantity=1, reason="Sənəd gözlənilir")
    structure = token(cast.unit_head, structure=cast.unit)
    fill()
    return World(
        tokens=[
            token(cast.aysel),
            token(cast.head),
            token(cast.aysel),
            token(cast.head),
            structure,
        ],
        files=told_once,
        own_tokens=[structure, token(cast.unit_user, structure=cast.unit), token(cast.aysel)],
        rows={
            "appeals": made,
            "applicants": [applicant.pk],
            "referrals": _referrals(cast, [make_appeal().pk for _ in range(6)]),
            "receptions": _receptions(cast, [make_appeal().pk for _ in range(3)]),
        },  # fmt: skip
        file=str(file.client_id),
        answer_file=str(Attachment.objects.latest("pk").client_id),
    )


def _referrals(cast: Cast, appeals: list[int]) -> list[int]:
    """One in each state a structure may find it in; the last with a file of its answer."""
    kinds = [ReferralKind.INFORMATION, ReferralKind.CONSULTATION, *["execution"] * 4]
    sent = [
        routing.refer(
            pk, by=cast.aysel, structure=cast.unit, kind=kind, client_id=uuid.uuid4()
        ).pk
        for pk, kind in zip(appeals, kinds, strict=True)
    ]  # fmt: skip
    by = cast.unit_user
    for pk in sent[3:]:
        routing.accept(pk, by=by)
    routing.ask_extension(sent[3], by=by, days=2, reason="Sənəd")
    routing.draft(sent[4], by=by, text="Cavab")
    upload = SimpleUploadedFile("b.txt", b"Cavabin fayli.")
    routing.attach_to_answer(sent[5], by=by, upload=upload)
    return [sent[5], *sent[:5]]


def _receptions(cast: Cast, appeals: list[int]) -> list[int]:
    """One invited, one confirmed, one declined."""
    today = timezone.localdate()
    official = ReceptionOfficial.objects.create(
        code="reis", name="Əhmədov Rauf", position_az="Rəis", place="Otaq 1", valid_from=today
    )
    hours = reception.Hours(
        on=working_calendar().next_working(today), opens=dt.time(10), closes=dt.time(12), minutes=30
    )
    slots, _skipped = reception.make_slots(
        by=cast.head, official_id=official.pk, hours=hours, client_id=uuid.uuid4()
    )
    made = [
        reception.invite(pk, by=cast.aysel, slot_id=slot.pk, client_id=uuid.uuid4()).pk
        for pk, slot in zip(appeals, slots, strict=False)
    ]
    reception.confirm(made[1], by=cast.aysel)
    reception.decline(made[2], by=cast.aysel, note="Gələ bilmir")
    return made


def at_home(case: schemathesis.Case, world: World, turn: int) -> None:
    """Most addresses and codes are ones that exist; the rest stay as they were made up."""
    if turn % 6 == 0:
        return
    about = case.path.split("/")[3]
    rows = world.rows.get(about, [])
    if rows and "id" in case.path_parameters:
        case.path_parameters["id"] = rows[turn % len(rows)]
    if "client_id" in case.path_parameters:
        file = world.answer_file if about == "referrals" else world.file
        case.path_parameters.update(client_id=file, id=rows[0])
    if "code" in case.path_parameters:
        case.path_parameters["code"] = FIGURES[turn % len(FIGURES)]
    for name, code in CODES.items():
        if turn % 2 and name in (case.query or {}):
            case.query[name] = code
    if isinstance(case.body, dict):
        for name, code in CODES.items():
            if isinstance(case.body.get(name), str):
                case.body[name] = code


@pytest.mark.django_db
@pytest.mark.parametrize("operation", operations())
def test_no_call_fails_or_answers_what_is_not_described(
    operation, world, kept_connection, settings
):
    settings.MEDIA_ROOT = world.files
    method, path = operation.split()
    called = described()[path][method]
    turns = itertools.count(1)

    def call(case: schemathesis.Case) -> None:
        turn = next(turns)
        at_home(case, world, turn)
        # Referrals are for tokens of structures; the others must find nothing there.
        tokens = world.own_tokens if "/referrals/" in path else world.tokens
        token = tokens[turn % len(tokens)]
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)

    for mode in KINDS:
        within = examples(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        within(given(case=called.as_strategy(generation_mode=mode))(call))()
