"""Which files a structure has."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appeals.actions import attach
from appeals.models import Attachment
from routing.actions import refer

pytestmark = pytest.mark.django_db


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("ərizə.pdf", b"%PDF-1.4")


def test_a_structure_has_what_its_referral_shares(cast, make_appeal) -> None:
    shared, kept = make_appeal(), make_appeal()
    for appeal, shares in ((shared, True), (kept, False)):
        refer(
            appeal.pk, by=cast.aysel, structure=cast.unit, kind="execution",
            client_id=uuid.uuid4(), shares_files=shares,
        )  # fmt: skip
    theirs = attach(shared.pk, by=cast.aysel, upload=upload())
    inside = attach(shared.pk, by=cast.aysel, upload=upload(), origin="sector")
    unshared = attach(kept.pk, by=cast.aysel, upload=upload())
    visible = Attachment.objects.visible_to(cast.unit_user)
    assert set(visible.values_list("pk", flat=True)) == {theirs.pk}
    assert not Attachment.objects.visible_to(cast.other_user).exists()
    own = attach(
        kept.pk, by=cast.unit_user, upload=upload(), origin="structure",
        referral_ref=kept.referrals.get().pk,
    )  # fmt: skip
    assert own in Attachment.objects.visible_to(cast.unit_user)
    assert unshared not in Attachment.objects.visible_to(cast.unit_user)
    assert inside in Attachment.objects.visible_to(cast.aysel)
