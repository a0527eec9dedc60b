"""Writing the journal and proving it. One chain per appeal; the appeal keeps its head."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from appeals.models import Appeal, Entry
from people.models import User
from people.standing import standing_of

#: What an entry's hash covers, in this order.
HASHED = (
    "appeal_id", "sequence", "at", "actor_id", "actor_name", "acting_for_name", "kind",
    "referral_ref", "note", "changes", "personal_digest", "is_imported", "is_internal",
)  # fmt: skip


def digest(*texts: str) -> str:
    """sha-256 of what is personal or long: the journal proves it without holding it."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


def entry_hash(previous: str, values: Mapping[str, object]) -> str:
    """Hash of one entry over the previous hash and its own values, canonical JSON."""
    covered = {name: values[name] for name in HASHED}
    moment = covered["at"]
    assert isinstance(moment, dt.datetime)
    covered["at"] = moment.astimezone(dt.UTC).isoformat()
    body = json.dumps(covered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def record(appeal: Appeal, kind: str, **values: Any) -> Entry:
    """Append an entry to the chain of a locked appeal; the caller saves the appeal's new head."""
    entry = compose(appeal, kind, **values)
    entry.save(force_insert=True)
    return entry


def compose(
    appeal: Appeal,
    kind: str,
    *,
    by: User | None,
    at: dt.datetime | None = None,
    note: str = "",
    changes: Mapping[str, object] | None = None,
    personal_digest: str = "",
    referral_ref: int | None = None,
    is_imported: bool = False,
    is_internal: bool = False,
) -> Entry:
    """The next entry of the chain, not saved yet; many are saved together by whoever holds them."""
    now = timezone.now()
    values: dict[str, object] = {
        "appeal_id": appeal.pk,
        "sequence": appeal.journal_length + 1,
        "at": at or now,
        "actor_id": by.pk if by is not None else None,
        "actor_name": by.name if by is not None else "system",
        "acting_for_name": standing_of(by).acting_for_name if by is not None else "",
        "kind": kind,
        "referral_ref": referral_ref,
        "note": note,
        "changes": dict(changes or {}),
        "personal_digest": personal_digest,
        "is_imported": is_imported,
        "is_internal": is_internal,
    }
    chained = entry_hash(appeal.journal_head, values)
    entry = Entry(**values, written_at=now, previous_hash=appeal.journal_head, hash=chained)
    if by is not None:
        entry.actor = by  # whoever listens need not read the person again
    appeal.journal_length += 1
    appeal.journal_head = chained
    return entry


@dataclass(frozen=True)
class Fault:
    """The first entry of a chain that does not hold."""

    appeal_number: str
    sequence: int
    reason: str


def faults(*, chunk: int = 5000) -> Iterator[Fault]:
    """Walk every chain in order and name the first broken entry of each."""
    heads = Appeal.objects.order_by("pk").values_list(
        "pk", "number", "journal_length", "journal_head"
    )
    entries = (
        Entry.objects.order_by("appeal_id", "sequence")
        .values("previous_hash", "hash", *HASHED)
        .iterator(chunk_size=chunk)
    )
    current = next(entries, None)
    for pk, number, length, head in heads.iterator(chunk_size=chunk):
        previous, sequence, fault = "", 0, None
        while current is not None and current["appeal_id"] == pk:
            if fault is None:
                sequence += 1
                fault = _fault(number, sequence, previous, current)
                previous = current["hash"]
            current = next(entries, None)
        if fault is None and (sequence != length or previous != head):
            fault = Fault(number, sequence + 1, "entries are missing at the end")
        if fault is not None:
            yield fault


def _fault(number: str, sequence: int, previous: str, row: Mapping[str, object]) -> Fault | None:
    if row["sequence"] != sequence:
        return Fault(number, sequence, "an entry is missing")
    if row["previous_hash"] != previous:
        return Fault(number, sequence, "the entry does not follow the one before it")
    if row["hash"] != entry_hash(previous, row):
        return Fault(number, sequence, "the entry was changed after it was written")
    return None
