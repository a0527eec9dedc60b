"""Ways out to the applicant. A gateway takes an idempotency key, so a repeat sends nothing twice."""

from __future__ import annotations

import http.client
import json
import logging
import smtplib
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from appeals.kinds import NoticeChannel

log = logging.getLogger(__name__)
#: Longest answer that is read, bytes.
LARGEST = 100_000


class Undelivered(Exception):
    """The gateway refused, was silent, or answered what cannot be read; the text says which."""

    def __init__(self, words: str, *, again_in: int = 0) -> None:
        super().__init__(words)
        self.again_in = again_in  # seconds the gateway asks us to wait, 0 where it does not


class Refused(Undelivered):
    """The gateway will never take this message: trying again is of no use."""


#: Answers of a gateway that mean the message itself is wrong, not the moment.
FINAL = (400, 404, 410, 413, 422)
LONGEST_WAIT = 24 * 3600


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
    """JSON there and back, within SMS_PATIENCE seconds in all; raises Undelivered."""
    request = urllib.request.Request(
        address,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
            **headers,
        },
    )
    ends_at = time.monotonic() + settings.SMS_PATIENCE
    try:
        with urllib.request.urlopen(request, timeout=settings.SMS_PATIENCE) as reply:
            return json.loads(read_in_time(reply, ends_at))
    except urllib.error.HTTPError as error:
        words = f"HTTP {error.code}"
        if error.code in FINAL:
            raise Refused(words) from error
        raise Undelivered(words, again_in=asked_wait(error.headers.get("Retry-After"))) from error
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(type(error).__name__) from error
    except ValueError as error:
        raise Undelivered("the answer was not JSON") from error


def read_in_time(reply: http.client.HTTPResponse, ends_at: float) -> bytes:
    """The answer, at most `LARGEST` bytes; one that drips is cut when the time is over."""
    found = b""
    while piece := reply.read1(LARGEST):
        found += piece
        if len(found) > LARGEST:
            raise ValueError("too long")
        if time.monotonic() > ends_at:
            raise TimeoutError
    return found


def asked_wait(given: str | None) -> int:
    return min(int(given), LONGEST_WAIT) if given and given.isascii() and given.isdigit() else 0


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
