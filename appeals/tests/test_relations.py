"""Linked, joined, merged: told on both sides, undone exactly, and never written into."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from appeals.actions import (
    ask_applicant,
    attach,
    contact,
    join,
    link,
    merge,
    note,
    reopen,
    save_applicant,
    step,
    unlink,
    unmerge,
)
from appeals.journal import faults
from appeals.lifecycle import ACTIONS, Action, Status
from appeals.models import Appeal, AppealLink, Clock, ClockSegment, Draft, Outcome
from appeals.tests.world import at_once
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken

#: What every step changes by being a step, whatever it does.
MOVING = {"version", "moved_at", "journal_length", "journal_head"}


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("ərizə.pdf", b"%PDF-1.4")


def state(appeal: Appeal) -> dict[str, object]:
    """Everything of an appeal that a merge and its undoing must leave as it was."""
    fresh = Appeal.objects.get(pk=appeal.pk)
    clocks = Clock.objects.filter(appeal=appeal).order_by("id")
    return {
        **{f.attname: getattr(fresh, f.attname) for f in Appeal._meta.concrete_fields
           if f.attname not in MOVING},
        "clocks": [model_to_dict(clock) for clock in clocks],
        "segments": [
            model_to_dict(row) for row in ClockSegment.objects.filter(clock__appeal=appeal)
        ],
        "files": list(fresh.attachments.values_list("pk", flat=True)),
        "links": sorted(
            tuple(sorted(pair))
            for pair in AppealLink.objects.filter(first=appeal).values_list("first", "second")
        ),
        "drafts": list(Draft.objects.filter(about=f"appeal:{appeal.pk}").values_list("pk")),
    }  # fmt: skip


def kinds(appeal: Appeal) -> list[str]:
    return list(appeal.entries.order_by("sequence").values_list("kind", flat=True))


def test_a_link_is_told_on_both_sides_once(cast, make_appeal) -> None:
    one, two = make_appeal(), make_appeal()
    link(one.pk, by=cast.aysel, to=two.pk)
    with pytest.raises(AlreadyDone):
        link(two.pk, by=cast.aysel, to=one.pk)
    assert kinds(one)[-1] == kinds(two)[-1] == "relation.linked"
    unlink(two.pk, by=cast.aysel, to=one.pk)
    assert not AppealLink.objects.exists()
    with pytest.raises(RuleBroken):
        link(one.pk, by=cast.aysel, to=one.pk)


def test_nobody_links_what_he_cannot_see(cast, make_appeal) -> None:
    secret, plain = make_appeal(by=cast.head, is_restricted=True), make_appeal()
    for verb, word in ((link, "to"), (join, "to"), (merge, "into")):
        for first, second in ((plain, secret), (secret, plain)):
            with pytest.raises(NotAllowed):
                verb(first.pk, by=cast.aysel, **{word: second.pk})
    assert Appeal.objects.get(pk=plain.pk).version == plain.version


def test_joined_ends_with_the_outcome_and_reopened_stands_alone(cast, make_appeal) -> None:
    old, new = make_appeal(), make_appeal()
    join(new.pk, by=cast.aysel, to=old.pk)
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.status, new.outcome.code, new.joined_to) == (Status.CLOSED, "joined", old)
    assert old.contact_count == 2
    assert kinds(old)[-1] == "relation.joined_here"
    assert new.clocks.get().stopped_at is not None
    reopen(new.pk, by=cast.aysel, reason="Ayrıca məsələdir")
    new.refresh_from_db()
    assert new.joined_to is None


def test_only_an_open_appeal_takes_another_in(cast, make_appeal) -> None:
    ended = make_appeal(answer="Cavab", outcome=Outcome.objects.get(code="explained"))
    new = make_appeal()
    for verb, word in ((join, "to"), (merge, "into")):
        with pytest.raises(RuleBroken) as refused:
            verb(new.pk, by=cast.aysel, **{word: ended.pk})
        assert refused.value.code == "target_ended"


def test_a_merge_moves_and_its_undoing_brings_everything_back(cast, make_appeal) -> None:
    old, new, third = make_appeal(), make_appeal(), make_appeal()
    ask_applicant(new.pk, by=cast.aysel, question="Ünvan?")
    attach(new.pk, by=cast.aysel, upload=upload())
    link(new.pk, by=cast.aysel, to=third.pk)
    link(old.pk, by=cast.aysel, to=new.pk)
    Draft.objects.create(
        client_id=uuid.uuid4(), user=cast.operator, form="answer", about=f"appeal:{new.pk}",
        values={"text": ["Yarımçıq cavab"]},
    )  # fmt: skip
    before, old_before = state(new), state(old)

    merge(new.pk, by=cast.aysel, into=old.pk)
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.status, new.merged_into) == (Status.MERGED, old)
    assert old.contact_count == 2
    assert old.attachments.count() == 1
    assert AppealLink.objects.filter(first=old, second=third).exists()
    assert Draft.objects.get().about == f"appeal:{old.pk}"
    assert new.clocks.get().stopped_at is not None

    later = attach(old.pk, by=cast.aysel, upload=upload())
    unmerge(new.pk, by=cast.aysel, reason="Başqa məsələdir")
    assert state(new) == before
    assert state(old) == {**old_before, "files": [later.pk]}
    assert kinds(old)[-3:] == ["relation.merged_here", "attach", "relation.unmerged_here"]
    assert list(faults()) == []
    # And once more: the second merge is a merge of its own.
    merge(new.pk, by=cast.aysel, into=old.pk)
    unmerge(new.pk, by=cast.aysel, reason="Yenə")
    assert state(new) == before


def test_nobody_can_write_into_a_merged_appeal(cast, make_appeal) -> None:
    old, new = make_appeal(), make_appeal()
    merge(new.pk, by=cast.aysel, into=old.pk)
    # The system's own: a notice went out, the calendar moved a term, a reception took place.
    own = {Action.TOUCH, Action.RECOMPUTE, Action.UNMERGE, Action.RECEPTION_STEP}
    for action in set(ACTIONS) - own:
        for who in (cast.aysel, cast.head, cast.unit_user, None):
            with pytest.raises(RuleBroken):
                with step(new.pk, action, by=who, note="səbəb"):
                    pass
    for verb in (
        lambda: note(new.pk, by=cast.head, text="Qeyd"),
        lambda: contact(new.pk, by=cast.head, text="Yenə zəng etdi"),
        lambda: attach(new.pk, by=cast.head, upload=upload()),
        lambda: link(old.pk, by=cast.head, to=new.pk),
    ):
        with pytest.raises(RuleBroken):
            verb()


def test_what_is_typed_about_a_merged_appeal_is_kept_and_goes_on(cast, make_appeal) -> None:
    old, new = make_appeal(), make_appeal()
    client = Client()
    client.force_login(cast.operator)
    url = reverse("appeal-do", args=[new.pk, "note"])
    typed = {"version": new.version, "text": "Uzun yazılmış qeyd"}
    merge(new.pk, by=cast.aysel, into=old.pk)
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "Uzun yazılmış qeyd" in answer.text
    assert reverse("appeal-do", args=[old.pk, "note"]) in answer.text
    goes_on = client.post(reverse("appeal-do", args=[old.pk, "note"]), typed)
    assert goes_on.status_code == 302


def test_different_applicants_are_joined_not_merged(cast, make_appeal) -> None:
    people = [save_applicant(by=cast.aysel, values={"surname": name}) for name in ("Rza", "Əli")]
    one, two = (make_appeal(applicant=person) for person in people)
    with pytest.raises(RuleBroken) as refused:
        merge(one.pk, by=cast.aysel, into=two.pk)
    assert refused.value.code == "other_applicant"
    join(one.pk, by=cast.aysel, to=two.pk)


def test_the_applicant_came_again(cast, make_appeal) -> None:
    appeal = make_appeal()
    contact(appeal.pk, by=cast.operator, text="Hələ cavab almayıb")
    contact(appeal.pk, by=cast.operator, text="")
    appeal.refresh_from_db()
    assert appeal.contact_count == 3
    assert [row.text for row in appeal.notes.all()] == ["Hələ cavab almayıb"]
    assert "cavab almayıb" not in appeal.entries.get(sequence=2).note


def test_two_who_merge_crosswise_do_not_wait_for_each_other_for_ever(
    committed, cast, make_appeal
) -> None:
    one, two = make_appeal(), make_appeal()
    done = at_once(
        [
            lambda: merge(one.pk, by=cast.aysel, into=two.pk),
            lambda: merge(two.pk, by=cast.operator, into=one.pk),
        ]
    )
    assert sorted(isinstance(each, Appeal) for each in done) == [False, True]
    merged = Appeal.objects.filter(status=Status.MERGED)
    assert merged.count() == 1
    assert not Appeal.objects.filter(status=Status.MERGED, pk=merged.get().merged_into_id).exists()


def test_the_panel_names_what_belongs_together(cast, make_appeal) -> None:
    old, new, secret = make_appeal(), make_appeal(), make_appeal(by=cast.head, is_restricted=True)
    link(old.pk, by=cast.head, to=secret.pk)
    client = Client()
    client.force_login(cast.aysel)
    number = new.number.replace("ÇM-", "cm ")
    done = client.post(reverse("appeal-do", args=[old.pk, "link"]), {"version": 2, "other": number})
    assert done.status_code == 302
    page = client.get(old.get_absolute_url())
    assert new.number in page.text
    assert f'href="{secret.get_absolute_url()}"' not in page.text
    missing = client.post(
        reverse("appeal-do", args=[old.pk, "link"]), {"version": 3, "other": secret.number}
    )
    assert missing.status_code == 422
    gone = client.post(reverse("appeal-unlink", args=[old.pk, new.pk]))
    assert gone.status_code == 302
    assert AppealLink.objects.count() == 1
