"""The floor: the same rows by plain psycopg2 and a bare template, with no framework between."""

from __future__ import annotations

from django.template import Engine

from bench.client import Answer
from bench.measures import Ask, Bench, Setup

_engine = Engine()
ROWS = _engine.from_string(
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>"
)
LISTED = """
SELECT a.number, a.kind, a.status, a.registered_at, a.due_at, a.closed_at, t.name_az,
       p.surname, p.given_name, u.last_name, s.name_az
FROM appeals_appeal a
JOIN appeals_topic t ON t.id = a.topic_id
LEFT JOIN appeals_applicant p ON p.id = a.applicant_id
LEFT JOIN people_user u ON u.id = a.owner_id
LEFT JOIN people_structure s ON s.id = a.responsible_id
"""


def rows_of(*statements: tuple[str, tuple[object, ...]]) -> Setup:
    """Ask the statements and write every row they bring into one bare table."""

    def setup(bench: Bench) -> Ask:
        from django.template import Context

        def ask() -> Answer | None:
            rows: list[tuple[object, ...]] = []
            for sql, parameters in statements:
                rows += bench.rows(sql, *parameters)
            ROWS.render(Context({"rows": rows}))
            return None

        return ask

    return setup


def listed(tail: str, *parameters: object) -> Setup:
    """A page of a list."""
    return rows_of((LISTED + tail, parameters))
