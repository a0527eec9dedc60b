"""The columns of an exported row: every appeal with all its times, nobody's name or number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from appeals.kinds import Channel, Kind, Language
from appeals.lifecycle import STATUSES
from appeals.querysets import AppealQuerySet
from people.models import User
from reports.figures import names_of
from reports.models import AppealFact
from routing.models import Referral

#: Rows read at once.
CHUNK = 2500
Value = str | int | float | dt.datetime | None

FIELDS = (
    "pk", "number", "kind", "topic_id", "channel", "language", "region_id", "status",
    "responsible_id", "owner_id", "outcome_id", "ground_id", "received_at", "registered_at",
    "due_at", "answered_at", "closed_at", "moved_at", "is_first_contact", "is_late",
    "repeat_of_id", "reopened_count", "contact_count",
)  # fmt: skip


def titles() -> list[str]:
    """Headings in the reader's language, in the order of the row."""
    return [
        _("Number"), _("Kind"), _("Topic"), _("Channel"), _("Language"), _("Region"), _("Status"),
        _("Responsible structure"), _("Owner"), _("Outcome"), _("Ground"), _("Received"),
        _("Registered"), _("Due"), _("First referred"), _("Structure answered"), _("Applicant answered"),
        _("Ended"), _("Last moved"), _("Answered at once"), _("After the term"), _("Repeat"),
        _("Reopened, times"), _("Contacts"), _("Referrals"), _("Returned"), _("Sent for rework"),
        _("Term extended, times"), _("Days to the end"), _("Rating"),
    ]  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Words of the dictionaries, asked once for the whole file."""

    topics: dict[object, str]
    regions: dict[object, str]
    structures: dict[object, str]
    outcomes: dict[object, str]
    grounds: dict[object, str]
    people: dict[int, str]
    kinds: dict[str, str]
    channels: dict[str, str]
    languages: dict[str, str]
    statuses: dict[str, str]

    @classmethod
    def known(cls) -> Names:
        people = User.objects.only("first_name", "last_name", "username")
        return cls(
            names_of("topic"), names_of("region"), names_of("responsible"), names_of("outcome"),
            names_of("ground"), {user.pk: user.short_name for user in people},
            {value: str(label) for value, label in Kind.choices},
            {value: str(label) for value, label in Channel.choices},
            {value: str(label) for value, label in Language.choices},
            {str(status): str(meta.label) for status, meta in STATUSES.items()},
        )  # fmt: skip


def chunks(rows: AppealQuerySet) -> Iterator[list[tuple]]:
    """Rows newest first, a stretch at a time: each statement goes on from the row before, so
    nothing is held open and the thousandth stretch costs what the first does."""
    found = rows.order_by("-registered_at", "-id").values_list(*FIELDS)
    last: tuple | None = None
    while True:
        further = found
        if last is not None:
            at, pk = last[13], last[0]
            older = Q(registered_at__lt=at) | Q(registered_at=at, id__lt=pk)
            further = found.filter(older, registered_at__lte=at)
        chunk = list(further[:CHUNK])
        if chunk:
            yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1]


def rows_of(chunk: list[tuple], names: Names) -> Iterator[list[Value]]:
    """The chunk as rows of the file."""
    ids = [row[0] for row in chunk]
    went = {
        row[0]: row[1:]
        for row in Referral.objects.filter(appeal_id__in=ids)
        .order_by()
        .values_list("appeal_id")
        .annotate(first=Min("sent_at"), answered=Max("answered_at"), count=Count("id"))
    }
    facts = {
        row[0]: row[1:]
        for row in AppealFact.objects.filter(pk__in=ids).values_list(
            "pk", "returns", "reworks", "extensions", "took", "rating"
        )
    }
    yes, no = _("yes"), _("no")
    for (pk, number, kind, topic, channel, language, region, status, responsible, owner, outcome,
         ground, received, registered, due, answered, closed, moved, at_once, late, repeat_of,
         reopened, contacts) in chunk:  # fmt: skip
        referred, replied, referrals = went.get(pk, (None, None, 0))
        returns, reworks, extensions, took, rating = facts.get(pk, (0, 0, 0, None, None))
        yield [
            number, names.kinds.get(kind, kind), names.topics.get(topic, ""),
            names.channels.get(channel, channel), names.languages.get(language, language),
            names.regions.get(region, ""), names.statuses.get(status, status),
            names.structures.get(responsible, ""), names.people.get(owner, ""),
            names.outcomes.get(outcome, ""), names.grounds.get(ground, ""),
            received, registered, due, referred, replied, answered, closed, moved,
            yes if at_once else no, yes if late else no, yes if repeat_of else no,
            reopened, contacts, referrals, returns, reworks, extensions,
            took / 10 if took is not None else None, rating,
        ]  # fmt: skip
