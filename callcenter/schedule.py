"""All periodic work, in one place, in English; times are of Baku. Celery beat reads this.

Every push has a sweep here: what was not sent because Redis or a worker was gone is found again from rows.
"""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    # Says that beat and a worker are alive; /readyz looks at it.
    "heartbeat": {
        "task": "callcenter.tasks.heartbeat",
        "schedule": 30.0,
        "args": [],
        "options": {"expires": 25},
    },
    # Tells applicants what they are owed: whatever was not sent is found again from its row.
    "notices": {
        "task": "appeals.tasks.sweep_notices",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
}
