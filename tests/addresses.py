"""Every address of the service, with one example of each thing an address can name."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from appeals.actions import (
    attach,
    attach_to_draft,
    close,
    link,
    rate,
    save_applicant,
    save_draft,
    take,
)
from appeals.actions.asking import token_of
from appeals.actions.bulk import advance, ask_bulk
from appeals.actions.saved import save_view
from appeals.actions.sending import UNDER_WAY, deliver, give_up
from appeals.alerting import about
from appeals.kinds import Kind
from appeals.models import (
    Appeal,
    Contact,
    Letter,
    Notice,
    Outcome,
    Rating,
    ReceptionOfficial,
    TermRule,
)
from appeals.reception.actions import Hours, invite, make_feed, make_slots
from people.actions import make_token
from people.actions.calendar import draft_change
from people.actions.users import delegate
from people.alerts import tell
from people.calendar import working_calendar
from people.models import Alert, Delegation
from reports.actions import ask_export, ask_report, build, save_own
from reports.own import Question
from reports.periods import Sort, before
from routing.actions import accept, answer, refer, save_template
from routing.edms.actions import make_memo
from routing.models import EdmsFile, LadderStep, ReferralKind, Reminder, ReminderAlarm
from routing.rules.actions import save_rule
from routing.rules.trial import ask_trial
from routing.suggestions.actions import set_threshold
from tests.cast import Cast

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: Django's own pages have rights and tests of their own.
FOREIGN = ("admin:", "set_language")


def named_addresses() -> dict[str, frozenset[str]]:
    """Each name an address goes by, with the parts that must be filled in."""
    found: dict[str, frozenset[str]] = {}

    def walk(patterns: list[URLPattern | URLResolver], space: str, before: frozenset[str]) -> None:
        for each in patterns:
            parts = before | frozenset(each.pattern.converters)
            if isinstance(each, URLResolver):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                walk(each.url_patterns, inner, parts)
            elif each.name and not f"{space}{each.name}".startswith(FOREIGN):
                name = f"{space}{each.name}"
                found[name] = min(found.get(name, parts), parts, key=len) if parts else parts

    walk(get_resolver().url_patterns, "", frozenset())
    return found


@dataclass
class Story:
    """One of everything an address can name; all of it about one appeal referred to one place."""

    cast: Cast
    appeal: Appeal
    kwargs: dict[str, dict[str, object]]

    def address(self, name: str) -> str:
        """The address of that name in this story; KeyError when its example is missing."""
        return reverse(name, kwargs=self.kwargs.get(name, {}))


RULE = {
    "name": "İxrac", "kinds": [], "topic": None, "words": ["ixrac"], "channels": [],
    "languages": [], "applicants": "", "voens": [], "accused": "", "accused_branch": None,
    "referral_kind": "execution", "days": 5, "is_urgent": False, "makes_restricted": False,
    "is_automatic": False,
}  # fmt: skip


def _order(cast: Cast) -> Delegation:
    """Of tomorrow: today nobody's rights are wider by it."""
    return delegate(
        by=cast.admin, principal=cast.operator, deputy=cast.aysel, order_number="7-k",
        valid_from=timezone.localdate() + dt.timedelta(days=1), valid_to=None,
        order_on=timezone.localdate(),
    )  # fmt: skip


def _appeals(cast: Cast, make_appeal: Callable[..., Appeal]) -> tuple[Appeal, Appeal]:
    applicant = save_applicant(
        by=cast.aysel,
        values={"kind": "person", "surname": "Quliyeva", "given_name": "Sevda"},
        phones=["0552223344"],
    )
    appeal = make_appeal(applicant=applicant)
    other = make_appeal(kind=Kind.QUESTION, applicant=applicant)
    link(appeal.pk, by=cast.aysel, to=other.pk)
    return take(appeal.pk, by=cast.aysel), other


def tell_outside(cast: Cast, make_appeal: Callable[..., Appeal]) -> tuple[Letter, Notice, Rating]:
    """A letter to print, a notice that did not arrive, and a low rating."""
    values = {"kind": "person", "surname": "Abbasov", "given_name": "Kərim", "address": "Bakı"}
    on_paper = save_applicant(by=cast.aysel, values=values)
    notice = make_appeal(applicant=on_paper, caller_phone="").notices.get()
    deliver(notice.pk)
    failed = make_appeal().notices.get()
    give_up(failed.pk, "HTTP 422", UNDER_WAY)
    rated = make_appeal()
    outcome = Outcome.objects.get(code="explained")
    close(rated.pk, by=cast.aysel, outcome=outcome, text="Cavab")
    rating = rate(rated.pk, by=cast.aysel, score=1, reason="slow")
    return notice.letter, failed, rating


#: Calls about one reception.
IN_API = re.compile(r"api-reception(-(?!hours)|$)")


def _received(cast: Cast, appeal: Appeal) -> dict[str, dict[str, object]]:
    """The applicant invited to the unit's head, whose calendar the unit's user keeps."""
    today = timezone.localdate()
    official = ReceptionOfficial.objects.create(
        code="rəis", name=cast.unit_head.name, position_az="Rəis", user=cast.unit_head,
        assistant=cast.unit_user, place="Otaq 1", valid_from=today,
    )  # fmt: skip
    day = working_calendar().next_working(today)
    hours = Hours(on=day, opens=dt.time(10), closes=dt.time(11), minutes=30)
    slots, _skipped = make_slots(
        by=cast.head, official_id=official.pk, hours=hours, client_id=uuid.uuid4()
    )
    made = invite(appeal.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=uuid.uuid4())
    feed, secret = make_feed(by=cast.aysel, name="Outlook")
    return {
        "reception": {"pk": made.pk},
        "reception-day": {"date": day.isoformat()},
        "reception-do": {"pk": made.pk, "code": "confirm"},
        "reception-feed": {"secret": secret},
        "reception-feed-revoke": {"pk": feed.pk},
        "reception-slot": {"pk": made.slot_id},
        **{name: {"pk": made.pk} for name in named_addresses() if IN_API.match(name)},
    }


def tell_story(cast: Cast, make_appeal: Callable[..., Appeal]) -> Story:
    """One appeal with a file, referred; a draft, a rule, a report: one of everything."""
    appeal, other = _appeals(cast, make_appeal)
    file = attach(appeal.pk, by=cast.aysel, upload=SimpleUploadedFile("ərizə.pdf", PDF))
    referral = refer(
        appeal.pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4(), question="Həll edin"
    )
    accept(referral.pk, by=cast.unit_user)
    asked = refer(
        appeal.pk, by=cast.aysel, structure=cast.unit, kind=ReferralKind.CONSULTATION,
        client_id=uuid.uuid4(), question="Rəy?",
    )  # fmt: skip
    accept(asked.pk, by=cast.unit_user)
    answer(asked.pk, by=cast.unit_user, text="Rəyimiz belədir.")
    draft_id = uuid.uuid4()
    save_draft(draft_id, by=cast.aysel, form="intake", values={"text": ["Salam"]})
    draft_file = attach_to_draft(draft_id, by=cast.aysel, upload=SimpleUploadedFile("a.pdf", PDF))
    template = save_template(
        None, by=cast.unit_head, structure=cast.unit, topic=None, title="Cavab", text="Mətn"
    )
    values = {**RULE, "structure": cast.other}
    rule = save_rule(by=cast.head, values=values)
    trial = ask_trial(by=cast.head, values=values, regions=(), rule=rule, client_id=uuid.uuid4())
    change = draft_change(
        by=cast.admin, act="NK 1", act_on=timezone.localdate(), client_id=uuid.uuid4()
    )
    token, _secret = make_token(
        by=cast.admin, name="Test", user=cast.manager, scopes=["appeals.read"],
        expires_at=timezone.now() + dt.timedelta(days=30),
    )  # fmt: skip
    last_month = before(timezone.localdate(), Sort.MONTHLY)
    run = build(ask_report(last_month, by=cast.head).pk)
    own = save_own(Question(measures=("received",), by="kind"), by=cast.head, name="Ay")
    export = ask_export({}, "csv", by=cast.head, language="az", client_id=uuid.uuid4())
    view = save_view(by=cast.aysel, client_id=uuid.uuid4(), name="Açıqlar", query={"tab": "open"})
    many = ask_bulk(
        by=cast.aysel, client_id=uuid.uuid4(), verb="note", values={"bulk-text": "Qeyd"},
        appeal_ids=[other.pk],
    )  # fmt: skip
    advance(many.pk)
    tell(cast.aysel, "appeal.given", by=cast.head, **about(appeal))
    alert = Alert.objects.latest("pk")
    contact = Contact.objects.filter(applicant=appeal.applicant).latest("pk")
    legal = TermRule.objects.latest("pk")
    memo = make_memo(referral, appeal)
    EdmsFile.objects.create(memo=memo, name="memo.pdf", content=PDF, sha256="0" * 64)
    alarm = ReminderAlarm.objects.create(
        reminder=Reminder.objects.create(
            appeal=appeal, referral=referral, clock=referral.clock, percent=50, target="executor",
            term="x0", due_at=referral.due_at, remind_at=timezone.now(),
        )
    )  # fmt: skip
    of_letter, of_notice, rating = tell_outside(cast, make_appeal)
    of_reception = _received(cast, appeal)
    of_appeal, of_applicant = {"pk": appeal.pk}, {"pk": appeal.applicant_id}
    of_contact = {**of_applicant, "contact": contact.pk}
    of_rule, of_trial, of_change = {"pk": rule.pk}, {"pk": trial.pk}, {"pk": change.pk}
    of_referral, of_run = {"pk": referral.pk}, {"run_id": run.pk}
    of_draft, of_file = {"client_id": draft_id}, {"client_id": file.client_id}
    of_memo = {"pk": memo.pk}
    sure = set_threshold(by=cast.admin, topic=appeal.topic, confidence=0.99)
    assert sure is not None
    of_threshold = {"pk": sure.pk}
    of_step = {"pk": LadderStep.objects.latest("pk").pk}
    of_own, of_export = {"report_id": own.pk}, {"client_id": export.client_id}
    kwargs: dict[str, dict[str, object]] = {
        "alarm-handle": {"pk": alarm.pk},
        "alert-open": {"pk": alert.pk},
        "answer-template": {"pk": template.pk},
        "api-figure": {"code": "received"},
        "api-file": {**of_appeal, **of_file},
        "appeal": {"number": appeal.number},
        "appeal-do": {**of_appeal, "action": "note"},
        "appeal-repeat": {**of_appeal, "of": other.pk},
        "appeal-unlink": {**of_appeal, "other": other.pk},
        "applicant": of_applicant,
        "applicant-edit": of_applicant,
        "applicant-reveal": of_applicant,
        "api-applicant": of_applicant,
        "api-applicant-reveal": of_applicant,
        "api-notice-again": {"pk": of_notice.pk},
        "api-notice-told": {"pk": of_notice.pk},
        "bulk-go": {"client_id": many.client_id},
        "bulk-run": {"client_id": many.client_id},
        "calendar-change": of_change,
        "calendar-do": {**of_change, "action": "apply"},
        "calendar-effect": of_change,
        "calendar-year": {"year": timezone.localdate().year},
        "contact-drop": of_contact,
        "contact-prefer": of_contact,
        "desk-again": of_appeal,
        "dictionary": {"slug": "terms"},
        "dictionary-new": {"slug": "topics"},
        "dictionary-row": {"slug": "terms", "pk": legal.pk},
        "draft-drop": of_draft,
        "draft-file-drop": {"pk": draft_file.pk},
        "draft-files": {"draft_id": draft_id},
        "draft-save": of_draft,
        "export": of_export,
        "export-file": of_export,
        "figure": {"code": "received"},
        "file": of_file,
        "file-detach": of_file,
        "file-preview": of_file,
        "ladder-remove": of_step,
        "letter": {"pk": of_letter.pk},
        "letter-do": {"pk": of_letter.pk, "deed": "print"},
        "letter-file": {"client_id": of_letter.client_id},
        "notice": {"pk": of_notice.pk},
        "notice-again": {"pk": of_notice.pk},
        "notice-numbers": {"pk": of_notice.pk},
        "notice-told": {"pk": of_notice.pk},
        "ladder-step": of_step,
        "memo": of_memo,
        "memo-file": {**of_memo, "name": "memo.pdf"},
        "memo-hand": of_memo,
        "memo-resend": of_memo,
        "threshold-remove": of_threshold,
        "own-report": of_own,
        "own-report-delete": of_own,
        "own-report-file": {**of_own, "format": "xlsx"},
        "rate": {"token": token_of(rating)},
        "rate-complaint": {"token": token_of(rating)},
        "rating-complaint": {"pk": rating.pk},
        "rating-handled": {"pk": rating.pk},
        **of_reception,
        "referral": of_referral,
        "referral-do": {**of_referral, "action": "accept"},
        "referral-draft": of_referral,
        "referral-files": of_referral,
        "report": of_run,
        "report-blocks": {"sort": "monthly"},
        "report-comment": of_run,
        "report-drop": of_run,
        "report-file": {**of_run, "format": "pdf"},
        "report-keep": of_run,
        "report-progress": of_run,
        "report-step": {**of_run, "code": "sign"},
        "rule": of_rule,
        "rule-again": of_trial,
        "rule-move": of_rule,
        "rule-switch": of_rule,
        "rule-trial": of_trial,
        **{
            name: {"pk": cast.unit.pk}
            for name in (
                "structure",
                "structure-close",
                "structure-edit",
                "structure-place",
                "structure-succeed",
            )
        },
        **{
            f"api-referral{step}": of_referral
            for step in (
                "",
                "-seen",
                "-accept",
                "-assign",
                "-return",
                "-extension",
                "-draft",
                "-answer",
                "-files",
            )
        },
        "api-referral-file": {**of_referral, **of_file},
        "delegation-end": {"pk": _order(cast).pk},
        **{
            name: {"pk": cast.operator.pk}
            for name in (
                "user",
                "user-back",
                "user-delegate",
                "user-leave",
                "user-let-in",
                "user-password",
            )
        },
        "place-end": {"pk": cast.unit_user.placements.get().pk},
        "token-revoke": {"pk": token.pk},
        "view-drop": {"pk": view.pk},
        "view-edit": {"pk": view.pk},
    }
    for name, parts in named_addresses().items():
        if parts == {"pk"}:
            kwargs.setdefault(name, of_appeal)
    return Story(cast=cast, appeal=appeal, kwargs=kwargs)


@pytest.fixture
def story(cast: Cast, make_appeal: Callable[..., Appeal]) -> Story:
    return tell_story(cast, make_appeal)
