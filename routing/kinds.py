"""The closed lists of the structures' work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferralKind(models.TextChoices):
    """What is asked of the structure."""

    EXECUTION = "execution", _("For execution")
    JOINT = "joint", _("Joint execution")
    INFORMATION = "information", _("For information")
    CONSULTATION = "consultation", _("Consultation")
    DOCUMENT = "document", _("Document request")
    DECISION = "decision", _("Decision of the head of the Apparatus")
    OUTSIDE = "outside", _("Forwarding to an outside body")


def kind_words(code: str) -> str:
    """A kind as people name it."""
    return str(dict(ReferralKind.choices).get(code, code))


#: Kinds that ask something of a structure while the appeal stays where it is.
ASKED_ONLY = (ReferralKind.CONSULTATION, ReferralKind.DOCUMENT, ReferralKind.INFORMATION)


class ReturnGround(models.TextChoices):
    """Why a structure gives a referral back."""

    NOT_OURS = "not_ours", _("Not our competence")
    UNCLEAR = "unclear", _("The question is not clear")
    PAPERS = "papers", _("Papers are missing")
    TWICE = "twice", _("Already asked and answered")
    OTHER = "other", _("Another reason")
