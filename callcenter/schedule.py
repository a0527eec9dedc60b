"""All periodic work, in one place, in English; times are of Baku. Celery beat reads this.

Every push has a sweep here: what was not sent because Redis or a worker was gone is found again from rows.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

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
    # What became of messages, where the gateway is to be asked and does not call by itself.
    "receipts": {
        "task": "appeals.tasks.ask_receipts",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # From seven in the morning; the task itself knows the first working day after a month, a week,
    # a quarter, and builds each report once. Later runs make good a morning without a worker.
    "periodic reports": {
        "task": "reports.tasks.periodic_report",
        "schedule": crontab(hour="7-19", minute="*/15"),
    },
    # Exports of rows: unfinished ones are begun anew, expired files are taken away.
    "exports": {"task": "reports.tasks.sweep_exports", "schedule": 60.0},
    # Own reports that people have sent to them, from seven on working days.
    "own reports by e-mail": {
        "task": "reports.tasks.mail_own_reports",
        "schedule": crontab(hour="7-19", minute="*/10"),
    },
    # Reports presented by e-mail: whatever was not sent is found again from its row.
    "presented reports": {"task": "reports.tasks.sweep_deliveries", "schedule": 60.0},
    # Reports asked for while Redis or the worker was away.
    "unfinished reports": {"task": "reports.tasks.sweep_reports", "schedule": 30.0},
    # Steps for many appeals that a lost worker left where they were.
    "steps for many": {"task": "appeals.tasks.sweep_bulk", "schedule": 60.0},
    # Applicants invited to a reception are reminded a working day before.
    "reminders of receptions": {
        "task": "appeals.tasks.sweep_receptions",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    # Files the scanner gave no answer for.
    "scan files again": {"task": "appeals.tasks.sweep_scans", "schedule": 120.0},
    # Files of forms nobody sent, stored files without a row, drafts kept long enough.
    "stray files": {"task": "appeals.tasks.sweep_strays", "schedule": crontab(hour=5, minute=40)},
    # Alerts nobody needs any more; what happened stays in the journal.
    "old alerts": {"task": "people.tasks.forget_alerts", "schedule": crontab(hour=3, minute=40)},
    # Allowances of past windows and answers kept for repeated requests.
    "allowances": {"task": "people.tasks.sweep_api", "schedule": crontab(minute=20)},
    # Terms to be computed again after the calendar changed, where a worker was lost.
    "recomputations": {"task": "appeals.tasks.sweep_recomputations", "schedule": 60.0},
    # Every night each running term is compared with the calendar in force.
    "terms": {"task": "appeals.tasks.check_terms", "schedule": crontab(hour=2, minute=30)},
    # Facts for figures follow the journal; what was not made is found again from its row.
    "facts": {"task": "reports.tasks.fill_facts", "schedule": 20.0, "options": {"expires": 20}},
    # What a structure that ended still owes goes to its successor.
    "referrals of ended structures": {"task": "routing.tasks.sweep_orphaned", "schedule": 60.0},
    # Appeals the rules of distribution have not seen, and trials nobody has finished.
    "undecided appeals": {
        "task": "routing.tasks.sweep_undecided",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "trials of rules": {"task": "routing.tasks.sweep_trials", "schedule": 30.0},
    # Every night: whose an appeal may be, learned from what was answered by then.
    "suggestions": {
        "task": "routing.tasks.train_suggestions",
        "schedule": crontab(hour=3, minute=20),
    },
    # Words of new appeals, by which the search corrects typing; at night all of them anew.
    "words": {
        "task": "appeals.tasks.count_words",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "words anew": {
        "task": "appeals.tasks.count_words_anew",
        "schedule": crontab(hour=2, minute=20),
    },
    # Months whose facts have changed: until they are marked again their figures are counted by rows.
    "marks of months": {"task": "reports.tasks.mark_months", "schedule": crontab(minute=7)},
    # Unusual rises of a kind about a topic, yesterday and today so far.
    "rises": {"task": "reports.tasks.find_unusual_rises", "schedule": crontab(minute=25)},
    # Terms that end: whom the ladder reminds. May miss hours or run twice; rows say what was done.
    "reminders": {
        "task": "routing.tasks.sweep_reminders",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    # Memos to the head of the Apparatus: what was not sent, what came back through the folder.
    "memos": {"task": "routing.tasks.sweep_memos", "schedule": 60.0, "options": {"expires": 55}},
}
