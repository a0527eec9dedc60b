"""Background work of the structures' side."""

from __future__ import annotations

from celery import shared_task

from routing.actions.guarding import misplaced, take_back
from routing.actions.inheriting import inherit, orphaned
from routing.directory.succession import hand_over_rules
from routing.edms.receiving import read_folder
from routing.edms.sending import deliver, due_memos
from routing.reminders.delivering import due_mails, pack_mails, tell_on_screen
from routing.reminders.delivering import send_mail as send_one
from routing.reminders.sweeping import sweep
from routing.rules.actions import let_rules_decide, undecided
from routing.rules.trial import run_trial, unfinished_trials
from routing.suggestions.actions import train
from routing.suggestions.models import Learned


@shared_task(ignore_result=True)
def decide_by_rules(appeal_id: int) -> None:
    """One appeal; a repeat finds it decided."""
    let_rules_decide(appeal_id)


@shared_task(ignore_result=True)
def sweep_undecided() -> None:
    """Appeals the rules have not seen, because Redis or a worker was away."""
    for appeal_id in undecided():
        decide_by_rules.delay(appeal_id)


@shared_task(ignore_result=True)
def hand_to_successor(referral_id: int) -> None:
    """One referral of a structure that ended; a repeat finds it handed over."""
    inherit(referral_id)


@shared_task(ignore_result=True)
def sweep_orphaned() -> None:
    """What structures that ended leave to their successors: rules, and open referrals one by one; what
    a reorganisation left with the accused is taken back first."""
    hand_over_rules()
    for referral_id in misplaced():
        take_back(referral_id)
    for referral_id in orphaned():
        hand_to_successor.delay(referral_id)


@shared_task(ignore_result=True)
def try_rule(trial_id: int) -> None:
    """One trial; safe to run twice."""
    run_trial(trial_id)


@shared_task(ignore_result=True)
def sweep_trials() -> None:
    """Trials nobody has begun or finished."""
    for trial_id in unfinished_trials():
        try_rule.delay(trial_id)


@shared_task(ignore_result=True, soft_time_limit=1700, time_limit=1800)
def train_suggestions() -> None:
    """Every night, from what was answered by then."""
    for target in Learned.values:
        train(target)


@shared_task(ignore_result=True, soft_time_limit=240, time_limit=300)
def sweep_reminders() -> None:
    """What was reached since the last sweep becomes reminders, then people are told. Every part finds
    its work in rows: a sweep that died is finished by the next one."""
    sweep()
    tell_on_screen()
    pack_mails()
    for mail_id in due_mails():
        send_reminder_mail.delay(mail_id)


@shared_task(ignore_result=True)
def send_reminder_mail(mail_id: int) -> None:
    """One e-mail; safe to run twice."""
    send_one(mail_id)


@shared_task(ignore_result=True)
def send_memo(memo_id: int) -> None:
    """One memo to document circulation; safe to run twice."""
    deliver(memo_id)


@shared_task(ignore_result=True)
def sweep_memos() -> None:
    """Memos whose moment has come, whoever forgot to send them, and what lies in the folder."""
    read_folder()
    for memo_id in due_memos():
        send_memo.delay(memo_id)
