"""What comes back: by a signed call, through the folder, in reply, or by hand. Every message is kept;
the same one counts once; one about another appeal is not taken and somebody is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from callcenter.errors import RuleBroken
from callcenter.text import clean
from people.models import User
from routing.actions.outside import record_answer
from routing.edms.actions import check_sender, held, journal, keep_up, tell
from routing.edms.lifecycle import MemoState, follows
from routing.edms.models import EdmsMemo, EdmsMessage
from routing.edms.wording import reason_words
from routing.models import Referral

Outcome = EdmsMessage.Outcome
Way = EdmsMessage.Way
KINDS = ("acknowledged", "answered", "rejected")
#: Longest message that is kept, characters.
LONGEST = 200_000


@dataclass(frozen=True)
class Word:
    """One message in parts."""

    kind: str
    key: str = ""
    appeal: str = ""
    number: str = ""
    on: dt.date | None = None
    text: str = ""


def receive(body: bytes, way: str) -> EdmsMessage:
    """A message from outside as it came; garbage is kept, too."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    raw = clean(body.decode("utf-8", "replace"))[:LONGEST]
    if not isinstance(told, dict):
        return _take(_own_key(body), way, None, raw, reason="not_json")
    named = told.get("message_id")
    key = f"m:{named}"[:120] if isinstance(named, (str, int)) and str(named) else _own_key(body)
    return _take(key, way, _word(told), raw)


def _own_key(body: bytes) -> str:
    return f"b:{hashlib.sha256(body).hexdigest()}"


def take_reply(memo_id: int, told: Mapping[str, Any]) -> EdmsMessage:
    """The number came at once, in reply to the sending."""
    memo = EdmsMemo.objects.select_related("appeal").get(pk=memo_id)
    word = _word(
        {"kind": "acknowledged", "key": str(memo.client_id), "appeal": memo.appeal.number, **told}
    )
    raw = json.dumps(dict(told), ensure_ascii=False)[:LONGEST]
    return _take(f"r:{memo.client_id}:{word.number}"[:120], Way.REPLY, word, raw)


def record_by_hand(
    memo_id: int,
    *,
    by: User,
    kind: str,
    number: str = "",
    on: dt.date | None = None,
    text: str = "",
) -> EdmsMessage:
    """What came on paper or was read in the other system, typed by a person of the sector."""
    check_sender(memo_id, by)
    memo = EdmsMemo.objects.select_related("appeal").get(pk=memo_id)
    word = Word(kind, str(memo.client_id), memo.appeal.number, clean(number).strip(), on, text)
    raw = json.dumps({"kind": kind, "number": number, "date": str(on or "")}, ensure_ascii=False)
    message = _take(f"h:{uuid.uuid4()}", Way.HAND, word, raw, by=by)
    if message.outcome == Outcome.REFUSED:
        raise RuleBroken(
            message.reason, str(reason_words(message.reason)),
            field={"no_number": "number", "other_number": "number", "no_text": "text"}.get(
                message.reason, ""
            ),
        )  # fmt: skip
    return message


def _word(told: Mapping[str, Any]) -> Word:
    def text(name: str, longest: int = 250) -> str:
        value = told.get(name, "")
        return clean(str(value)).strip()[:longest] if isinstance(value, (str, int)) else ""

    try:
        on = dt.date.fromisoformat(text("date")[:10])
    except ValueError:
        on = None
    return Word(
        text("kind"), text("key"), text("appeal"), text("number", 60), on, text("text", LONGEST)
    )


def _take(
    key: str, way: str, word: Word | None, raw: str, *, by: User | None = None, reason: str = ""
) -> EdmsMessage:
    known = EdmsMessage.objects.filter(key=key).first()
    if known is not None:
        return known
    memo = None
    if word is not None:
        memo, reason = _whose(word)
    values = {
        "key": key, "way": way, "kind": word.kind[:20] if word else "", "body": raw, "by": by,
    }  # fmt: skip
    try:
        if memo is None:
            with transaction.atomic():
                return EdmsMessage.objects.create(
                    **values, memo=None, outcome=Outcome.REFUSED, reason=reason
                )
        assert word is not None
        with held(memo.pk) as locked:
            return _apply(locked, word, values, reason, by)
    except IntegrityError as error:
        # The same message twice in the same moment: one of them was taken.
        first = EdmsMessage.objects.filter(key=key).first()
        if first is None:
            raise error
        return first


def _whose(word: Word) -> tuple[EdmsMemo | None, str]:
    try:
        key = uuid.UUID(word.key)
    except ValueError:
        return None, "unknown_memo"
    memo = EdmsMemo.objects.select_related("appeal").filter(client_id=key).first()
    if memo is None:
        return None, "unknown_memo"
    if word.appeal and word.appeal != memo.appeal.number:
        return memo, "other_appeal"
    return memo, "" if word.kind in KINDS else "unknown_kind"


def _apply(
    memo: EdmsMemo, word: Word, values: dict[str, Any], reason: str, by: User | None
) -> EdmsMessage:
    outcome, reason = (Outcome.REFUSED, reason) if reason else _change(memo, word, by)
    message = EdmsMessage.objects.create(**values, memo=memo, outcome=outcome, reason=reason)
    if outcome == Outcome.REFUSED and by is None:
        memo.last_error = reason
        memo.save(update_fields=["last_error"])
        journal(memo, "refused")
        tell(memo, "refused")
    return message


def _change(memo: EdmsMemo, word: Word, by: User | None) -> tuple[str, str]:
    """What the message changes; (outcome, why not)."""
    if word.number and memo.edms_number and word.number != memo.edms_number:
        return Outcome.REFUSED, "other_number"
    if word.kind == "rejected":
        return _rejected(memo, word, by)
    is_answer = word.kind == "answered"
    if not is_answer and not (word.number and word.on):
        return Outcome.REFUSED, "no_number"
    if is_answer and not word.text.strip():
        return Outcome.REFUSED, "no_text"
    if memo.state == MemoState.ANSWERED or (not is_answer and memo.state == MemoState.ACKNOWLEDGED):
        return Outcome.KNOWN, ""
    target = MemoState.ANSWERED if is_answer else MemoState.ACKNOWLEDGED
    if not follows(target, memo.state):
        return Outcome.REFUSED, "not_possible"
    now = timezone.now()
    if word.number:
        memo.edms_number, memo.edms_on = word.number, word.on or memo.edms_on
        memo.acknowledged_at = memo.acknowledged_at or now
    memo.state, memo.next_attempt_at, memo.last_error = target, None, ""
    memo.sent_at = memo.sent_at or now
    if is_answer:
        memo.answered_at = now
    keep_up(memo)
    journal(memo, str(target), by=by, changes={"edms_number": [None, memo.edms_number]})
    if not is_answer:
        return Outcome.APPLIED, ""
    tell(memo, "answered")
    return Outcome.APPLIED, _answer(memo, word, by)


def _rejected(memo: EdmsMemo, word: Word, by: User | None) -> tuple[str, str]:
    if not follows(MemoState.FAILED, memo.state):
        return Outcome.REFUSED, "not_possible"
    memo.state, memo.next_attempt_at = MemoState.FAILED, None
    memo.last_error = word.text[:250] or "rejected"
    keep_up(memo)
    journal(memo, "failed", by=by)
    tell(memo, "failed")
    return Outcome.APPLIED, ""


def _answer(memo: EdmsMemo, word: Word, by: User | None) -> str:
    """The answer becomes the referral's; where the referral had ended it is kept with the message."""
    day = f"{memo.edms_on:%d.%m.%Y}" if memo.edms_on else ""
    source = " ".join(filter(None, ("ESD №", memo.edms_number, day))) if memo.edms_number else "ESD"
    if not Referral.objects.open().filter(pk=memo.referral_id).exists():
        return "referral_over"
    try:
        with transaction.atomic():
            record_answer(memo.referral_id, by=by, text=word.text, source=source)
    except RuleBroken as refused:
        # The memo is answered all the same; a person reads the message and takes it from there.
        return refused.code[:40]
    return ""


def read_folder() -> int:
    """Messages that lie in `in`: each is taken, then laid aside; one read twice counts once."""
    place = Path(settings.EDMS_FOLDER) / "in"
    if not place.is_dir():
        return 0
    done = place / "taken"
    done.mkdir(exist_ok=True)
    read = 0
    for file in sorted(place.glob("*.json")):
        try:
            body = file.read_bytes()
        except FileNotFoundError:
            continue  # another worker laid it aside
        receive(body, Way.FOLDER)
        name = f"{file.stem}-{hashlib.sha256(body).hexdigest()[:12]}.json"
        try:
            os.replace(file, done / name)
        except FileNotFoundError:
            continue
        read += 1
    return read
