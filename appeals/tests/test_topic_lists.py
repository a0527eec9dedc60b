"""Topics and their questions as an administrator keeps them."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from appeals.models import Topic, TopicQuestion
from people.models import AuditEntry


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_topic_is_added_under_another_found_and_ended(cast) -> None:
    client = client_of(cast.admin)
    parent = Topic.objects.get(code="tax-account")
    new = reverse("dictionary-new", args=["topics"])
    data = {
        "code": "tax-seal", "parent": parent.pk, "name_az": "Möhür", "keywords": "möhür, ştamp",
        "valid_from": "01.01.2026",
    }  # fmt: skip
    assert client.post(new, data).status_code == 302
    topic = Topic.objects.get(code="tax-seal")
    assert topic.path == f"{parent.path}tax-seal/"
    assert "stamp" in topic.search_text
    assert 'data-hint="Vergi › Vergi uçotu və qeydiyyat · möhür' in (
        client_of(cast.aysel).get(reverse("desk")).text
    )
    row = reverse("dictionary-row", args=["topics", topic.pk])
    assert client.post(row, {**data, "valid_to": "01.01.2025"}).status_code == 422
    assert client.post(row, {**data, "valid_to": "02.01.2026"}).status_code == 302
    assert "Möhür" not in client_of(cast.aysel).get(reverse("desk")).text
    assert AuditEntry.objects.filter(object_kind="topic", object_ref="tax-seal").count() == 2
    assert client_of(cast.head).get(new).status_code == 404


def test_a_question_with_its_choices_in_three_languages(cast) -> None:
    client = client_of(cast.admin)
    topic = Topic.objects.get(code="tax-account")
    data = {
        "topic": topic.pk, "code": "size", "label_az": "Ölçü", "kind": "choice", "order": 0,
        "choices": "kiçik | small | малый\nböyük",
    }  # fmt: skip
    new = reverse("dictionary-new", args=["questions"])
    assert client.post(new, {**data, "choices": " "}).status_code == 422
    assert client.post(new, data).status_code == 302
    row = TopicQuestion.objects.get(code="size")
    assert row.choices == [
        {"az": "kiçik", "en": "small", "ru": "малый"}, {"az": "böyük", "en": "", "ru": ""},
    ]  # fmt: skip
    page = client.get(reverse("dictionary-row", args=["questions", row.pk])).text
    assert "kiçik | small | малый" in page
    assert client.get(reverse("dictionary", args=["questions"])).status_code == 200
    assert client.get(reverse("dictionary", args=["topics"])).status_code == 200
