"""What belongs together with an appeal: linked, of the same contact, joined, merged, repeated."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from appeals import actions
from appeals.access import DESK, only
from appeals.lifecycle import ACTIONS, Action
from appeals.models import Appeal, AppealLink
from appeals.panels import Rows, has_rows
from appeals.policies import may
from appeals.views.page import one

#: Most appeals the panel shows.
MOST = 40
STEPS = (Action.LINK, Action.JOIN, Action.MERGE)
RELATED_PANEL = "appeals/_related_panel.html"
POINTERS = ("joined_to", "merged_into", "repeat_of")


def related_rows() -> tuple[Rows, ...]:
    """What the panel shows: links either way, and appeals that point at this one or it at them."""

    def points(found: Appeal) -> bool:
        return any(getattr(found, f"{name}_id") is not None for name in POINTERS)

    links = [Rows(AppealLink, end, or_when=points) for end in ("first", "second")]
    return (*links, *(Rows(Appeal, name) for name in POINTERS))


def related_panel(request: HttpRequest, found: Appeal) -> dict[str, Any] | None:
    """Data of the panel; only what this reader may see stands in it."""
    appeals, links = _related(request, found) if has_rows(found, RELATED_PANEL) else ([], {})
    steps = [
        {"label": ACTIONS[step].label, "code": str(step)}
        for step in STEPS
        if may(request.user, step, found)
    ]
    if not appeals and not steps:
        return None
    return {"rows": [_row(found, each, links) for each in appeals], "steps": steps, "appeal": found}


def _related(request: HttpRequest, found: Appeal) -> tuple[list[Appeal], dict[int, AppealLink]]:
    """The appeals this reader may see, and the links by the other's key."""
    rows = AppealLink.objects.filter(Q(first=found) | Q(second=found)).order_by("-id")[:MOST]
    links = {row.second_id if row.first_id == found.pk else row.first_id: row for row in rows}
    pointed = [getattr(found, f"{name}_id") for name in POINTERS]
    wanted = Q(pk__in=[*links, *(pk for pk in pointed if pk)])
    for name in POINTERS:
        wanted |= Q(**{name: found})
    seen = Appeal.objects.visible_to(request.user).filter(wanted).for_list()
    return list(seen.order_by("-registered_at", "-id")[:MOST]), links


def _row(found: Appeal, other: Appeal, links: dict[int, AppealLink]) -> dict[str, Any]:
    link = links.get(other.pk)
    pointers = {
        found.merged_into_id: "merged_into", found.joined_to_id: "joined_to",
        found.repeat_of_id: "repeat_of",
    }  # fmt: skip
    how = pointers.get(other.pk, "")
    if not how and link is None:
        how = next(
            (name for name in ("merged_into", "joined_to", "repeat_of")
             if getattr(other, f"{name}_id") == found.pk), "",
        )  # fmt: skip
        how = how and f"{how}_this"
    return {"appeal": other, "how": how, "link": link, "sort": link and link.get_sort_display()}


@only(DESK)
@require_POST
def appeal_unlink(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Take a link back."""
    found, its_other = one(request, pk=pk), one(request, pk=other)
    actions.unlink(found.pk, by=request.user, to=its_other.pk)
    return redirect(found)
