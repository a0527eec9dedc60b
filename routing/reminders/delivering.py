"""Telling people: on the screen in one transaction with its mark; by e-mail claimed, sent outside
any transaction, then marked. Many reminders to one person are one message."""

from __future__ import annotations

import datetime as dt
import email.utils

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.alerting import about as about_appeal
from callcenter.templatetags.formats import az_datetime
from people import alerts
from people.calendar import working_calendar
from people.legal import text_setting
from people.models import User
from routing.reminders.models import Channel, Reminder, ReminderMail, ReminderTo, SendState
from routing.reminders.reading import seen_reminders

#: Minutes before the next attempt at an e-mail; after the last it is failed and shown.
WAITS = (1, 5, 15, 60, 240)
#: An e-mail being sent for longer than this belongs to a process that died.
CLAIM_FOR = dt.timedelta(minutes=5)
#: Lines of one e-mail; the rest is counted and found on the page.
MOST_LINES = 100
#: Hours of a working day at which e-mails go out, Baku time; empty: with every sweep.
HOURS_SETTING, USUAL_HOURS = "reminder_mail_hours", "9,14"

WORDS = {
    "reminder.within": gettext_lazy("%(percent)s %% of the term has passed: %(number)s"),
    "reminder.over": gettext_lazy("The term is over: %(number)s"),
    "reminder.late": gettext_lazy("Still not answered after its term: %(number)s"),
    "reminder.many": gettext_lazy("Terms that end or are over, reminders: %(count)s"),
}


def tell_on_screen() -> int:
    """Everybody who is owed reminders on the screen gets one alert; returns how many people."""
    waiting = ReminderTo.objects.filter(state=SendState.OWED, channel=Channel.SCREEN)
    people = list(waiting.order_by().values_list("user_id", flat=True).distinct())
    return sum(_tell(pk) for pk in sorted(people))


def _tell(user_id: int) -> bool:
    with transaction.atomic():
        rows = list(
            ReminderTo.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=SendState.OWED, channel=Channel.SCREEN, user_id=user_id)
            .order_by("id")
            .values_list("pk", "reminder_id")
        )
        if not rows:
            return False
        user = User.objects.get(pk=user_id)
        if len(rows) == 1:
            _tell_one(user, Reminder.objects.select_related("appeal").get(pk=rows[0][1]))
        else:
            alerts.tell(
                user, "reminder.many", about="reminders", url=reverse("reminders"),
                values={"count": len(rows)},
            )  # fmt: skip
        ReminderTo.objects.filter(pk__in=[pk for pk, _reminder in rows]).update(
            state=SendState.SENT, sent_at=timezone.now()
        )
    return True


def _tell_one(user: User, reminder: Reminder) -> None:
    kind = "reminder.within" if reminder.percent < 100 else "reminder.over"
    if reminder.days_after:
        kind = "reminder.late"
    told = about_appeal(reminder.appeal)
    if reminder.referral_id is not None:
        told["about"] = f"referral:{reminder.referral_id}"
        told["url"] = reverse("referral", args=[reminder.referral_id])
    told["values"] = {"number": reminder.appeal.number, "percent": reminder.percent}
    alerts.tell(user, kind, **told)


def last_mail_time(now: dt.datetime) -> dt.datetime:
    """The last moment e-mails were to go out: what was owed by then is due now."""
    text = text_setting(HOURS_SETTING, USUAL_HOURS)
    hours = sorted({int(part) for part in text.split(",") if part.strip().isdigit()})
    hours = [hour for hour in hours if hour < 24]
    if not hours:
        return now
    calendar, here = working_calendar(), timezone.localtime(now)
    day = here.date()
    if calendar.is_working(day):
        past = [hour for hour in hours if hour <= here.hour]
        if past:
            return here.replace(hour=past[-1], minute=0, second=0, microsecond=0)
    day = calendar.previous_working(day)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hours[-1])))


def pack_mails(now: dt.datetime | None = None) -> int:
    """One e-mail a person out of what was owed to them by the last time; returns how many."""
    now = now or timezone.now()
    owed = ReminderTo.objects.filter(
        state=SendState.OWED, channel=Channel.EMAIL, mail__isnull=True,
        made_at__lte=last_mail_time(now),
    )  # fmt: skip
    people = sorted(set(owed.order_by().values_list("user_id", flat=True)))
    packed = 0
    for user_id in people:
        with transaction.atomic():
            rows = list(
                owed.filter(user_id=user_id)
                .select_for_update(of=("self",), skip_locked=True)
                .values_list("pk", flat=True)
            )
            if rows:
                mail = ReminderMail.objects.create(
                    user_id=user_id, made_at=now, next_attempt_at=now
                )
                ReminderTo.objects.filter(pk__in=rows).update(mail=mail)
                packed += 1
    return packed


def due_mails(now: dt.datetime | None = None, limit: int = 500) -> list[int]:
    """E-mails whose moment has come."""
    rows = ReminderMail.objects.filter(
        state=SendState.OWED, next_attempt_at__lte=now or timezone.now()
    )
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def send_mail(mail_id: int) -> str:
    """Send one e-mail. Two processes at once send one; what was withdrawn meanwhile is left out."""
    now = timezone.now()
    claimed = ReminderMail.objects.filter(
        pk=mail_id, state=SendState.OWED, next_attempt_at__lte=now
    ).update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR)
    mail = ReminderMail.objects.select_related("user").get(pk=mail_id)
    if not claimed:
        return mail.state
    # What its reader may no longer see is left out, as the bell leaves it out.
    seen = Reminder.objects.filter(seen_reminders(mail.user))
    mail.rows.filter(state=SendState.OWED).exclude(reminder__in=seen).update(
        state=SendState.WITHDRAWN
    )
    message = _message(mail)
    if message is None:
        return _end(mail_id, SendState.WITHDRAWN)
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        return _failed(mail_id, type(error).__name__)
    return _end(mail_id, SendState.SENT)


def _end(mail_id: int, state: str) -> str:
    now = timezone.now()
    with transaction.atomic():
        mail = ReminderMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        mail.state, mail.next_attempt_at, mail.last_error = state, None, ""
        mail.sent_at = now if state == SendState.SENT else None
        mail.save(update_fields=["state", "sent_at", "next_attempt_at", "last_error"])
        mail.rows.filter(state=SendState.OWED).update(state=state, sent_at=mail.sent_at)
    return state


def _failed(mail_id: int, why: str) -> str:
    with transaction.atomic():
        mail = ReminderMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        mail.last_error = why[:250]
        if mail.attempts > len(WAITS):
            mail.state, mail.next_attempt_at = SendState.FAILED, None
            mail.rows.filter(state=SendState.OWED).update(state=SendState.FAILED)
        else:
            wait = dt.timedelta(minutes=WAITS[mail.attempts - 1])
            mail.next_attempt_at = timezone.now() + wait
        mail.save(update_fields=["state", "last_error", "next_attempt_at"])
    return mail.state


def _message(mail: ReminderMail) -> EmailMessage | None:
    """Numbers, structures and terms: nothing of the applicant leaves by e-mail."""
    rows = mail.rows.filter(state=SendState.OWED).order_by("reminder__due_at", "id")
    count = rows.count()
    if not count:
        return None
    listed = rows.select_related("reminder__appeal", "reminder__referral")[:MOST_LINES]
    with translation.override(mail.user.language):
        lines = [_line(row) for row in listed]
        if count > len(lines):
            lines.append(_("and others, %(count)d in all") % {"count": count})
        body = [_("Terms that end or are over:"), "", *lines, "", settings.ORGANISATION]
        subject = _("Reminders of terms: %(count)d") % {"count": count}
    domain = settings.DEFAULT_FROM_EMAIL.partition("@")[2] or "callcenter"
    return EmailMessage(
        subject,
        "\n".join(body),
        to=[email.utils.formataddr((mail.user.name, mail.user.email))],
        # The same at every try: a mail server that got it twice keeps one.
        headers={"Message-ID": f"<reminders-{mail.client_id}@{domain}>"},
    )


def _line(row: ReminderTo) -> str:
    told = row.reminder
    place = told.referral.structure_name if told.referral is not None else _("own term")
    path = (
        reverse("referral", args=[told.referral_id])
        if told.referral_id is not None
        else told.appeal.get_absolute_url()
    )
    line = f"{told.appeal.number} · {place} · {az_datetime(told.due_at)} · {told.why}"
    return f"{line}\n  {settings.PUBLIC_URL}{path}"
