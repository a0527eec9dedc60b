"""What people fill in: the intake of an appeal and the small form of each step."""

from appeals.forms.base import add_broken
from appeals.forms.intake import IntakeForm
from appeals.forms.rating import RateForm
from appeals.forms.relations import RELATION_FORMS
from appeals.forms.steps import STEP_FORMS, StepForm
from appeals.lifecycle import Action

STEP_FORMS.update(RELATION_FORMS)
STEP_FORMS[Action.RATE] = RateForm

__all__ = ["STEP_FORMS", "IntakeForm", "StepForm", "add_broken"]
