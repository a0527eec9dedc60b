"""Ordering the blocks of a report; reports already built keep theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from callcenter.errors import NotAllowed, RuleBroken
from people.audit import audit
from people.models import Role, User
from people.standing import standing_of
from reports.blocks import BLOCKS, default_order
from reports.models import ReportBlock
from reports.periods import Sort


def order_blocks(sort: Sort, codes: Sequence[str], *, by: User) -> None:
    """The blocks of a sort of report, in this order; what is not named is not shown."""
    if not standing_of(by).has(Role.ADMINISTRATOR, Role.SECTOR_HEAD):
        raise NotAllowed()
    if unknown := [code for code in codes if code not in BLOCKS]:
        raise RuleBroken("unknown_block", _("There is no block “%(code)s”.") % {"code": unknown[0]})
    if not codes or len(set(codes)) != len(codes):
        raise RuleBroken("no_blocks", _("Choose at least one block, each once."), field="blocks")
    with transaction.atomic():
        rows = list(ReportBlock.objects.select_for_update().filter(sort=sort).order_by("position"))
        old = [row.code for row in rows if row.is_shown] if rows else default_order(sort)
        ReportBlock.objects.filter(sort=sort).delete()
        hidden = [code for code in BLOCKS if code not in codes]
        ReportBlock.objects.bulk_create(
            ReportBlock(sort=sort, code=code, position=at, is_shown=code in codes)
            for at, code in enumerate([*codes, *hidden])
        )
        audit(
            "report.blocks",
            by=by,
            object_kind="report_sort",
            object_ref=sort,
            detail={"old": old, "new": list(codes)},
        )
