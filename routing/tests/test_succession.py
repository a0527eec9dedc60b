"""A body ended and another carries on its work: what was answered is read there in the name of its day,
and nobody gets to read what complains about them by becoming an heir."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from appeals.kinds import Kind
from appeals.models import Appeal, Attachment
from callcenter.errors import NotAllowed
from people.models import Structure, User
from routing import actions
from routing.directory import actions as directory
from routing.lifecycle import RStatus
from routing.models import Referral
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Appeal]
DAY = dt.timedelta(days=1)


def again(user: User) -> User:
    """As the next request meets the person."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def answered(cast: Cast, make_appeal: Make) -> Referral:
    appeal = make_appeal()
    made = actions.refer(appeal.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
    actions.accept(made.pk, by=cast.unit_user)
    actions.attach_to_answer(
        made.pk, by=cast.unit_user, upload=SimpleUploadedFile("cavab.txt", b"Cavabin metni budur.")
    )
    return actions.approve(made.pk, by=cast.unit_head, text="Köhnə qurumun cavabı")


def ended(cast: Cast, heir: Structure, *, last_day: dt.date | None = None) -> None:
    directory.close_structure(
        cast.unit.pk, by=cast.admin, last_day=last_day or timezone.localdate() - DAY, heir=heir
    )


def test_the_successor_reads_what_its_predecessor_answered(
    cast: Cast, answered: Referral, client: Client
):
    ended(cast, cast.other)
    client.force_login(cast.other_user)
    inbox = client.get("/inbox/").content.decode()
    tab = f"?list=past-{cast.unit.pk}"
    assert tab in inbox and answered.appeal.number not in inbox
    listed = client.get(f"/inbox/{tab}").content.decode()
    assert answered.appeal.number in listed
    page = client.get(f"/inbox/{answered.pk}/").content.decode()
    assert "Köhnə qurumun cavabı" in page and answered.structure_name in page
    file = Attachment.objects.get(referral_ref=answered.pk)
    assert Attachment.objects.visible_to(again(cast.other_user)).filter(pk=file.pk).exists()


def test_it_reads_and_does_nothing_more(cast: Cast, answered: Referral, client: Client):
    ended(cast, cast.other)
    client.force_login(cast.other_user)
    page = client.get(f"/inbox/{answered.pk}/").content.decode()
    assert f"/inbox/{answered.pk}/do/" not in page
    for step in ("accept", "draft", "return", "approve"):
        assert client.post(f"/inbox/{answered.pk}/do/{step}/", {}).status_code in (404, 409)
    with pytest.raises(NotAllowed):
        actions.draft(answered.pk, by=again(cast.other_user), text="Yeni")
    answered.refresh_from_db()
    assert (answered.status, answered.structure) == (RStatus.ANSWERED, cast.unit)


def test_nothing_is_read_before_the_last_day_is_over(cast: Cast, answered: Referral):
    assert not Referral.objects.visible_to(cast.other_user).exists()
    ended(cast, cast.other, last_day=timezone.localdate())
    assert not Referral.objects.visible_to(again(cast.other_user)).exists()


def test_of_a_row_of_successors_the_last_reads_everything(cast: Cast, answered: Referral):
    between = Structure.objects.get(code="dept-legal")
    ended(cast, between)
    directory.close_structure(
        between.pk, by=cast.admin, last_day=timezone.localdate() - DAY, heir=cast.other
    )
    assert Referral.objects.visible_to(again(cast.other_user)).get() == answered


def test_a_superior_that_is_no_successor_reads_nothing(cast: Cast, answered: Referral):
    """Only succession gives the past away, not a place above."""
    Structure.objects.filter(pk=cast.unit.pk).update(
        parent=cast.other, valid_to=timezone.localdate() - DAY
    )
    assert not Referral.objects.visible_to(again(cast.other_user)).exists()


def test_a_complaint_about_the_successor_stays_hidden_from_it(cast: Cast, make_appeal: Make):
    """Sent to the predecessor when the two were apart; the heir is the accused (594-1.1.2)."""
    appeal = make_appeal(
        kind=Kind.COMPLAINT, text="KOBİA-dan şikayət", complained_structure=cast.other
    )
    made = actions.refer(appeal.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
    actions.accept(made.pk, by=cast.unit_user)
    actions.approve(made.pk, by=cast.unit_head, text="Araşdırıldı")
    ended(cast, cast.other)
    assert not Referral.objects.visible_to(again(cast.other_user)).exists()


def test_sent_back_for_rework_it_goes_to_the_successor(cast: Cast, answered: Referral):
    ended(cast, cast.other)
    actions.rework(answered.pk, by=cast.aysel, reason="Əsas göstərilməyib")
    actions.inherit(answered.pk)
    actions.draft(answered.pk, by=again(cast.other_user), text="Yeni cavab")
    answered.refresh_from_db()
    assert (answered.structure, answered.status) == (cast.other, RStatus.TO_APPROVE)


def test_a_list_of_somebody_elses_past_is_the_own_inbox(
    cast: Cast, answered: Referral, client: Client
):
    client.force_login(cast.other_user)
    page = client.get(f"/inbox/?list=past-{cast.unit.pk}")
    assert page.status_code == 200
    assert answered.appeal.number not in page.content.decode()
