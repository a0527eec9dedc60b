"""What follows a step of an appeal: work for after the commit, and the memo that goes with a referral."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from appeals.lifecycle import Status
from appeals.models import Appeal, Entry
from appeals.signals import appeal_moved, appeal_registered
from routing.actions.guarding import misplaced, take_back
from routing.edms.actions import make_memo, withdraw_memo
from routing.kinds import ReferralKind
from routing.models import Referral
from routing.tasks import decide_by_rules, send_memo


@receiver(appeal_registered)
def ask_the_rules(appeal: Appeal, **kwargs: Any) -> None:
    """What was not answered at once is shown to the rules."""
    if appeal.status == Status.REGISTERED:
        decide_by_rules.delay_on_commit(appeal.pk)


@receiver(appeal_moved)
def follow_referrals(appeal: Appeal, entry: Entry, about: object = None, **kwargs: Any) -> None:
    """A complaint corrected to be about whoever has it is taken back from them. A referral to the head of the Apparatus goes through document circulation, too (charter 4.0.9);
    taken back before its memo left, the memo stays."""
    if "complained_structure_id" in entry.changes:
        for referral_id in misplaced(appeal.pk):
            take_back(referral_id)
    if entry.referral_ref is None:
        return
    if entry.kind in ("referral.withdraw", "referral.reroute"):
        withdraw_memo(entry.referral_ref)
    if entry.kind != "referral.send":
        return
    referral = about if isinstance(about, Referral) else Referral.objects.get(pk=entry.referral_ref)
    if referral.kind == ReferralKind.DECISION:
        send_memo.delay_on_commit(make_memo(referral, appeal).pk)
