"""The people and the directory most tests need, as fixtures."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from rest_framework.test import APIClient

from appeals.actions import register
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import (
    Appeal,
    Ground,
    NoticeTemplate,
    Outcome,
    Region,
    TermRule,
    Topic,
    TopicQuestion,
)
from people.actions import make_token
from people.api.scopes import known_scopes
from people.models import (
    CalendarDay,
    CalendarVersion,
    LegalNumber,
    Placement,
    Position,
    Role,
    Structure,
    User,
)
from routing.models import Competence, LadderStep
from routing.rules.models import RoutingRule
from tests.databases import has_directory

SINCE = dt.date(2020, 1, 1)
PHONE = "+994501112233"
#: What the directory is made of, those referred to first.
LOADED: tuple[type[models.Model], ...] = (
    Structure, LegalNumber, CalendarVersion, CalendarDay, Topic, TopicQuestion, Region, Outcome,
    Ground, TermRule, NoticeTemplate, Competence, RoutingRule, LadderStep,
)  # fmt: skip
_rows: dict[type[models.Model], list[models.Model]] = {}


@pytest.fixture
def directory(db: None) -> None:
    """The real directory for a test that asks.

    Not loaded for everybody: many tests make a directory of their own with the same codes.
    """
    if not has_directory():
        load_directory()


def load_directory() -> None:
    """The real directory, loaded once per process and put back from memory afterwards."""
    if not _rows:
        call_command("load_directory", stdout=io.StringIO())
        _rows.update({model: list(model._base_manager.order_by("pk")) for model in LOADED})
        return
    for model, rows in _rows.items():
        model._base_manager.bulk_create(rows, ignore_conflicts=True)


@dataclass(frozen=True)
class Cast:
    """Everyone a story needs."""

    aysel: User  # operator
    operator: User  # another operator
    head: User
    unit_user: User  # of dvx
    unit_head: User
    other_user: User  # of kobia
    manager: User
    auditor: User
    admin: User
    unit: Structure
    other: Structure


def _person(username: str, surname: str, given: str, role: str) -> User:
    return User(
        username=username, last_name=surname, first_name=given, role=role,
        is_staff=role == Role.ADMINISTRATOR, is_superuser=role == Role.ADMINISTRATOR,
    )  # fmt: skip


def _placed(user: User, where: Structure, position: str) -> Placement:
    return Placement(user=user, structure=where, position=position, valid_from=SINCE)


@pytest.fixture
def cast(directory: None) -> Cast:
    """One person of each kind, placed in the real structures."""
    return make_cast()


def make_cast() -> Cast:
    """The same outside of a fixture, for worlds that last longer than a test."""
    places = Structure.objects.in_bulk(["dvx", "kobia"], field_name="code")
    made = Cast(
        aysel=_person("aysel", "Məmmədova", "Aysel", Role.OPERATOR),
        operator=_person("resad", "Quliyev", "Rəşad", Role.OPERATOR),
        head=_person("mudir", "Həsənov", "Elçin", Role.SECTOR_HEAD),
        unit_user=_person("gunel", "Cəfərova", "Günel", Role.STRUCTURE_USER),
        unit_head=_person("vaqif", "Orucov", "Vaqif", Role.STRUCTURE_HEAD),
        other_user=_person("samir", "Nəsirov", "Samir", Role.STRUCTURE_USER),
        manager=_person("rehber", "Kərimov", "Tural", Role.MANAGEMENT),
        auditor=_person("auditor", "Rzayeva", "Nərmin", Role.AUDITOR),
        admin=_person("inzibatci", "Ağayev", "Fuad", Role.ADMINISTRATOR),
        unit=places["dvx"],
        other=places["kobia"],
    )
    of_structures = [made.unit_user, made.unit_head, made.other_user]
    of_sector = [made.aysel, made.operator, made.head, made.manager, made.auditor, made.admin]
    User.objects.bulk_create([*of_structures, *of_sector])
    Placement.objects.bulk_create(
        [
            _placed(made.unit_user, made.unit, Position.EXECUTOR),
            _placed(made.unit_head, made.unit, Position.HEAD),
            _placed(made.other_user, made.other, Position.EXECUTOR),
        ]
    )
    return made


@pytest.fixture
def make_appeal(cast: Cast) -> Callable[..., Appeal]:
    """`make_appeal(by=…, **intake)` registers through the verb; Aysel's application by default."""
    return appeal_maker(cast)


def appeal_maker(cast: Cast) -> Callable[..., Appeal]:
    """The same outside of a fixture."""

    def make(by: User | None = None, **more: object) -> Appeal:
        values: dict[str, object] = {
            "kind": Kind.APPLICATION, "text": "Kassa aparatı işləmir", "caller_phone": PHONE,
            **more,
        }  # fmt: skip
        if "topic" not in values:
            values["topic"] = Topic.objects.get(code="tax-voen")
        return register(by=by or cast.aysel, client_id=uuid.uuid4(), intake=Intake(**values))

    return make


@pytest.fixture
def program(cast: Cast) -> Callable[..., APIClient]:
    """`program(user, "appeals.read")`: another program holding a token; all scopes by default."""

    def client(user: User, *scopes: str, structure: Structure | None = None) -> APIClient:
        _token, secret = make_token(
            by=cast.admin, name="Test", user=user, scopes=scopes or known_scopes(),
            structure=structure, expires_at=timezone.now() + dt.timedelta(days=30),
        )  # fmt: skip
        made = APIClient()
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return made

    return client
