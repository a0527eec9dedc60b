"""Tokens of other programs: what they open, for how long, and what is written down of them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
import yaml
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.actions import make_token, revoke_token
from people.models import ApiToken, AuditEntry
from people.standing import standing_of

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
SOON = dt.timedelta(days=30)


def made(cast, user=None, scopes=("appeals.read",), **more):
    values = {"expires_at": timezone.now() + SOON, "name": "Portal", **more}
    return make_token(by=cast.admin, user=user or cast.aysel, scopes=scopes, **values)


def calling(secret: str, **headers: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", **headers)
    return client


def test_a_token_is_kept_as_a_digest_and_written_down(cast):
    token, secret = made(cast)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret.startswith(f"{token.prefix}_")
    entry = AuditEntry.objects.get(kind="token.made")
    assert entry.actor == cast.admin
    assert secret not in str(entry.detail)


def test_a_token_says_who_it_is(cast):
    _token, secret = made(cast)
    answer = calling(secret).get(ME)
    assert answer.status_code == 200
    assert answer.json()["user"] == cast.aysel.name
    assert answer.json()["roles"] == ["operator"]


def test_the_first_use_of_a_day_and_each_new_address_are_written_down(cast):
    token, secret = made(cast)
    with time_machine.travel(dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC), tick=False) as clock:
        token.expires_at = timezone.now() + SOON
        token.made_at = timezone.now() - SOON
        token.save()
        for shift, address in (
            (0, "10.0.0.1"),
            (3600, "10.0.0.1"),
            (3600, "10.0.0.2"),
            (86400, "10.0.0.2"),
        ):
            clock.shift(shift)
            assert calling(secret, REMOTE_ADDR=address).get(ME).status_code == 200
    used = AuditEntry.objects.filter(kind="token.used").order_by("id")
    assert [entry.address for entry in used] == ["10.0.0.1", "10.0.0.2", "10.0.0.2"]
    token.refresh_from_db()
    assert token.last_used_from == "10.0.0.2"


@pytest.mark.parametrize("fault", ["revoked", "expired", "left", "unknown", "none"])
def test_what_does_not_hold_is_answered_alike(cast, fault):
    token, secret = made(cast)
    if fault == "revoked":
        revoke_token(token.pk, by=cast.admin)
    if fault == "expired":
        ApiToken.objects.update(expires_at=timezone.now(), made_at=timezone.now() - SOON)
    if fault == "left":
        cast.aysel.is_active = False
        cast.aysel.save()
    client = (
        APIClient() if fault == "none" else calling("mur_0_x" if fault == "unknown" else secret)
    )
    answer = client.get(ME, headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.json()["code"] == (
        "not_authenticated" if fault == "none" else "authentication_failed"
    )


def test_revoking_twice_is_told_and_written_once(cast):
    token, _secret = made(cast)
    revoke_token(token.pk, by=cast.admin)
    with pytest.raises(AlreadyDone):
        revoke_token(token.pk, by=cast.admin)
    assert AuditEntry.objects.filter(kind="token.revoked").count() == 1


def test_only_an_administrator_makes_and_revokes(cast):
    token, _secret = made(cast)
    with pytest.raises(NotAllowed):
        make_token(
            by=cast.head, name="x", user=cast.head, scopes=["appeals.read"],
            expires_at=timezone.now() + SOON,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        revoke_token(token.pk, by=cast.head)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "expires_on"),
        ({"expires_at": dt.datetime(2200, 1, 1, tzinfo=dt.UTC)}, "expires_on"),
    ],
)
def test_a_token_without_bounds_is_refused(cast, values, field):
    with pytest.raises(RuleBroken) as refused:
        made(cast, **values)
    assert refused.value.field == field


def test_a_structures_token_needs_one_of_its_people(cast):
    with pytest.raises(RuleBroken):
        made(cast, user=cast.aysel, structure=cast.unit)
    token, _secret = made(cast, user=cast.unit_user, structure=cast.unit)
    assert token.structure == cast.unit


def test_a_confined_person_stands_in_one_structure_only(cast):
    cast.head.confined_to = cast.unit.pk
    assert standing_of(cast.head).roles == frozenset()
    cast.unit_head.confined_to = cast.unit.pk
    standing = standing_of(cast.unit_head)
    assert standing.roles == {"structure_head"}
    assert standing.structures == standing.headed == {cast.unit.pk}


def test_the_page_shows_the_secret_once(cast):
    client = Client()
    client.force_login(cast.admin)
    data = {
        "client_id": str(uuid.uuid4()), "name": "Portal", "user": cast.aysel.pk,
        "scopes": ["appeals.read"], "expires_on": f"{timezone.localdate() + SOON:%d.%m.%Y}",
    }  # fmt: skip
    answer = client.post(reverse("tokens"), data)
    assert answer.status_code == 200, answer.context["form"].errors
    secret = answer.context["secret"]
    assert secret in answer.text
    assert answer["Cache-Control"].count("no-store") == 1
    assert secret not in client.get(reverse("tokens")).text
    assert calling(secret).get(ME).status_code == 200
    assert client.post(reverse("tokens"), data).status_code == 409, "the same form makes no second"
    assert ApiToken.objects.count() == 1
    client.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
    assert calling(secret).get(ME).status_code == 401


@pytest.mark.parametrize("who", ["aysel", "head", "unit_head", "manager", "auditor"])
def test_the_page_of_tokens_is_for_administrators(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))
    assert client.get(reverse("tokens")).status_code == 404
    assert client.post(reverse("tokens"), {}).status_code == 404


def test_the_description_is_for_whoever_is_signed_in_or_brings_a_token(cast):
    assert APIClient().get(reverse("api-schema")).status_code == 401
    _token, secret = made(cast)
    described = calling(secret).get(reverse("api-schema"))
    assert described.status_code == 200
    assert described["Content-Type"] == "application/vnd.oai.openapi; charset=utf-8"
    assert yaml.safe_load(described.content)["paths"]["/api/v1/me/"]["get"]
    client = Client()
    assert client.get(reverse("api-docs")).status_code == 302
    client.force_login(cast.admin)
    page = client.get(reverse("api-docs"))
    assert "/api/v1/me/" in page.text


def test_the_description_is_written_for_each_language_and_form(cast):
    _token, secret = made(cast)
    program, address = calling(secret), reverse("api-schema")
    json_form = "application/vnd.oai.openapi+json"
    english, russian = (
        program.get(address, {"lang": language}, headers={"accept": json_form}).json()
        for language in ("en", "ru")
    )
    assert english["paths"].keys() == russian["paths"].keys() and english != russian
    written = program.get(address, {"lang": "en"})
    assert yaml.safe_load(written.content) == english
    assert program.get(address, {"lang": "en"}).content == written.content
