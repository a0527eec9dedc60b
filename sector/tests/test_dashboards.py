"""The dashboards: every figure opens as many appeals as it tells, under the reader's rights."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from appeals import actions
from appeals.kinds import Channel, Kind
from appeals.models import Appeal, Outcome, Topic
from appeals.tests import world
from callcenter.text import az_lower
from people.models import Role
from reports.facts.filling import fill
from reports.facts.rises import find_rises, is_unusual
from reports.figures.computing import Reading
from reports.figures.cut import Cut
from reports.figures.registry import figure
from reports.figures.splitting import Part
from reports.models import Rise
from reports.tasks import find_unusual_rises
from reports.tests.asking import listed
from routing import actions as routing
from routing.models import Referral
from sector import charting, figures

pytestmark = pytest.mark.django_db

PAGES = {
    "today": {Role.SECTOR_HEAD, Role.MANAGEMENT},
    "review": {Role.SECTOR_HEAD, Role.MANAGEMENT, Role.AUDITOR},
    "my-day": {Role.OPERATOR, Role.SECTOR_HEAD},
    "our-figures": {Role.STRUCTURE_USER, Role.STRUCTURE_HEAD},
    "figures": set(Role) - {Role.ADMINISTRATOR},
    "discipline": set(Role) - {Role.ADMINISTRATOR},
}


@pytest.fixture
def sector(cast, make_appeal):
    """Five appeals: one restricted, one answered at once, two referred (one returned), one late."""
    satisfied = Outcome.objects.get(code="satisfied")
    make_appeal(kind=Kind.QUESTION, answer="Bəli", outcome=satisfied)
    make_appeal(by=cast.operator, kind=Kind.COMPLAINT, is_corruption=True)
    late = make_appeal(caller_phone="0501110001")
    world.put(late, due_at=timezone.now() - dt.timedelta(days=1))
    for structure in (cast.unit, cast.other):
        made = make_appeal(caller_phone="0501110002")
        sent = routing.refer(made.pk, by=cast.head, structure=structure, client_id=uuid.uuid4())
    routing.return_referral(sent.pk, by=cast.other_user, reason="Bizim deyil")
    fill()
    return cast


def told(page) -> list[tuple[str, str]]:
    """What each figure of the page says, and the list it opens."""
    return re.findall(
        r'<a class="stat" href="([^"]+)"[^>]*>\s*<small>[^<]*</small>\s*<b[^>]*>([^<]+)</b>',
        page.text,
    )


@pytest.mark.parametrize("name", PAGES)
def test_only_those_it_is_for_find_a_page(cast, client, name) -> None:
    for role in Role:
        client.force_login(world.person(role))
        expected = 200 if role in PAGES[name] else 404
        assert client.get(reverse(name)).status_code == expected, role


def test_every_figure_of_every_page_equals_its_list(sector, client) -> None:
    pages = [
        (sector.head, "today"), (sector.manager, "today"), (sector.manager, "review"),
        (sector.aysel, "my-day"), (sector.operator, "my-day"), (sector.unit_user, "our-figures"),
        (sector.other_user, "our-figures"),
    ]  # fmt: skip
    for reader, name in pages:
        client.force_login(reader)
        page = client.get(reverse(name))
        assert page.status_code == 200
        counted = 0
        for url, value in told(page):
            if value.replace("\xa0", "").isdigit():
                counted += 1
                length = listed(client, url.replace("&amp;", "&"))
                assert length == int(value.replace("\xa0", "")), (name, url)
        assert counted >= 2, name


def test_every_mark_of_the_charts_opens_what_it_counts(sector, client) -> None:
    client.force_login(sector.head)
    page = client.get(reverse("today"))
    for name in ("lines", "kinds", "topics"):
        chart = page.context[name]
        assert chart.links
        for (series, label), url in chart.links.items():
            assert listed(client, url) == chart.series[series].values[label]
            assert url.replace("&", "&amp;") in page.text


def test_filters_live_in_the_address(sector, client) -> None:
    client.force_login(sector.head)
    topic = Topic.objects.get(code="tax-voen")
    address = f"{reverse('today')}?kind=complaint&topic={topic.parent_id}&period=week&compare=year"
    page = client.get(address)
    assert page.status_code == 200
    stats = {stat.code: stat for stat in page.context["stats"]}
    assert stats["received"].value == "1"
    assert "kind=complaint" in stats["received"].url
    assert listed(client, stats["received"].url) == 1


def test_paper_says_what_the_page_is_cut_by(sector, client) -> None:
    """On a printed page nobody can look at the filters; they stand in its first line."""
    client.force_login(sector.head)
    topic = Topic.objects.get(code="tax-voen")
    query = f"kind=complaint&topic={topic.pk}&period=month&compare=nothing"
    for address in (reverse("today"), reverse("figure", args=["received"]), reverse("review")):
        page = client.get(f"{address}?{query}")
        told = page.context["board"].told
        assert [value for _label, value in told] == [str(Kind.COMPLAINT.label), str(topic)]
        paper = page.text.split('class="print-only span-12">')[1].split("</p>")[0]
        assert page.context["board"].period.label in paper
        assert all(f"{label}: {value}" in paper for label, value in told), address


def test_measures_are_drawn_of_those_with_the_most_rows(monkeypatch) -> None:
    """A hundred per cent of one appeal takes no place of ninety per cent of ninety."""
    monkeypatch.setattr(charting, "MOST_BARS", 2)
    one = figure("on_time")
    parts = [
        Part(name, name, {"on_time": Reading(one, n, of, Decimal(100 * n) / of)}, Cut())
        for name, n, of in (("a", 80, 100), ("b", 81, 90), ("c", 1, 1))
    ]
    chart = charting.drawn(parts, "on_time", "")
    assert list(chart.labels) == ["b", "a"]
    assert chart.note


@pytest.mark.parametrize(
    "query", ["figure=none", "figure=received", "figure=received~2026-10-01..2026-09-01",
              "figure=open~2026-10-01..2026-10-02", "figure=received~1900-01-01..1900-02-01",
              "figure=received~2026-10-01..2026-10-02~operator=x", "figure=~~~", "figure=%00"],
)  # fmt: skip
def test_a_list_of_no_figure_is_empty_and_says_so(sector, client, query) -> None:
    client.force_login(sector.head)
    page = client.get(f"{reverse('appeals')}?{query}")
    assert page.status_code == 200
    assert not page.context["page"].rows
    assert client.get(f"{reverse('figure-referrals')}?{query}").status_code < 500


def test_each_figure_has_its_page(sector, client) -> None:
    client.force_login(sector.head)
    catalogue = client.get(reverse("figures"))
    codes = re.findall(r'href="/figures/of/([\w-]+)/"', catalogue.text)
    assert len(codes) == len(set(codes)) >= 30
    for code in codes:
        assert client.get(reverse("figure", args=[code])).status_code == 200, code
    page = client.get(f"{reverse('figure', args=['received'])}?by=channel&period=year")
    assert [part[:2] for part in page.context["parts"]] == [
        (Channel.PHONE.label, "5"),
    ]  # fmt: skip
    # A branch of a tree leads to what is under it.
    address = f"{reverse('figure', args=['received'])}?by=topic&period=year"
    (label, _value, reading, within) = client.get(address).context["parts"][0]
    inside = client.get(f"{reverse('figure', args=['received'])}{within}")
    assert label in inside.text
    assert sum(part[2].count for part in inside.context["parts"]) == reading.count
    client.force_login(sector.unit_user)
    assert client.get(reverse("figure", args=["received"])).status_code == 404
    assert client.get(reverse("figure", args=["sent"])).status_code == 200


def test_the_wall_asks_itself_again(sector, client) -> None:
    client.force_login(sector.head)
    page = client.get(f"{reverse('today')}?wall=1&period=week")
    assert 'hx-trigger="every 60s"' in page.text
    assert 'hx-get="/today/?wall=1&amp;period=week"' in page.text


def test_a_page_asks_as_much_of_a_small_table_as_of_a_large(
    sector, make_appeal, client, django_assert_max_num_queries
) -> None:
    client.force_login(sector.head)
    client.get(reverse("today"))
    for _more in range(5):
        make_appeal(by=world.person(), topic=Topic.objects.get(code="tax-vat"))
    fill()
    with django_assert_max_num_queries(36):
        client.get(reverse("today"))


def test_an_unusual_rise_is_found_and_shown_with_the_appeals_behind(cast, client) -> None:
    today = timezone.localdate()
    topic = Topic.objects.get(code="tax-voen")
    for week in range(1, 6):
        at = timezone.now() - dt.timedelta(weeks=week)
        for _two in range(2):
            world.put(world.appeal(cast.aysel, topic=topic, kind=Kind.COMPLAINT), registered_at=at)
    for _seven in range(7):
        world.appeal(cast.aysel, topic=topic, kind=Kind.COMPLAINT)
    fill()
    find_unusual_rises()
    assert find_rises(today) == 1 == find_rises(today)
    rise = Rise.objects.get()
    assert (rise.day, rise.count, rise.usual) == (today, 7, 2)
    client.force_login(cast.head)
    page = client.get(reverse("today"))
    shown = page.context["rises"][0]
    assert (shown.times, listed(client, shown.reading.url)) == (Decimal("3.5"), 7)
    name = date_format(today, "l")
    assert name[0].isupper() and f"3,5 × adi {az_lower(name)}" in page.content.decode()
    with translation.override("en"):
        assert shown.weekday == f"{today:%A}"


@pytest.mark.parametrize(
    ("count", "usual", "unusual"),
    [(4, 0, False), (5, 0, True), (7, 2, True), (6, 2, False), (41, 13.2, True), (20, 11, False), (130, 100, False)],
)  # fmt: skip
def test_what_is_unusual(count, usual, unusual) -> None:
    assert is_unusual(count, usual) is unusual


def test_who_waits_for_the_applicant_needs_no_attention(cast) -> None:
    waiting = world.appeal(world.person())
    world.put(waiting, status="waiting", due_at=timezone.now() - dt.timedelta(days=9))
    assert waiting not in figures.attention(cast.head, timezone.now())


def test_a_structure_reads_only_its_own(sector, client) -> None:
    client.force_login(sector.unit_user)
    page = client.get(reverse("our-figures"))
    values = {stat.code: stat.value for stat in page.context["stats"]}
    assert (values["sent"], values["sent_open"], values["sent_returned"]) == ("1", "1", "0")
    client.force_login(sector.other_user)
    values = {stat.code: stat.value for stat in client.get(reverse("our-figures")).context["stats"]}
    assert (values["sent"], values["sent_open"], values["sent_returned"]) == ("1", "0", "1")


def test_an_appeal_nobody_has_stands_among_what_needs_attention(cast, client, make_appeal) -> None:
    appeal = make_appeal()
    Appeal.objects.filter(pk=appeal.pk).update(owner=None)
    client.force_login(cast.head)
    page = client.get(reverse("today"))
    assert page.status_code == 200 and appeal.number in page.content.decode()


def test_the_period_that_is_told_stands_in_its_field(sector, client) -> None:
    """A page shows its usual period; "Show" must not silently change it to another."""
    for who, name, usual in (
        (sector.head, "today", "month"), (sector.manager, "review", "year"),
        (sector.unit_user, "our-figures", "month"),
    ):  # fmt: skip
        client.force_login(who)
        for query, told in (("", usual), ("?kind=complaint", usual), ("?period=week", "week"),
                            ("?since=01.01.2026", "days")):  # fmt: skip
            page = client.get(f"{reverse(name)}{query}")
            assert f'<option value="{told}" selected>' in page.text, (name, query)
            assert "period=" not in page.context["board"].address() or "period" in query


def test_a_count_is_held_against_nought_as_a_count(sector, client) -> None:
    client.force_login(sector.head)
    page = client.get(f"{reverse('today')}?period=today")
    hints = [stat.hint for stat in page.context["stats"] if stat.code in ("received", "ended")]
    assert not any(hint.endswith(",0") or hint.endswith(".0") for hint in hints)


def test_narrow_places_get_narrow_drawings(sector, client) -> None:
    """A drawing made for half a page and shrunk into a third has letters nobody can read."""
    client.force_login(sector.head)
    page = client.get(reverse("today"))
    widths = re.findall(r'<svg [^>]*viewBox="0 0 (\d+) ', page.text)
    assert {"640", "420"} <= set(widths)


def rows_of(page) -> dict[str, list[tuple[str, str]]]:
    """Of the page of discipline: by structure, (text, list) of each figure that opens one."""
    body = page.text[page.text.index("<tbody") :]
    return {
        name: re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', cells)
        for name, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', body, re.S)
    }


def test_each_figure_of_discipline_opens_as_many_referrals(sector, client):
    sent = Referral.objects.filter(structure=sector.unit).get()
    world.put(sent.fact, due_at=timezone.now() - dt.timedelta(hours=1))
    client.force_login(sector.head)
    rows = rows_of(client.get(reverse("discipline")))
    assert set(rows) == {sector.unit.short_name, sector.other.short_name}
    # Received, open now, overdue now; and of the other: received, returned.
    assert [text for _url, text in rows[sector.unit.short_name]] == ["1", "1", "1"]
    assert [text for _url, text in rows[sector.other.short_name]] == ["1", "1"]
    for cells in rows.values():
        for url, text in cells:
            page = client.get(url.replace("&amp;", "&")).context["page"]
            assert len(page.rows) == int(text), url


def test_a_structure_reads_its_own_discipline_only(sector, client):
    client.force_login(sector.unit_head)
    assert set(rows_of(client.get(reverse("discipline")))) == {sector.unit.short_name}


def test_the_head_sees_at_once_which_applicants_only_a_person_can_help(
    cast, make_appeal, client, empty_cache
):
    """Told where they stand in lists; management, who takes no steps, is not."""
    rated = make_appeal(answer="Bəli", outcome=Outcome.objects.get(code="explained"))
    actions.rate(rated.pk, by=cast.aysel, score=1, reason="slow")
    make_appeal(caller_phone="012 493 77 00")
    client.force_login(cast.head)
    shown = client.get("/today/").text.partition('id="outside"')[2].partition("</section>")[0]
    for address in ("/dissatisfied/", "/notices/?list=tell"):
        assert f'href="{address}"' in shown
    assert 'href="/notices/"' not in shown, "every notice of the two is on its way"
    client.force_login(cast.manager)
    assert 'id="outside"' not in client.get("/today/").text
