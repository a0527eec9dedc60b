"""The rail shows a reader what their role opens, and where they are."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import path

from callcenter import navigation
from callcenter.navigation import BarPart, Section


def _view(request):
    return None


urlpatterns = [
    path("", _view, name="home"),
    path("inbox/", _view, name="inbox"),
    path("inbox/late/", _view, name="inbox-late"),
    path("rules/", _view, name="rules"),
]
pytestmark = pytest.mark.urls(__name__)


class Reader:
    is_authenticated = True

    def __init__(self, role):
        self.role = role


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(navigation, "_registry", navigation._Registry())
    navigation.register(
        Section("Home", "home", order=1),
        Section("Inbox", "inbox", key="g i", badge=lambda request: 4, order=2),
        Section("Late", "inbox-late", order=3),
        Section("Rules", "rules", roles={"sector_head"}, group=2),
    )


def ask(rf, address, role="operator"):
    request = rf.get(address)
    request.user = Reader(role) if role else AnonymousUser()
    return request


def test_sections_are_cut_by_role_and_grouped(registry, rf):
    assert [[line.label for line in group] for group in navigation.rail(ask(rf, "/"))] == [
        ["Home", "Inbox", "Late"]
    ]
    assert len(navigation.rail(ask(rf, "/", "sector_head"))) == 2
    assert navigation.rail(ask(rf, "/", "")) == []


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "Home"), ("/inbox/7/", "Inbox"), ("/inbox/late/", "Late"), ("/elsewhere/", None)],
)
def test_the_longest_address_is_current(registry, rf, address, current):
    lines = [line for group in navigation.rail(ask(rf, address)) for line in group]
    assert [line.label for line in lines if line.current] == ([current] if current else [])


def test_roles_carried_for_others_open_sections(registry, rf):
    navigation.know_roles(lambda user: [user.role, "sector_head"])
    assert len(navigation.rail(ask(rf, "/"))) == 2


def test_badges_and_parts_of_the_bar(registry, rf):
    navigation.place(BarPart("bell.html", data=lambda request: {"unread": 3}, roles={"operator"}))
    request = ask(rf, "/")
    assert [line.badge for group in navigation.rail(request) for line in group] == [None, 4, None]
    assert navigation.bar(request) == [{"template": "bell.html", "data": {"unread": 3}}]
    assert navigation.bar(ask(rf, "/", "auditor")) == []
