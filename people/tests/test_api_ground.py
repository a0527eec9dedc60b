"""What every API stands on: once per key, allowances, paging, problems in the caller's language."""

from __future__ import annotations

import uuid

import pytest
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from callcenter import brokers
from callcenter.errors import RuleBroken
from people.api.idempotency import KEPT_FOR, sweep
from people.api.views import ApiList, ApiView
from people.audit import audit
from people.limits import spend
from people.models import ApiAnswer, ApiToken, AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class NoteIn(serializers.Serializer):
    text = serializers.CharField(max_length=50)
    kind = serializers.ChoiceField(["short", "long"], required=False)


class Write(ApiView):
    """Writes one entry for each time it is truly run."""

    writes = "test.write"

    def post(self, request):
        form = NoteIn(data=request.data)
        form.is_valid(raise_exception=True)
        entry = audit("test", by=request.user, object_ref=uuid.uuid4())
        if form.validated_data["text"] == "refuse":
            raise RuleBroken("not_possible", "Not possible now.", field="text")
        if form.validated_data["text"] == "crash":
            raise ZeroDivisionError
        answer = Response({"ref": entry.object_ref}, status=201)
        answer["Location"] = f"/entries/{entry.pk}/"
        return answer


class EntryOut(serializers.Serializer):
    id = serializers.IntegerField()


class Entries(ApiList):
    reads = "test.read"
    serializer_class = EntryOut
    order = ("-id",)

    def get_queryset(self):
        return AuditEntry.objects.filter(kind="test")


handler500 = "callcenter.problems.server_error"
urlpatterns = [
    path("api/v1/write/", Write.as_view()),
    path("api/v1/entries/", Entries.as_view()),
    path("api/v1/entries/<int:pk>/", Entries.as_view()),
    path("api/", include("people.api.urls")),
    path("", include("people.urls")),
]


@pytest.fixture(autouse=True)
def own_scopes(monkeypatch):
    scopes = {"test.read": "Read", "test.write": "Write"}
    monkeypatch.setattr("people.api.scopes._scopes", scopes)


def send(client, text="a", key="k1", **headers):
    given = {"Idempotency-Key": key, **headers} if key else headers
    return client.post("/api/v1/write/", {"text": text}, headers=given)


def written() -> int:
    return AuditEntry.objects.filter(kind="test").count()


def test_the_same_key_and_body_are_done_once_and_answered_alike(program, cast):
    client = program(cast.aysel)
    first, second = send(client), send(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Location"] == first["Location"]
    assert second["Idempotent-Replayed"] == "true"
    assert written() == 1


def test_the_same_key_with_another_body_is_refused(program, cast):
    client = program(cast.aysel)
    send(client)
    answer = send(client, text="b")
    assert answer.status_code == 422
    assert answer.json()["code"] == "key_reused"
    assert written() == 1


def test_keys_of_two_tokens_do_not_meet(program, cast):
    assert send(program(cast.aysel)).json() != send(program(cast.operator)).json()
    assert written() == 2


def test_a_refusal_is_kept_like_an_answer(program, cast):
    client = program(cast.aysel)
    first, second = send(client, text="refuse"), send(client, text="refuse")
    assert first.status_code == second.status_code == 409
    assert first.json() == second.json()
    assert second["Content-Type"] == "application/problem+json"
    assert written() == 1, "what the refused step wrote down stays"


def test_after_a_crash_nothing_is_kept_and_the_request_may_come_again(program, cast):
    client = program(cast.aysel)
    client.raise_request_exception = False
    answer = send(client, text="crash")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert (written(), ApiAnswer.objects.count()) == (0, 0)


def test_answers_are_kept_for_a_day_and_more_then_swept(program, cast):
    send(program(cast.aysel))
    assert KEPT_FOR.total_seconds() >= 24 * 3600
    assert sweep() == 0
    ApiAnswer.objects.update(at=timezone.now() - KEPT_FOR)
    assert sweep() == 1


@pytest.mark.parametrize("key", ["é", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(program, cast, key):
    answer = program(cast.aysel).post("/api/v1/write/", {"text": "a"}, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert written() == 0


def test_too_many_requests_wait_and_losing_redis_changes_nothing(program, cast, monkeypatch):
    def gone(*args, **kwargs):
        raise brokers.redis.ConnectionError

    monkeypatch.setattr(brokers.redis.Connection, "connect", gone)
    client = program(cast.aysel)
    ApiToken.objects.update(per_minute=2)
    answers = [client.get("/api/v1/entries/") for _ in range(3)]
    # The third may fall into the next minute: then the fourth and fifth decide.
    answers += [client.get("/api/v1/entries/") for _ in range(2)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert refused[0].json()["code"] == "throttled"


def test_an_allowance_is_of_its_window(time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)
    assert [spend("x", "a", most=2, seconds=60).is_within for _ in range(3)] == [True, True, False]
    assert spend("x", "b", most=2, seconds=60).is_within
    time_machine.shift(60)
    spent = spend("x", "a", most=2, seconds=60)
    assert spent.is_within
    assert 1 <= spent.again_in <= 60


def test_a_missing_scope_is_named(program, cast):
    answer = send(program(cast.aysel, "test.read"), **{"Accept-Language": "en"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"
    assert "test.write" in answer.json()["detail"]


def test_pages_lead_on_and_back(program, cast):
    for _ in range(5):
        audit("test", by=cast.aysel)
    client = program(cast.aysel)
    seen, address = [], "/api/v1/entries/?limit=2"
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        back, address = page["previous"], page["next"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert [row["id"] for row in client.get(back).json()["results"]] == seen[2:4]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=WzAsbnVsbCwxXQ",
        "cursor=%00",
        "limit=0",
        "limit=x",
        "limit=101",
        "limit=-1",
    ],
)
def test_a_cursor_nobody_gave_out_is_refused(program, cast, query):
    answer = program(cast.aysel).get(f"/api/v1/entries/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in ("cursor", "limit")


BAD = [
    b"", b"{", b"nul", b"NaN", b'{"text": NaN}', b'{"text": "\\ud800"}', b'{"text": "\\u0000"}',
    b'{"text": "a\xff"}', b'["text"]', b'"text"', b"1" * 5000, b'{"text": 1e999}',
    b"[" * 100_000, b'{"text": ' + b"[" * 50 + b"]" * 50 + b"}", b'{"text": {"a": 1}}',
    b'{"text": "a", "kind": ["short"]}',
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:20]))
def test_what_is_not_right_is_a_problem_and_writes_nothing(program, cast, body):
    answer = program(cast.aysel).post("/api/v1/write/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert written() == 0


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "x", "/",
     "application/json; charset=utf-16",
     "application/json; charset=nothing"],
)  # fmt: skip
def test_another_content_type_is_refused(program, cast, kind):
    answer = program(cast.aysel).generic(
        "POST", "/api/v1/write/?a=%FF", b'{"text": "a"}', content_type=kind
    )
    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_too_much_is_refused(program, cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    for key in ("", "k1"):
        answer = send(program(cast.aysel), text="x" * 200, key=key)
        assert answer.status_code == 413


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/nothing/", "/api/v1/entries/99999999999999999999/", "/api/v1/entries/-1/"],
)
def test_an_address_that_is_none_is_a_problem(program, cast, address):
    answer = program(cast.aysel).get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_another_method_is_a_problem(program, cast, method):
    answer = program(cast.aysel).generic(method.upper(), "/api/v1/write/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ru", "ru"),
        ("en-GB, ru;q=0.5", "en"),
        ("de", "az"),
        ("az", "az"),
        (";;;", "az"),
        (None, "az"),
    ],
)
def test_a_problem_is_told_in_the_callers_language(program, cast, asked, language):
    headers = {"Accept-Language": asked} if asked else {}
    answer = program(cast.aysel).get("/api/v1/nothing/", headers=headers)
    assert answer["Content-Language"] == language


def test_without_a_word_the_owners_language_is_spoken(program, cast):
    cast.aysel.language = "ru"
    cast.aysel.save()
    answer = program(cast.aysel).get("/api/v1/nothing/")
    assert answer["Content-Language"] == "ru"
