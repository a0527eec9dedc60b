"""What the law asks to be looked at before an appeal is considered: offers, never automatic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.kinds import Kind
from appeals.lifecycle import Action, Status
from appeals.models import Appeal, Clock, Ground, Outcome, TermRule
from appeals.policies import may
from appeals.steps import step_rule
from callcenter.templatetags.formats import az_date
from callcenter.worktime import Term, due_with_segments
from people.calendar import working_calendar
from people.legal import number
from people.models import User

#: Endings that are no answer on the merits.
NOT_ON_MERITS = ("withdrawn", "joined", "forwarded", "advised_elsewhere", "stopped")
#: Earlier appeals looked at.
MOST = 50
UNDECIDED = (Status.REGISTERED, Status.CONSIDERED, Status.WAITING)


@dataclass(frozen=True)
class Offer:
    """Something the law allows or asks here, and the step that does it."""

    code: str
    title: str | Promise
    text: str
    url: str = ""
    label: str | Promise = ""
    tone: str = "warn"
    is_direct: bool = False  # a press of the button is the whole step


def same_matter(appeal: Appeal, user: User) -> QuerySet[Appeal]:
    """Other appeals of the same applicant, or of the same number when nobody is named, on the
    same topic within the period of the law."""
    if appeal.applicant_id is not None:
        whose = Q(applicant_id=appeal.applicant_id)
    elif appeal.caller_phone:
        whose = Q(applicant__isnull=True, caller_phone=appeal.caller_phone)
    else:
        return Appeal.objects.none()
    since = timezone.now() - dt.timedelta(days=number("repeat_window_days", 365))
    return (
        Appeal.objects.visible_to(user)
        .filter(whose, topic_id=appeal.topic_id, registered_at__gte=since)
        .exclude(pk=appeal.pk)
        .exclude(kind=Kind.QUESTION)
        .exclude(status=Status.MERGED)
    )


def answered_on_merits(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Those that ended with a reasoned answer."""
    return rows.filter(status=Status.CLOSED).exclude(answer_text="").exclude(
        outcome__code__in=NOT_ON_MERITS
    )  # fmt: skip


def offers_for(user: User, appeal: Appeal) -> list[Offer]:
    """The offers on the page of an undecided appeal, for somebody who may take their steps."""
    if appeal.status not in UNDECIDED or appeal.kind == Kind.QUESTION:
        return []
    found = [*_forwarding(user, appeal), *_received(appeal)]
    if appeal.is_anonymous:
        return [*found, *_anonymous(user, appeal)]
    rows = same_matter(appeal, user)
    return [*found, *_repeat(user, appeal, rows), *_joining(user, appeal, rows)]


def _step_url(appeal: Appeal, action: Action, **given: object) -> str:
    query = f"?{urlencode(given)}" if given else ""
    return f"{reverse('appeal-do', args=[appeal.pk, str(action)])}{query}"


def _forwarding(user: User, appeal: Appeal) -> list[Offer]:
    if not appeal.topic.is_outside or not may(user, Action.REFER, appeal):
        return []
    clock = (
        Clock.objects.filter(
            appeal=appeal, use=Clock.Use.STEP, rule__step=TermRule.Step.FORWARD
        )
        .order_by("id")
        .first()
    )  # fmt: skip
    due = clock.due_at if clock is not None else _forward_due(appeal)
    text = _("Forward it by %(date)s; the applicant is told to whom, with number and date.") % {
        "date": az_date(due)
    }
    return [
        Offer(
            "outside",
            _("The topic is outside the competence of the ministry"),
            text,
            url=reverse("refer", args=[appeal.pk]),
            label=_("Forward"),
        )  # fmt: skip
    ]


def _forward_due(appeal: Appeal) -> dt.datetime:
    on = timezone.localdate(appeal.registered_at)
    rule = step_rule(appeal, TermRule.Step.FORWARD, on)
    term = Term(rule.quantity, rule.unit) if rule is not None else Term(3)
    return due_with_segments(working_calendar(), term, appeal.registered_at, ())


def _received(appeal: Appeal) -> list[Offer]:
    received = timezone.localdate(appeal.received_at)
    registered = timezone.localdate(appeal.registered_at)
    if received >= registered:
        return []
    text = _("Received on %(received)s, registered on %(registered)s.") % {
        "received": az_date(received), "registered": az_date(registered),
    }  # fmt: skip
    return [Offer("late_registration", _("Not registered on the day it was received"), text)]


def _anonymous(user: User, appeal: Appeal) -> list[Offer]:
    ground = Ground.objects.filter(code="anonymous").first()
    if ground is None or not may(user, Action.LEAVE, appeal):
        return []
    return [
        Offer(
            "anonymous",
            _("The appeal is anonymous"),
            _("It is kept as information without a term, or left without consideration."),
            url=_step_url(appeal, Action.LEAVE, ground=ground.pk),
            label=_("Leave without consideration"),
            tone="info",
        )  # fmt: skip
    ]


def _repeat(user: User, appeal: Appeal, rows: QuerySet[Appeal]) -> list[Offer]:
    answered = list(
        answered_on_merits(rows).only("number", "closed_at", "repeat_of_id")
        .order_by("-closed_at")[:MOST]
    )  # fmt: skip
    if not answered:
        return []
    found = []
    first = answered[-1]
    enough = number("repeat_answers", 3)
    ground = Ground.objects.filter(code="repeat").first()
    if len(answered) >= enough and ground is not None and may(user, Action.LEAVE, appeal):
        words = ngettext(
            "%(n)d reasoned answer since %(date)s: %(numbers)s. Without new facts it may be left.",
            "%(n)d reasoned answers since %(date)s: %(numbers)s. Without new facts it may be left.",
            len(answered),
        ) % {
            "n": len(answered), "date": az_date(first.closed_at),
            "numbers": ", ".join(row.number for row in answered[:5]),
        }  # fmt: skip
        found.append(
            Offer(
                "repeat",
                _("A repeat appeal: the law allows leaving it without consideration"),
                words,
                url=_step_url(appeal, Action.LEAVE, ground=ground.pk),
                label=_("Leave without consideration"),
            )  # fmt: skip
        )
    if appeal.repeat_of_id is None and may(user, Action.CORRECT, appeal):
        newest = answered[0]
        found.append(
            Offer(
                "mark_repeat",
                _("The applicant was answered on this topic before"),
                _("%(number)s was answered on %(date)s.")
                % {"number": newest.number, "date": az_date(newest.closed_at)},
                url=reverse("appeal-repeat", args=[appeal.pk, newest.pk]),
                label=_("Mark as a repeat of it"),
                tone="info",
                is_direct=True,
            )  # fmt: skip
        )
    return found


def _joining(user: User, appeal: Appeal, rows: QuerySet[Appeal]) -> list[Offer]:
    if not may(user, Action.JOIN, appeal):
        return []
    earlier = rows.open().filter(registered_at__lte=appeal.registered_at, pk__lt=appeal.pk)
    other = earlier.only("number").order_by("registered_at", "id").first()
    if other is None or not Outcome.objects.filter(code="joined").exists():
        return []
    return [
        Offer(
            "join",
            _("The applicant’s earlier appeal on this topic is still open"),
            _("%(number)s: not a repeat. The two are joined and answered by one letter.")
            % {"number": other.number},
            url=_step_url(appeal, Action.JOIN, other=other.number),
            label=_("Join to it"),
        )  # fmt: skip
    ]
