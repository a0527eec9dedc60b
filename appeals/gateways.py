"""Ways out to the applicant. A gateway takes an idempotency key, so a repeat sends nothing twice."""

from __future__ import annotations

import http.client
import json
import logging
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from appeals.kinds import NoticeChannel

log = logging.getLogger(__name__)
#: Seconds a gateway may take before the attempt counts as failed.
PATIENCE = 10


class Undelivered(Exception):
    """The gateway refused, was silent, or answered what cannot be read; the text says which."""


@dataclass(frozen=True)
class Message:
    """What is handed to a gateway."""

    key: str
    recipient: str
    subject: str
    text: str


class Gateway(Protocol):
    """Hands a message over and returns the other side's reference; raises Undelivered."""

    def send(self, message: Message) -> str: ...


class ConsoleSms:
    """The default: says that a message left, never to whom or what."""

    def send(self, message: Message) -> str:
        log.info("SMS %s handed over", message.key)
        return f"console:{message.key}"


class HttpSms:
    """POSTs JSON to SMS_URL with an Idempotency-Key; the reply is JSON with an `id`."""

    def send(self, message: Message) -> str:
        body = json.dumps({"to": message.recipient, "text": message.text}).encode()
        request = urllib.request.Request(
            settings.SMS_URL,
            data=body,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": message.key,
                "Authorization": f"Bearer {settings.SMS_TOKEN}",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                answer = json.loads(reply.read(100_000))
        except urllib.error.HTTPError as error:
            raise Undelivered(f"HTTP {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise Undelivered(type(error).__name__) from error
        except ValueError as error:
            raise Undelivered("the answer was not JSON") from error
        if not isinstance(answer, dict) or not answer.get("id"):
            raise Undelivered("the answer named no id")
        return str(answer["id"])[:120]


class Email:
    """Django's own mail."""

    def send(self, message: Message) -> str:
        mail = EmailMessage(
            message.subject,
            message.text,
            to=[message.recipient],
            headers={"X-Notice": message.key},
        )
        try:
            mail.send()
        except OSError as error:  # smtplib's errors are OSErrors
            raise Undelivered(type(error).__name__) from error
        return f"email:{message.key}"


def gateway_for(channel: str) -> Gateway | None:
    """The gateway of a channel; letters and calls are delivered by people."""
    if channel == NoticeChannel.SMS:
        gateway: Gateway = import_string(settings.SMS_GATEWAY)()
        return gateway
    return Email() if channel == NoticeChannel.EMAIL else None
