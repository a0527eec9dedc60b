"""What the head writes: kept while typing, and made part of the report when saved."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import User
from reports.actions.gate import lock, report_step
from reports.document import clean_text
from reports.lifecycle import Action
from reports.models import ReportRun
from reports.policies import may

#: Letters of one text: ten thousand words with room to spare.
LONGEST = 200_000


def comment(
    run_id: int, *, by: User, commentary: str, proposals: str, version: int | None = None
) -> ReportRun:
    """The head's commentary and proposals become part of the report, exactly as typed."""
    texts = {"commentary": clean_text(commentary), "proposals": clean_text(proposals)}
    for field, text in texts.items():
        if len(text) > LONGEST:
            raise RuleBroken(
                "too_long",
                _("The text is longer than %(n)d letters. Nothing was lost: shorten it and save.")
                % {"n": LONGEST},
                field=field,
            )
    with report_step(run_id, Action.COMMENT, by=by, version=version) as moving:
        run = moving.run
        run.commentary, run.proposals = texts["commentary"], texts["proposals"]
        run.commented_by, run.commented_at = by, timezone.now()
        # What another person is typing stays for them.
        if run.draft.get("by") in (None, by.pk):
            run.draft = {}
        moving.detail.update({f"{name}_letters": len(text) for name, text in texts.items()})
    return moving.run


def keep_draft(
    run_id: int, *, by: User, commentary: str, proposals: str, seq: int = 0
) -> dt.datetime:
    """What is being typed, kept beside the report until it is saved; not a step of its life.

    A text that another person is typing is not written over: StaleForm. What stands in the report
    already is nothing to keep: the last keeping may arrive after the save it was typed for.
    """
    texts = {"commentary": clean_text(commentary), "proposals": clean_text(proposals)}
    with transaction.atomic():
        run = lock(run_id)
        if not may(by, Action.COMMENT, run):
            raise NotAllowed()
        kept = run.draft
        if kept and kept.get("by") != by.pk:
            raise StaleForm(_("%(name)s is writing this commentary.") % {"name": kept["by_name"]})
        now = timezone.now()
        if not kept or seq >= kept.get("seq", 0):
            is_saved = all(getattr(run, name) == text for name, text in texts.items())
            run.draft = {} if is_saved else {
                **{name: text[:LONGEST] for name, text in texts.items()},
                "by": by.pk,
                "by_name": by.name,
                "at": now.isoformat(),
                "seq": seq,
            }  # fmt: skip
            run.save(update_fields=["draft"])
    return now


def drop_draft(run_id: int, *, by: User) -> None:
    """The text being typed is given up."""
    with transaction.atomic():
        run = lock(run_id)
        if not may(by, Action.COMMENT, run):
            raise NotAllowed()
        run.draft = {}
        run.save(update_fields=["draft"])
