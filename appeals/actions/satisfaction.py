"""What the applicant thinks: given once for an ending; a bad opinion goes up to the head, and from
there, or from the applicant's own page, into a written complaint."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.asking import ask, forget_asked, rating_of
from appeals.actions.gate import hold, step
from appeals.actions.intake import Intake, register
from appeals.actions.relations import link
from appeals.alerting import about
from appeals.journal import digest
from appeals.kinds import Channel, Kind
from appeals.lifecycle import ENDED, Action
from appeals.models import Appeal, Entry, Rating, Topic
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.text import clean
from people import alerts
from people.legal import number
from people.models import Role, User
from people.standing import holders, standing_of

LONGEST_WORDS = 4000
#: After the opinion was given its page still takes the complaint for so long.
LINGERS = dt.timedelta(days=7)


def rate(
    appeal_id: int,
    *,
    by: User,
    score: int,
    reason: str = "",
    words: str = "",
    version: int | None = None,
) -> Rating:
    """What the applicant said on the telephone about the last ending."""
    with step(appeal_id, Action.RATE, by=by, version=version) as moving:
        rating = _of_last_ending(moving.appeal)
        _give(rating, score, reason, words, Rating.Way.PHONE, by)
        moving.changes = {"rating": [None, score]}
        moving.personal_digest = digest(rating.words) if rating.words else ""
    return rating


def rate_by_link(token: str, *, score: int, reason: str = "", words: str = "") -> Rating:
    """What the applicant said on the page of the link, once."""
    found = rating_of(token)
    if found is None:
        raise NotAllowed()
    with step(found.appeal_id, Action.RATE, by=None) as moving:
        rating = Rating.objects.select_for_update(of=("self",)).get(pk=found.pk)
        rating.appeal = moving.appeal
        _give(rating, score, reason, words, Rating.Way.LINK, None)
        moving.changes = {"rating": [None, score]}
        moving.personal_digest = digest(rating.words) if rating.words else ""
    return rating


def _of_last_ending(appeal: Appeal) -> Rating:
    ended = Entry.objects.filter(appeal=appeal, changes__status__1__in=ENDED)
    ending = ended.order_by("-sequence").first()
    if ending is None:
        ending = Entry.objects.filter(appeal=appeal).order_by("-sequence").first()
    assert ending is not None
    kept = Rating.objects.select_for_update(of=("self",)).filter(ending=ending).first()
    if kept is not None:
        kept.appeal = appeal
    return kept or ask(appeal, ending)


def _give(
    rating: Rating, score: int, reason: str, words: str, way: Rating.Way, by: User | None
) -> None:
    if rating.is_given:
        raise AlreadyDone(_("The applicant has rated this already."))
    if not 1 <= score <= 5:
        raise RuleBroken("score_required", _("Choose a rating from 1 to 5."), field="score")
    is_low = score <= number("satisfaction_low_rating", 2)
    if reason and reason not in Rating.Reason.values:
        raise RuleBroken("reason_unknown", _("Choose a reason from the list."), field="reason")
    if is_low and not reason:
        raise RuleBroken("reason_required", _("Say what was wrong."), field="reason")
    rating.score, rating.reason, rating.way = score, reason, way
    rating.words = clean(words).strip()[:LONGEST_WORDS]
    rating.given_at, rating.taken_by, rating.is_low = timezone.now(), by, is_low
    rating.save(update_fields=["score", "reason", "way", "words", "given_at", "taken_by", "is_low"])
    forget_asked(rating.appeal)
    if is_low:
        _tell_heads(rating.appeal, "rating.low", by=by)


def _tell_heads(appeal: Appeal, kind: str, *, by: User | None) -> None:
    told = about(appeal) | {"url": reverse("dissatisfied")}
    alerts.tell(holders(Role.SECTOR_HEAD), kind, by=by, **told)


def handle_rating(rating_id: int, *, by: User, how: str) -> Rating:
    """The head says what was done about a dissatisfied applicant; it leaves the list."""
    found = _dissatisfied(rating_id, by)
    how = clean(how).strip()[:500]
    if not how:
        raise RuleBroken("note_required", _("Say what was done."), field="how")
    with hold(found.appeal_id):
        rating = Rating.objects.select_for_update(of=("self",)).get(pk=rating_id)
        if rating.handled_at is not None:
            raise AlreadyDone(_("This was already done."))
        with step(found.appeal_id, Action.TOUCH, by=by, note=how) as moving:
            moving.kind = "rating.handled"
            moving.is_internal = True
        rating.handled_at, rating.handled_by, rating.handled_how = timezone.now(), by, how
        rating.save(update_fields=["handled_at", "handled_by", "handled_how"])
    return rating


def complain(rating_id: int, *, by: User | None, text: str) -> Appeal:
    """A dissatisfied applicant goes on in writing: a complaint of its own, linked to the appeal it
    is about, seen by the head. It is about the structure that answered, so it does not go there."""
    if by is not None:
        _dissatisfied(rating_id, by)
    with transaction.atomic():
        rating = (
            Rating.objects.select_for_update(of=("self",))
            .select_related("appeal")
            .get(pk=rating_id)
        )
        if not rating.is_low:
            raise RuleBroken("not_dissatisfied", _("The applicant is not dissatisfied."))
        if rating.complaint_id is not None:
            raise AlreadyDone(_("The complaint is registered already."))
        old = rating.appeal
        complaint = register(
            by=by,
            client_id=uuid.uuid5(rating.client_id, "complaint"),
            intake=Intake(
                kind=Kind.COMPLAINT, topic=_topic_today(old.topic), text=text,
                channel=Channel.WEB if by is None else Channel.PHONE,
                language=old.language, region=old.region, applicant=old.applicant,
                caller_phone=old.caller_phone, complained_structure=old.responsible,
                is_restricted=old.is_restricted,
            ),
        )  # fmt: skip
        link(complaint.pk, by=by, to=old.pk)
        rating.complaint = complaint
        rating.save(update_fields=["complaint"])
        _tell_heads(complaint, "rating.complaint", by=by)
    return complaint


def _topic_today(topic: Topic) -> Topic:
    """The topic, or where it is no longer used the nearest above it that is."""
    today = timezone.localdate()
    while topic.valid_to is not None and topic.valid_to < today and topic.parent is not None:
        topic = topic.parent
    return topic


def complain_by_link(token: str, *, text: str) -> Appeal:
    """The same from the page of the link, while the link lives."""
    found = rating_of(token)
    if found is None or found.expires_at + LINGERS <= timezone.now():
        raise NotAllowed()
    return complain(found.pk, by=None, text=text)


def _dissatisfied(rating_id: int, by: User) -> Rating:
    found = Rating.objects.visible_to(by).filter(pk=rating_id, is_low=True).first()
    if found is None or not standing_of(by).has(Role.SECTOR_HEAD):
        raise NotAllowed()
    return found
