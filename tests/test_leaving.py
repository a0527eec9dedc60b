"""Somebody leaves: nothing opens for them any more, and nothing stays in their hands unseen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callcenter.errors import AlreadyDone
from people.actions import make_token
from people.actions.users import leave
from people.models import Alert, User
from people.standing import standing_of
from routing.actions import accept, refer

pytestmark = pytest.mark.django_db


def test_whoever_leaves_opens_nothing_and_their_open_work_is_handed_over(cast, make_appeal):
    appeal = make_appeal()
    sent = refer(
        appeal.pk, by=cast.head, structure=cast.unit, client_id=appeal.client_id, question="?"
    )
    accept(sent.pk, by=cast.unit_user, executor=cast.unit_user)
    token, _secret = make_token(
        by=cast.admin, name="T", user=cast.unit_user, scopes=["referrals.read"],
        expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    client = Client()
    client.force_login(cast.unit_user)
    assert client.get(reverse("inbox")).status_code == 200

    leave(cast.unit_user.pk, by=cast.admin)
    assert client.get(reverse("inbox")).url.startswith(reverse("sign-in"))
    assert standing_of(User.objects.get(pk=cast.unit_user.pk)).roles == frozenset()
    assert not cast.unit_user.placements.on(timezone.localdate() + dt.timedelta(days=1)).exists()
    token.refresh_from_db()
    assert token.revoked_at is not None
    told = Alert.objects.get(kind="executor.left")
    assert (told.user, told.values["n"]) == (cast.unit_head, 1)
    head = Client()
    head.force_login(cast.unit_head)
    assert appeal.number in head.get(told.url).text
    with pytest.raises(AlreadyDone):
        leave(cast.unit_user.pk, by=cast.admin)

    leave(cast.aysel.pk, by=cast.admin)
    told = Alert.objects.get(kind="owner.left")
    sector = Client()
    sector.force_login(cast.head)
    assert appeal.number in sector.get(told.url).text
