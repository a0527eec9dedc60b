"""The appeal: one matter of one applicant, with its number, term and end."""

from __future__ import annotations

import secrets
import uuid
from functools import lru_cache

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.lifecycle import OPEN, STATUSES, Status, StatusMeta
from appeals.models.applicant import AzFold
from appeals.querysets import AppealQuerySet

#: Characters of an appeal that are searched; the rest of a very long text is only shown.
SEARCHED = 20_000


def _searched_text() -> Concat:
    return Concat(
        F("number"),
        Value(" "),
        Left(F("text"), SEARCHED),
        Value(" "),
        Left(F("answer_text"), SEARCHED),
        output_field=models.TextField(),
    )


class AzVector(Func):
    """`az_tsvector(text)`: the words of a text, folded as the reader's query is."""

    function = "az_tsvector"
    output_field = SearchVectorField()


#: Lists are cut by these and read newest first; few rows have one value of them.
FOUND_BY = ("owner", "registered_by", "region", "outcome", "ground", "complained_structure")
#: Marks of few appeals: their lists are read from an index of just these.
RARE: dict[str, dict[str, object]] = {
    "restricted": {"is_restricted": True},
    "corruption": {"is_corruption": True},
    "urgent": {"is_urgent": True},
    "collective": {"is_collective": True},
    "repeat": {"repeat_of__isnull": False},
    "reopened": {"reopened_count__gt": 0},
}


#: Columns of few values, with the one most rows have: lists of the others are read from an index of
#: just those, and of that one from the list of all.
FEW_VALUES = {
    "status": Status.CLOSED,
    "kind": Kind.QUESTION,
    "channel": Channel.PHONE,
    "language": Language.AZ,
    "inquiry_sort": "",
}
#: What any list may be cut by: an index that carries it is read without reading the rows, so that a
#: list to which hardly a row fits costs milliseconds.
SEEN_BY = ("is_restricted", "registered_by", "owner")
CUT_BY = ("kind", "status", "channel", "language", "topic", "region", "responsible")
CUT_SELDOM = (
    "inquiry_sort", "is_late", "due_at", "closed_at", "moved_at", "is_first_contact", "is_anonymous",
)  # fmt: skip
#: Open appeals are few, so that their indexes carry every filter.
CUT_OPEN = (
    "outcome", "ground", "complained_structure", "is_collective", "is_corruption", "is_urgent",
    "repeat_of", "reopened_count",
)  # fmt: skip


def _newest(column: str, *, is_named: str = "", **only: object) -> models.Index:
    """The newest first, of one value of the column, or of the rows that have a mark."""
    fields = [*([column] if column else []), "-registered_at", "-id"]
    return models.Index(fields=fields, name=f"by_{is_named or column}", condition=Q(**only))


def _covering(name: str, fields: list[str], more: tuple[str, ...], only: Q | None) -> models.Index:
    """An index that also carries what lists are cut by."""
    ordered = {field.lstrip("-") for field in fields}
    carried = [field for field in (*SEEN_BY, *CUT_BY, *more) if field not in ordered]
    return models.Index(fields=fields, include=carried, name=name, condition=only)


def new_state_code() -> str:
    """Eight digits told to the applicant: with the number they open the public state page."""
    return f"{secrets.randbelow(10**8):08d}"


class Appeal(models.Model):
    """Written only by the verbs in `appeals.actions`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("registration number"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    inquiry_sort = models.CharField(
        _("sort of inquiry"), max_length=12, choices=InquirySort, blank=True, default=""
    )
    needs_study = models.BooleanField(_("needs extra study"), default=False)
    # A key that leads an index below has no other of its own.
    topic = models.ForeignKey(
        "appeals.Topic", models.PROTECT, verbose_name=_("topic"), db_index=False
    )
    text = models.TextField(_("text"))
    topic_answers = models.JSONField(_("answers to the topic's questions"), default=dict)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.AZ)
    region = models.ForeignKey(
        "appeals.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        db_index=False,
    )

    applicant = models.ForeignKey(
        "appeals.Applicant",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name=_("applicant"),
    )
    caller_phone = models.CharField(_("caller's number"), max_length=40, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    is_collective = models.BooleanField(_("collective"), default=False)
    visit = models.UUIDField(_("contact"), default=uuid.uuid4)  # matters raised in one contact

    complained_structure = models.ForeignKey(
        "people.Structure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("complained-about structure"),
        db_index=False,
    )
    complained_official = models.CharField(
        _("complained-about official"), max_length=200, blank=True
    )
    complained_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_restricted = models.BooleanField(_("restricted visibility"), default=False)
    is_corruption = models.BooleanField(_("reports corruption"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)

    status = models.CharField(max_length=12, default=Status.REGISTERED)
    outcome = models.ForeignKey(
        "appeals.Outcome", models.PROTECT, null=True, blank=True, db_index=False
    )
    ground = models.ForeignKey(
        "appeals.Ground", models.PROTECT, null=True, blank=True, db_index=False
    )
    answer_text = models.TextField(_("answer"), blank=True)
    answer_source = models.CharField(_("source of the answer"), max_length=250, blank=True)
    is_first_contact = models.BooleanField(_("answered at once"), default=False)

    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned",
        db_index=False,
    )
    responsible = models.ForeignKey(
        "people.Structure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible structure"),
        db_index=False,
    )

    received_at = models.DateTimeField(_("received"), default=timezone.now)
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    answered_at = models.DateTimeField(_("applicant answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last moved"), default=timezone.now)
    # Came back from a structure and stands where it came back to.
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)

    repeat_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats"
    )
    joined_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    # Where it lies in the file of the appeal it repeats or was joined to.
    sub_number = models.CharField(_("number in the file"), max_length=60, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    contact_count = models.PositiveSmallIntegerField(default=1)
    state_code = models.CharField(max_length=8, default=new_state_code, editable=False)
    source_system = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=120, blank=True)

    version = models.PositiveIntegerField(default=1)
    journal_length = models.PositiveIntegerField(default=0)
    journal_head = models.CharField(max_length=64, blank=True)

    is_open = models.GeneratedField(
        expression=Q(status__in=OPEN), output_field=models.BooleanField(), db_persist=True
    )
    is_late = models.GeneratedField(
        expression=Q(closed_at__gt=F("due_at")),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    searched = models.GeneratedField(
        expression=AzFold(_searched_text()), output_field=models.TextField(), db_persist=True
    )
    search = models.GeneratedField(
        expression=AzVector(_searched_text()),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "source_key"],
                name="appeal_imported_once",
                condition=~Q(source_key=""),
            ),
            models.UniqueConstraint(
                fields=["sub_number"], name="sub_number_once", condition=~Q(sub_number="")
            ),
        ]
        indexes = [
            _covering("list_newest", ["-registered_at", "-id"], ("is_open", *CUT_SELDOM), None),
            # Counted by work lists and by figures of this moment without reading the rows.
            _covering(
                "list_open_by_due",
                ["due_at", "id"],
                ("registered_at", *CUT_SELDOM, *CUT_OPEN),
                Q(is_open=True),
            ),
            _covering(
                "list_open_newest",
                ["-registered_at", "-id"],
                (*CUT_SELDOM, *CUT_OPEN),
                Q(is_open=True),
            ),
            # What ended late, as its figure opens it.
            _covering("ended_late", ["-closed_at", "-id"], (), Q(is_late=True)),
            models.Index(
                fields=["owner", "due_at", "id"],
                include=["status", "registered_by", "is_restricted"],
                name="list_mine",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["responsible", "due_at", "id"],
                name="list_structure_open",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["status", "due_at", "id"],
                include=["owner", "registered_by", "is_restricted"],
                name="list_status",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["responsible", "-registered_at", "-id"], name="list_structure"),
            models.Index(fields=["topic", "-registered_at", "-id"], name="list_topic"),
            *(_newest(name, **{f"{name}__isnull": False}) for name in FOUND_BY),
            *(_newest("", is_named=name, **only) for name, only in RARE.items()),
            *(
                _covering(f"rare_{name}", [name, "-registered_at", "-id"], (), ~Q(**{name: usual}))
                for name, usual in FEW_VALUES.items()
            ),
            models.Index(fields=["due_at", "id"], name="list_due"),
            models.Index(fields=["applicant", "-registered_at"], name="card_history"),
            models.Index(
                fields=["caller_phone", "-registered_at"],
                name="card_phone",
                condition=~Q(caller_phone=""),
            ),
            models.Index(fields=["closed_at"], name="figures_closed"),
            models.Index(fields=["visit"], name="card_visit"),
            models.Index(
                fields=["-returned_at", "-id"],
                name="list_returned",
                condition=Q(is_open=True, returned_at__isnull=False),
            ),
            # What was just written waits in a list that every search reads through: kept short.
            GinIndex(fields=["search"], name="search_words", gin_pending_list_limit=256),
        ]

    @property
    def meta(self) -> StatusMeta:
        return STATUSES[Status(self.status)]

    def get_absolute_url(self) -> str:
        return _address(self.number)

    def __str__(self) -> str:
        return self.number


@lru_cache(maxsize=16_384)
def _address(number: str) -> str:
    """The first pages of lists name the same appeals to everybody."""
    return reverse("appeal", args=[number])


class RegistrationYear(models.Model):
    """The last number given out in a year: a row lock makes the run gapless."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("registration year")
        verbose_name_plural = _("registration years")


class AppealPerson(models.Model):
    """A representative, or one of the people of a collective appeal."""

    class Part(models.TextChoices):
        REPRESENTATIVE = "representative", _("Representative")
        SIGNATORY = "signatory", _("One of the applicants")

    appeal = models.ForeignKey(Appeal, models.CASCADE, related_name="people")
    part = models.CharField(max_length=16, choices=Part)
    name = models.CharField(_("name"), max_length=200)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    basis = models.CharField(_("power of attorney, basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("person of an appeal")
        verbose_name_plural = _("people of an appeal")


class AppealLink(models.Model):
    """Two appeals that belong together; kept once, read both ways."""

    class Sort(models.TextChoices):
        SAME_CONTACT = "same_contact", _("Raised in one contact")
        RELATED = "related", _("Related")

    first = models.ForeignKey(Appeal, models.CASCADE, related_name="links_out")
    second = models.ForeignKey(Appeal, models.CASCADE, related_name="links_in")
    sort = models.CharField(max_length=12, choices=Sort, default=Sort.RELATED)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="link_once"),
            models.CheckConstraint(name="link_to_another", condition=~Q(first=F("second"))),
        ]
