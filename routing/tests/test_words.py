"""Each reader reads in the own language; what the system itself writes down is in that of the office."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import translation

from appeals.actions import take
from people.models import Structure
from routing import actions
from routing.edms.lifecycle import MemoState
from routing.edms.models import EdmsMessage
from routing.edms.wording import ERRORS, KINDS, REASONS, error_words, kind_words, reason_words
from routing.models import ReferralKind
from routing.reminders.models import share_words
from tests.cast import Cast

#: The ladder's words, by language; every mark of the ladder as it is delivered.
MARKS = [(50, 0), (80, 0), (100, 0), (100, 1)]


@pytest.mark.parametrize("language", ["az", "ru"])
@pytest.mark.parametrize("mark", MARKS)
def test_what_happened_to_a_term_is_told_in_the_readers_language(language: str, mark):
    with translation.override("en"):
        english = share_words(*mark)
    with translation.override(language):
        assert share_words(*mark) != english


@pytest.mark.parametrize("language", ["az", "ru"])
def test_what_the_other_side_did_is_told_in_the_readers_language(language: str):
    def told() -> list[str]:
        words = [error_words(kept) for kept in (*ERRORS, *REASONS, "HTTP 503")]
        words += [kind_words(kind) for kind in KINDS]
        words += [reason_words(code) for code in (*REASONS, "answer_required")]
        return [str(each) for each in words]

    with translation.override("en"):
        english = told()
    with translation.override(language):
        assert [one for one, other in zip(told(), english, strict=True) if one == other] == []


def test_the_other_sides_own_words_stay_as_they_are():
    assert error_words("Forma səhvdir") == "Forma səhvdir"


@pytest.mark.django_db
def test_a_note_the_system_writes_is_in_the_language_of_the_office(cast: Cast, make_appeal):
    taken = take(make_appeal().pk, by=cast.aysel)
    main = actions.refer(
        taken.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(),
        kind=ReferralKind.JOINT, co_executors=[cast.other],
    )  # fmt: skip
    actions.accept(main.pk, by=cast.unit_head)
    actions.ask_extension(main.pk, by=cast.unit_head, days=2, reason="Yoxlama davam edir")
    with translation.override("en"):
        actions.approve(main.pk, by=cast.unit_head, text="Cavab", without_parts=True)
    with translation.override("az"):
        note = taken.entries.get(kind="referral.withdraw").note
        assert note == f"Əsas icraçı gözləmədən cavab verib ({cast.unit_head.name})."
    decided = main.clock.extensions.get().decision_note
    assert decided == "Göndəriş qərardan əvvəl başa çatıb."
    assert main.clock.basis == "Birgə icra"


@pytest.mark.django_db
def test_a_refused_message_is_read_in_each_language(
    cast: Cast, make_appeal, client: Client, settings, tmp_path
):
    settings.EDMS_FOLDER = str(tmp_path)
    taken = take(make_appeal().pk, by=cast.aysel)
    memo = actions.refer(
        taken.pk, by=cast.aysel, structure=Structure.objects.get(code="apparatus-head"),
        client_id=uuid.uuid4(), kind=ReferralKind.DECISION, question="Qərar?", days=5,
    ).memo  # fmt: skip
    memo.state, memo.last_error = MemoState.FAILED, "other_appeal"
    memo.save()
    EdmsMessage.objects.create(
        key="1", memo=memo, way="call", kind="answered", body="{}", outcome="refused",
        reason="other_appeal",
    )  # fmt: skip
    client.force_login(cast.aysel)
    pages = {}
    for language in ("en", "az"):
        client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})
        pages[language] = client.get(f"/edms/{memo.pk}/").content.decode()
    assert "It names another appeal than the memo does." in pages["en"]
    assert "another appeal" not in pages["az"]
    assert "other_appeal" not in pages["az"]
