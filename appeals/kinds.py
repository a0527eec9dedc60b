"""The fixed vocabularies of an appeal: kinds (charter 1.1), channels, levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The five kinds of the charter."""

    QUESTION = "question", _("Question")
    INQUIRY = "inquiry", _("Inquiry")
    APPLICATION = "application", _("Application")
    PROPOSAL = "proposal", _("Proposal")
    COMPLAINT = "complaint", _("Complaint")


class InquirySort(models.TextChoices):
    """An inquiry may be an information request under its own law (1024-IIQ), with own terms."""

    ORDINARY = "", _("Ordinary")
    INFORMATION = "information", _("Information request")
    TOPICAL = "topical", _("Information request, loses topicality (24 hours)")
    DANGER = "danger", _("Information request, danger to life, health, liberty (48 hours)")


class Channel(models.TextChoices):
    """How the appeal came."""

    PHONE = "phone", _("Telephone")
    WEB = "web", _("Website")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    RECEPTION = "reception", _("Reception")
    MYGOV = "mygov", _("mygov")
    ASAN = "asan", _("ASAN")
    SOCIAL = "social", _("Social network")
    BODY = "body", _("Other body")
    INTERNAL = "internal", _("Internal")


class Language(models.TextChoices):
    """The applicant's language."""

    AZ = "az", _("Azerbaijani")
    RU = "ru", _("Russian")
    EN = "en", _("English")


class NoticeReason(models.TextChoices):
    """What the applicant must be told (law 1308-IVQ; rights of law.md 2.6)."""

    REGISTERED = "registered", _("Registered")
    FORWARDED = "forwarded", _("Forwarded")
    EXTENDED = "extended", _("Term extended")
    ANSWERED = "answered", _("Answered")
    LEFT = "left_without_consideration", _("Left without consideration")
    DEFECTS = "defects_notice", _("Defects of the request")
    REOPENED = "reopened", _("Considered again")
    RECEPTION = "reception_invitation", _("Invitation to a reception")
    RECEPTION_REMINDER = "reception_reminder", _("Reminder of a reception")
    RECEPTION_OFF = "reception_cancelled", _("Reception cancelled")
    SATISFACTION = "satisfaction_request", _("Satisfaction request")


class NoticeChannel(models.TextChoices):
    """How the applicant is told."""

    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    PHONE = "phone", _("Told by phone")


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    OWED = "owed", _("Owed")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    VOID = "void", _("No longer owed")


class LetterState(models.TextChoices):
    """Where a letter on paper stands; what may follow is in `appeals.letters`."""

    TO_MAKE = "to_make", _("Being made")
    TO_PRINT = "to_print", _("To print")
    PRINTED = "printed", _("Printed, to post")
    POSTED = "posted", _("Posted")
    RECEIVED = "received", _("Received")
    RETURNED = "returned", _("Came back")
    NOT_SENT = "not_sent", _("Not sent")
