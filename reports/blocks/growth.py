"""Topics that grow: what to look at before it becomes a flood."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from reports.blocks.base import Context
from reports.blocks.totals import grown
from reports.document import Block, Heading, Sentences, TableBlock
from reports.figures import names_of, received
from reports.periods import Period
from reports.tables import Column, Kind, Table
from reports.wording import wording
from reports.wording.facts import Growth

#: Below these a rise is chance: so many appeals more, and so many per cent.
LEAST_MORE = 5
LEAST_SHARE = 20
#: Topics listed.
LISTED = 15


def block(context: Context) -> list[Block]:
    if context.previous is None:
        return []
    table, topics = growth_table(context.period)
    return [
        Heading(_("Topics that grow"), 2),
        Sentences(wording().growth(topics)),
        *([TableBlock(table)] if topics else []),
    ]


def growth_table(period: Period) -> tuple[Table, list[Growth]]:
    """Topics with at least five appeals and a fifth more than in the period before, most first."""
    now, before = _by_topic(period), _by_topic(period.previous())
    rising = sorted(
        (
            (count - before.get(topic, 0), topic)
            for topic, count in now.items()
            if count - before.get(topic, 0) >= LEAST_MORE
            and 100 * (count - before.get(topic, 0)) >= LEAST_SHARE * before.get(topic, 0)
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )[:LISTED]
    names = names_of("topic")
    topics = [
        Growth(names.get(topic) or _("Not named"), before.get(topic, 0), now[topic])
        for _more, topic in rising
    ]
    table = Table(
        code="growth",
        title=_("Topics that grow"),
        columns=[
            Column("topic", _("Topic")),
            Column("previous", _("Previous period"), Kind.INTEGER),
            Column("this", _("This period"), Kind.INTEGER),
            Column("more", _("More"), Kind.INTEGER),
            Column("share", _("Difference, %"), Kind.DECIMAL, places=1),
        ],
        rows=[
            [one.name, one.before, one.now, one.now - one.before, grown(one.now, one.before)]
            for one in topics
        ],
        definition=_("Topics with at least %(more)d appeals and %(share)d %% more than before.")
        % {"more": LEAST_MORE, "share": LEAST_SHARE},
    )
    return table, topics


def _by_topic(period: Period) -> dict[int, int]:
    rows = received(period).order_by().values_list("topic_id").annotate(n=Count("id"))
    return dict(rows)
