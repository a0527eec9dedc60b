"""Asking a list how long it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import QueryDict
from django.test import Client

from appeals.filters import AppealFilter
from appeals.models import Appeal
from people.models import User


def listed(client: Client, url: str) -> int:
    """Rows of the list over all its pages, as a reader turns them."""
    count = 0
    while url:
        page = client.get(url)
        assert page.status_code == 200, (url, page.status_code)
        count += len(page.context["page"].rows)
        following = page.context["next_url"]
        url = f"{url.partition('?')[0]}{following}" if following else ""
    return count


def rows_of(user: User, url: str) -> int:
    """Rows of the same list of appeals, without drawing its pages."""
    address = urlsplit(url)
    assert address.path == "/appeals/"
    return AppealFilter(
        QueryDict(address.query), queryset=Appeal.objects.visible_to(user)
    ).qs.count()
