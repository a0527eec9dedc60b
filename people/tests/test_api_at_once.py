"""Two requests with one key at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from people.api import idempotency
from people.models import ApiToken
from people.tests.test_api_ground import own_scopes, send

__all__ = ["own_scopes"]
pytestmark = pytest.mark.urls("people.tests.test_api_ground")


def test_while_one_request_runs_the_same_again_is_told_to_wait(
    committed, own_scopes, program, cast
):
    client = program(cast.aysel)
    token = ApiToken.objects.get()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            assert idempotency._held(token, "k1")
            held.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    answer = send(client)
    done.set()
    other.join()
    assert answer.status_code == 409
    assert answer.json()["code"] == "in_progress"
    assert send(client).status_code == 201
