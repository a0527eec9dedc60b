"""One step for many appeals: each looked at by its own verb, then taken by it, one by one.

The look runs the very verb and takes it back, so that it says what the step itself would say. Each
appeal stands or falls alone; one that somebody changed since the look is left as it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from appeals.bulk import AT_ONCE, MOST, BulkVerb, Turn, verb_of
from appeals.models import Appeal, BulkLine, BulkRun, BulkState, LineState
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.alerts import tell
from people.legal import number
from people.models import User

#: Rows of one stretch of work; how long a run lies still before it is found again, and is kept.
STRETCH = 25
LOST_AFTER = dt.timedelta(minutes=2)
KEPT_FOR = dt.timedelta(days=30)
#: What is worked through in each state, and where the run stands after it.
WAITING = {BulkState.CHECKING: LineState.NEW, BulkState.RUNNING: LineState.READY}
AFTER = {BulkState.CHECKING: BulkState.CHECKED, BulkState.RUNNING: BulkState.DONE}


class _Taken(Exception):
    """Raised to take back what a look did."""


def most_at_once() -> int:
    return max(1, number("bulk_most", MOST))


def ask_bulk(
    *,
    by: User,
    client_id: uuid.UUID,
    verb: str,
    values: Mapping[str, str],
    appeal_ids: Sequence[int],
    language: str = "az",
    back: str = "",
) -> BulkRun:
    """Put down which appeals and which step; the same form sent twice is one run.

    Appeals the person does not see are left out without a word.
    """
    known = verb_of(verb)
    if known is None or not known.is_for(by):
        raise NotAllowed()
    made = BulkRun.objects.filter(client_id=client_id).first()
    if made is not None:
        if made.by_id != by.pk:
            raise NotAllowed()
        return made
    most = most_at_once()
    wanted = list(dict.fromkeys(appeal_ids))
    seen = Appeal.objects.visible_to(by).filter(pk__in=wanted[: most + 1])
    versions = dict(seen.values_list("pk", "version"))
    chosen = [pk for pk in wanted if pk in versions][:most]
    if not chosen:
        raise RuleBroken("nothing_chosen", _("Choose at least one appeal."))
    with transaction.atomic():
        run = BulkRun.objects.create(
            client_id=client_id, by=by, verb=verb, values=dict(values), language=language[:2],
            back=back[:2000], total=len(chosen), is_cut=len(wanted) > most,
        )  # fmt: skip
        BulkLine.objects.bulk_create(
            BulkLine(run=run, appeal_id=pk, place=place, version=versions[pk])
            for place, pk in enumerate(chosen, 1)
        )
    return run


def run_bulk(client_id: uuid.UUID, *, by: User) -> BulkRun:
    """The person has seen what would happen and says go; once."""
    with transaction.atomic():
        rows = BulkRun.objects.select_for_update().filter(client_id=client_id, by=by)
        run = rows.first()
        if run is None:
            raise NotAllowed()
        if run.state == BulkState.CHECKING:
            raise RuleBroken("not_checked_yet", _("The appeals are still being looked at."))
        if run.state != BulkState.CHECKED:
            raise AlreadyDone(_("This was started already."))
        run.state = BulkState.RUNNING
        run.asked_at = timezone.now()
        run.save(update_fields=["state", "asked_at"])
    return run


def advance(run_id: int, *, most: int = STRETCH) -> bool:
    """Work through up to `most` lines; whether something is left. Any number may work at once."""
    run = BulkRun.objects.select_related("by").filter(pk=run_id).first()
    if run is None or run.state not in WAITING:
        return False
    state = BulkState(run.state)
    lines = BulkLine.objects.filter(run=run, state=WAITING[state]).order_by("place")
    keys = list(lines.values_list("pk", flat=True)[:most])
    verb = verb_of(run.verb)
    with translation.override(run.language):
        for key in keys:
            _work(run, verb, key, state)
    if lines.exists():
        return True
    ended = timezone.now() if state == BulkState.RUNNING else None
    finished = BulkRun.objects.filter(pk=run.pk, state=state)
    if finished.update(state=AFTER[state], ended_at=ended) and run.total > AT_ONCE:
        kind = "bulk.done" if state == BulkState.RUNNING else "bulk.checked"
        tell(
            run.by, kind, about=f"bulk:{run.client_id}", url=run.get_absolute_url(),
            values={"n": run.total},
        )  # fmt: skip
    return False


def _work(run: BulkRun, verb: BulkVerb | None, line_id: int, state: BulkState) -> None:
    with transaction.atomic():
        waiting = BulkLine.objects.select_for_update(skip_locked=True)
        line = waiting.filter(pk=line_id, state=WAITING[state]).first()
        if line is None:
            return
        is_look = state == BulkState.CHECKING
        if is_look:
            line.version = _version(run.by, line.appeal_id) or line.version
        turn = Turn(run, line.appeal_id, line.version, run.by)
        refused = _look(verb, turn) if is_look else _do(verb, turn)
        if refused is None:
            line.state, line.code = (LineState.READY if is_look else LineState.DONE), ""
            line.words = ""
        else:
            line.state, line.code = LineState.REFUSED, refused.code
            line.words = str(refused.message)[:500]
            if not is_look and _version(run.by, line.appeal_id) != line.version:
                line.state = LineState.STALE
                if not isinstance(refused, StaleForm):
                    line.words = _("Changed by a colleague since you looked: %(words)s") % {
                        "words": line.words
                    }
        line.words = line.words[:500]
        line.save(update_fields=["state", "code", "words", "version"])


def _look(verb: BulkVerb | None, turn: Turn) -> RuleBroken | None:
    """What the step would say. Taken back if it would succeed; what a refusal writes down stays,
    an attempt to send a complaint to those it is about above all."""
    try:
        with transaction.atomic():
            refused = _do(verb, turn)
            if refused is None:
                raise _Taken
            return refused
    except _Taken:
        return None


def _do(verb: BulkVerb | None, turn: Turn) -> RuleBroken | None:
    if verb is None:
        return NotAllowed()
    try:
        verb.take(turn, values_of(verb, turn.run))
    except RuleBroken as refused:
        return refused
    return None


def values_of(verb: BulkVerb, run: BulkRun) -> dict[str, Any]:
    """What the form said, checked again: a structure may have ended since."""
    data = QueryDict(mutable=True)
    for name, given in run.values.items():
        data.setlist(name, given if isinstance(given, list) else [given])
    form = verb.form(data, prefix="bulk")
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise RuleBroken("form_no_longer_valid", str(errors[0]), field=name)
    return dict(form.cleaned_data)


def _version(by: User, appeal_id: int) -> int | None:
    seen = Appeal.objects.visible_to(by).filter(pk=appeal_id)
    return seen.values_list("version", flat=True).first()


def unfinished_bulk() -> list[int]:
    """Runs a lost worker or a missing Redis left where they were."""
    rows = BulkRun.objects.filter(
        state__in=list(WAITING), asked_at__lt=timezone.now() - LOST_AFTER
    ).order_by("asked_at")
    return list(rows.values_list("pk", flat=True)[:20])


def forget_bulk() -> int:
    """Old runs: what was done stands in the journals."""
    old = BulkRun.objects.filter(asked_at__lt=timezone.now() - KEPT_FOR).order_by("asked_at")
    return BulkRun.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:200])).delete()[0]
