"""What follows a step of an appeal: work for after the commit, nothing else."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from appeals.lifecycle import Status
from appeals.models import Appeal
from appeals.signals import appeal_registered
from routing.tasks import decide_by_rules


@receiver(appeal_registered)
def ask_the_rules(appeal: Appeal, **kwargs: Any) -> None:
    """What was not answered at once is shown to the rules."""
    if appeal.status == Status.REGISTERED:
        decide_by_rules.delay_on_commit(appeal.pk)
