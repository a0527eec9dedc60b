"""What people fill in: the intake of an appeal and the small form of each step."""

from appeals.forms.base import add_broken
from appeals.forms.intake import IntakeForm
from appeals.forms.relations import RELATION_FORMS
from appeals.forms.steps import STEP_FORMS, StepForm

STEP_FORMS.update(RELATION_FORMS)

__all__ = ["STEP_FORMS", "IntakeForm", "StepForm", "add_broken"]
