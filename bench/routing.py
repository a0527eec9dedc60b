"""The structures' work: the largest inbox, sending, answering, deciding by rules, trying a rule."""

from __future__ import annotations

import datetime as dt
import sys
import time
import uuid
from collections.abc import Iterator

from bench.client import Answer
from bench.floor import rows_of
from bench.measures import Ask, Bench, measure
from bench.world import INFORMED

#: The largest inbox is this structure's.
EXECUTOR, HEAD = f"executor-{INFORMED}", f"head-{INFORMED}"
RULES = 500
TRIED_DAYS = 90
IN_TRIAL = 50_000

OPEN = """
SELECT r.id, r.status, r.due_at, a.number, a.kind, t.name_az, u.last_name FROM routing_referral r
JOIN appeals_appeal a ON a.id = r.appeal_id JOIN appeals_topic t ON t.id = a.topic_id
LEFT JOIN people_user u ON u.id = r.executor_id
WHERE r.is_open AND r.structure_id = (SELECT id FROM people_structure WHERE code = 'dvx')
ORDER BY r.due_at, r.id LIMIT 26
"""


@measure("inbox: of a structure with 200,000 referrals", target_ms=30, floor=rows_of((OPEN, ())))
def inbox(bench: Bench) -> Ask:
    reader = bench.signed_in(EXECUTOR)
    return lambda: reader.get("/inbox/")


@measure("inbox: answered, the latest", target_ms=30, times=40)
def answered(bench: Bench) -> Ask:
    reader = bench.signed_in(EXECUTOR)
    return lambda: reader.get("/inbox/?list=answered")


@measure("inbox: workload of the structure", target_ms=50, times=20)
def workload(bench: Bench) -> Ask:
    reader = bench.signed_in(HEAD)
    return lambda: reader.get("/inbox/workload/")


def _waiting(bench: Bench, status: str) -> Iterator[tuple[int, int]]:
    return iter(
        bench.rows(
            "SELECT r.id, r.version FROM routing_referral r JOIN people_structure s "
            "ON s.id = r.structure_id WHERE s.code = %s AND r.status = %s AND r.kind = 'execution' "
            "ORDER BY r.id LIMIT 80",
            INFORMED,
            status,
        )
    )


@measure("refer: to a structure", target_ms=30, times=40)
def refer(bench: Bench) -> Ask:
    sender = bench.signed_in("head")
    structure = bench.rows("SELECT id FROM people_structure WHERE code = %s", INFORMED)[0][0]
    waiting = iter(
        bench.rows(
            "SELECT id, version FROM appeals_appeal WHERE is_open AND status = 'considered' "
            "AND NOT is_restricted AND complained_structure_id IS NULL ORDER BY id DESC LIMIT 60 OFFSET 500"
        )
    )
    sender.get("/today/")

    def ask() -> Answer:
        pk, version = next(waiting)
        values: dict[str, object] = {
            "structure": structure, "kind": "execution", "shares_text": "on", "version": version,
            "question": "Məsələnin araşdırılmasını xahiş edirik.", "client_id": uuid.uuid4(),
        }  # fmt: skip
        return sender.post(f"/appeals/{pk}/refer/", values)

    return ask


@measure("referral: opened", target_ms=50, times=40)
def opened(bench: Bench) -> Ask:
    reader = bench.signed_in(EXECUTOR)
    waiting = _waiting(bench, "accepted")
    return lambda: reader.get(f"/inbox/{next(waiting)[0]}/")


@measure("referral: accepted", target_ms=30, times=20)
def accepted(bench: Bench) -> Ask:
    executor = bench.signed_in(EXECUTOR)
    executor.get("/inbox/")
    waiting = _waiting(bench, "sent")

    def ask() -> Answer:
        pk, version = next(waiting)
        return executor.post(f"/inbox/{pk}/do/accept/", {"accept-version": version})

    return ask


def _answering(bench: Bench, username: str, status: str, step: str) -> Ask:
    person = bench.signed_in(username)
    person.get("/inbox/")
    waiting = _waiting(bench, status)

    def ask() -> Answer:
        pk, version = next(waiting)
        text = "Məsələ araşdırıldı və müraciətçiyə izah edildi."
        values: dict[str, object] = {"answer-version": version, "answer-text": text}
        return person.post(f"/inbox/{pk}/do/{step}/", values)

    return ask


@measure("answer: of the structure, for approval", target_ms=30, times=40)
def drafted(bench: Bench) -> Ask:
    return _answering(bench, EXECUTOR, "accepted", "draft")


@measure("answer: approved by the structure's head", target_ms=30, times=40)
def approved(bench: Bench) -> Ask:
    return _answering(bench, HEAD, "to_approve", "approve")


def _with_rules() -> list[int]:
    """Five hundred rules with words, topics and regions; taken away after the measure."""
    from appeals.kinds import Kind
    from appeals.models import Region, Topic
    from people.models import Structure
    from routing.rules.models import RoutingRule

    topics, regions = list(Topic.objects.all()), list(Region.objects.all())
    place = Structure.objects.get(code=INFORMED)
    kinds = list(Kind.values)
    made = RoutingRule.objects.bulk_create(
        RoutingRule(
            name=f"bench {n}", position=n, kinds=[kinds[n % len(kinds)]],
            topic=topics[n % len(topics)] if n % 2 else None,
            words=[f"söz{n}", f"başqa söz {n}", "vergi borcu" if n % 50 == 49 else f"söz {n} var"],
            structure=place,
        )
        for n in range(RULES)
    )  # fmt: skip
    for n, rule in enumerate(made):
        if n % 3 == 0:
            rule.regions.add(regions[n % len(regions)])
    return [rule.pk for rule in made]


def _forget(keys: list[int]) -> None:
    from routing.rules.models import RoutingRule

    RoutingRule.objects.filter(pk__in=keys).delete()


@measure("rules: 500 rules and a suggestion for one text", target_ms=50, times=40)
def decided(bench: Bench) -> Ask:
    """What the page of referring asks: the rule that decides, and what was learned."""
    from appeals.models import Appeal
    from routing.rules.offers import offers_for
    from routing.suggestions.actions import train
    from routing.suggestions.deciding import newest
    from routing.suggestions.models import Learned

    keys = _with_rules()
    bench.afterwards.append(lambda: _forget(keys))
    for target in Learned.values:
        if newest(target) is None:
            train(target)
    rows = iter(Appeal.objects.filter(is_open=True).order_by("-id")[:80])

    def ask() -> Answer | None:
        offers_for(next(rows))
        return None

    return ask


@measure(
    "rules: tried on the last 90 days, 50,000 appeals", target_ms=20_000, times=1, warm_up=0
)  # fmt: skip
def tried(bench: Bench) -> Ask:
    """A trial over as many appeals as a worker meets in a quarter."""
    from appeals.models import Appeal, Topic
    from people.models import Structure, User
    from routing.rules import trial
    from routing.rules.models import RoutingRule

    def ask() -> Answer:
        newest = Appeal.objects.order_by("-registered_at").values_list("registered_at", flat=True)
        since = newest[min(IN_TRIAL, bench.appeals) - 1]
        asked = trial.ask_trial(
            by=User.objects.get(username="head"),
            values={
                "name": "bench", "kinds": ["application", "complaint"],
                "topic": Topic.objects.filter(parent=None).order_by("id").first(),
                "words": ["vergi", "borc"], "structure": Structure.objects.get(code=INFORMED),
                "referral_kind": "execution", "channels": [], "languages": [], "applicants": "",
                "voens": [], "accused": "", "is_urgent": False, "makes_restricted": False,
                "is_automatic": False,
            },
            regions=[], rule=None, client_id=uuid.uuid4(),
        )  # fmt: skip
        type(asked).objects.filter(pk=asked.pk).update(since=since)
        assert RoutingRule.objects.filter(is_catch_all=True).exists()
        began = time.perf_counter()
        trial.run_trial(asked.pk)
        took = (time.perf_counter() - began) * 1000
        asked.refresh_from_db()
        sys.stderr.write(
            f"a rule tried on {asked.seen} appeals since {since:%d.%m.%Y} "
            f"({(dt.datetime.now(dt.UTC) - since).days} days): {asked.changed} would change\n"
        )
        type(asked).objects.filter(pk=asked.pk).delete()
        return Answer(0, took, took, 0.0, 0, b"")

    return ask
