"""Ways out to the applicant. A gateway takes an idempotency key, so a repeat sends nothing twice."""

from __future__ import annotations

import json
import logging
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from appeals.kinds import NoticeChannel
from callcenter.outgoing import Refused, Undelivered, post_json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What is handed to a gateway."""

    key: str
    recipient: str
    subject: str
    text: str


class Gateway(Protocol):
    """Hands a message over and returns the other side's reference; raises Undelivered.

    The same key again sends nothing again and returns the same reference.
    """

    def send(self, message: Message) -> str: ...


class ConsoleSms:
    """The default: says that a message left, never to whom or what."""

    def send(self, message: Message) -> str:
        log.info("SMS %s handed over", message.key)
        return f"console:{message.key}"


class HttpSms:
    """POSTs JSON to SMS_URL with an Idempotency-Key; the reply is JSON with an `id`.

    Where SMS_STATES_URL is set, it is asked what became of messages: POST {"ids": […]}, the reply
    is {"states": [{"id", "state", "error"}]}.
    """

    def send(self, message: Message) -> str:
        body = {"to": message.recipient, "text": message.text}
        answer = _post(settings.SMS_URL, body, {"Idempotency-Key": message.key})
        if not isinstance(answer, dict) or not answer.get("id"):
            raise Undelivered("the answer named no id")
        return str(answer["id"])[:120]

    def states(self, references: list[str]) -> list[dict[str, object]]:
        """What became of messages, as the gateway tells it; raises Undelivered."""
        answer = _post(settings.SMS_STATES_URL, {"ids": references}, {})
        told = answer.get("states") if isinstance(answer, dict) else None
        if not isinstance(told, list):
            raise Undelivered("the answer named no states")
        return [row for row in told if isinstance(row, dict)]


def _post(address: str, body: object, headers: dict[str, str]) -> object:
    headers = {"Authorization": f"Bearer {settings.SMS_TOKEN}", **headers}
    return post_json(address, json.dumps(body).encode(), headers, patience=settings.SMS_PATIENCE)


class Email:
    """Django's own mail."""

    def send(self, message: Message) -> str:
        mail = EmailMessage(
            message.subject,
            message.text,
            to=[message.recipient],
            headers={"X-Notice": message.key, "Message-ID": f"<{message.key}@{_domain()}>"},
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _words in error.recipients.values()}
            words = f"SMTP {'/'.join(str(code) for code in sorted(codes))}"
            raise (Refused if min(codes) >= 500 else Undelivered)(words) from error
        except OSError as error:  # smtplib's errors are OSErrors
            raise Undelivered(type(error).__name__) from error
        return f"email:{message.key}"


def _domain() -> str:
    """The same message has one name however often it is sent, so that mail readers show it once."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return address.rpartition("@")[2] or "localhost"


def gateway_for(channel: str) -> Gateway | None:
    """The gateway of a channel; letters and calls are delivered by people."""
    if channel == NoticeChannel.SMS:
        gateway: Gateway = import_string(settings.SMS_GATEWAY)()
        return gateway
    return Email() if channel == NoticeChannel.EMAIL else None


def asks_states(channel: str) -> bool:
    """Whether what became of a message is asked of the gateway."""
    if channel != NoticeChannel.SMS or not settings.SMS_STATES_URL:
        return False
    return hasattr(import_string(settings.SMS_GATEWAY), "states")
