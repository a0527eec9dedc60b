"""Rules of distribution, what they decided, and their trials on the past."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Channel, Kind, Language
from routing.kinds import ReferralKind


class Accused(models.TextChoices):
    """What a rule asks of the structure a complaint is about."""

    ANY = "", _("Does not matter")
    NAMED = "named", _("Somebody is complained about")
    NOBODY = "nobody", _("Nobody is complained about")


class Applicants(models.TextChoices):
    """What a rule asks of the applicant."""

    ANY = "", _("Does not matter")
    WITH_VOEN = "with", _("Has a VÖEN")
    WITHOUT_VOEN = "without", _("Has no VÖEN")


class RoutingRule(models.Model):
    """One rule. Empty conditions do not matter; all that are filled in must hold. The first rule
    that holds decides; the catch-all, which has no conditions, stands last."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in force"), default=True)
    is_catch_all = models.BooleanField(_("catch-all"), default=False, editable=False)

    kinds = ArrayField(
        models.CharField(max_length=12, choices=Kind), verbose_name=_("kinds"), default=list
    )
    topic = models.ForeignKey(
        "appeals.Topic", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("topic branch"),
    )  # fmt: skip
    words = ArrayField(
        models.CharField(max_length=120), verbose_name=_("words of the text"), default=list
    )
    regions = models.ManyToManyField(
        "appeals.Region", blank=True, related_name="+", verbose_name=_("regions")
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), verbose_name=_("channels"), default=list
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("languages"), default=list
    )
    applicants = models.CharField(
        _("applicant"), max_length=8, choices=Applicants, blank=True, default=Applicants.ANY
    )
    voens = ArrayField(
        models.CharField(max_length=20), verbose_name=_("VÖEN is one of"), default=list
    )
    accused = models.CharField(
        _("complaint"), max_length=8, choices=Accused, blank=True, default=Accused.ANY
    )
    accused_branch = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("complained-about structure"),
    )  # fmt: skip

    structure = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("structure"),
        help_text=_("Empty: the sector keeps it."),
    )  # fmt: skip
    referral_kind = models.CharField(
        _("kind of referral"), max_length=12, choices=ReferralKind, default=ReferralKind.EXECUTION
    )
    days = models.PositiveSmallIntegerField(_("term, working days"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    makes_restricted = models.BooleanField(_("restricted visibility"), default=False)
    is_automatic = models.BooleanField(
        _("refer at once"), default=False,
        help_text=_("Otherwise the rule only offers the structure to whoever refers."),
    )  # fmt: skip

    hits = models.PositiveIntegerField(_("hits"), default=0)
    last_hit_at = models.DateTimeField(_("last hit"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("rule of distribution")
        verbose_name_plural = _("rules of distribution")
        ordering = ["is_catch_all", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_catch_all"], name="one_catch_all", condition=Q(is_catch_all=True)
            ),
            models.CheckConstraint(
                name="catch_all_in_force", condition=Q(is_catch_all=False) | Q(is_active=True)
            ),
        ]

    @property
    def author_words(self) -> str:
        """Who last wrote it; one nobody has touched is as it was delivered."""
        return self.author.short_name if self.author else gettext("As delivered")

    def __str__(self) -> str:
        return self.name


class RuleDecision(models.Model):
    """What the rules said of one appeal, and why; made once, when it was registered."""

    appeal = models.OneToOneField("appeals.Appeal", models.CASCADE, related_name="rule_decision")
    rule = models.ForeignKey(RoutingRule, models.PROTECT, null=True, related_name="decisions")
    rule_name = models.CharField(max_length=120)  # the name of its day
    structure = models.ForeignKey("people.Structure", models.PROTECT, null=True, related_name="+")
    reasons = models.JSONField(default=list)  # codes of the conditions that held
    passed_over = models.JSONField(default=list)  # rules that held but lead to the accused
    referral = models.ForeignKey("routing.Referral", models.SET_NULL, null=True, related_name="+")
    confidence = models.FloatField(null=True)  # when a learned suggestion decided
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision of a rule")
        verbose_name_plural = _("decisions of rules")


class RuleTrial(models.Model):
    """A rule tried on past appeals before it is saved; nothing of the past is changed."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.ForeignKey(RoutingRule, models.CASCADE, null=True, related_name="trials")
    draft = models.JSONField()  # the rule as typed
    position = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=250, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("trial of a rule")
        verbose_name_plural = _("trials of rules")


class TrialChange(models.Model):
    """One appeal that the tried rule would have sent elsewhere."""

    trial = models.ForeignKey(RuleTrial, models.CASCADE, related_name="changes")
    appeal = models.ForeignKey("appeals.Appeal", models.CASCADE, related_name="+")
    rule_before = models.CharField(max_length=120)
    before = models.ForeignKey("people.Structure", models.CASCADE, null=True, related_name="+")
    after = models.ForeignKey("people.Structure", models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("change by a trial")
        verbose_name_plural = _("changes by trials")
        constraints = [
            models.UniqueConstraint(fields=["trial", "appeal"], name="trial_change_once")
        ]
