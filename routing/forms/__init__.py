"""What is typed about a referral."""

from routing.forms.refer import ReferForm
from routing.forms.steps import EDITED, FORMS, AnswerForm, StepForm, form_for

__all__ = ["EDITED", "FORMS", "AnswerForm", "ReferForm", "StepForm", "form_for"]
