"""A repeat of an appeal that was answered, and the place of appeals in each other's files."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from appeals.actions.gate import hold, step
from appeals.lifecycle import Action, Status
from appeals.models import Appeal
from appeals.numbering import sub_number
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import User


def mark_repeat(appeal_id: int, *, by: User, of: int, version: int | None = None) -> Appeal:
    """Say that the applicant was answered on this before; it gets a number under the first one."""
    first, second = sorted((appeal_id, of))
    with transaction.atomic(), hold(first), hold(second):
        earlier = Appeal.objects.visible_to(by).filter(pk=of).first()
        if earlier is None or of == appeal_id:
            raise NotAllowed()
        with step(appeal_id, Action.CORRECT, by=by, version=version) as moving:
            appeal = moving.appeal
            if appeal.repeat_of_id is not None:
                raise AlreadyDone(_("It is marked as a repeat already."))
            if earlier.status != Status.CLOSED or earlier.pk > appeal.pk:
                raise RuleBroken(
                    "not_answered",
                    _("%(number)s is not an earlier, answered appeal.")
                    % {"number": earlier.number},
                )
            root = _root(earlier)
            appeal.repeat_of = root
            appeal.sub_number = sub_number(root, "repeat")
    return appeal


def _root(appeal: Appeal) -> Appeal:
    """The first of a run of repeats; the number of the file. Held, so that parts are not twins."""
    if appeal.repeat_of_id is None:
        return appeal
    return Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.repeat_of_id)
