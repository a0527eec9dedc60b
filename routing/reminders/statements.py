"""The statements of the sweep: each works on all rows at once, and twice in a row changes nothing.

`%(now)s` is the moment of the sweep, `%(today)s` its day in Baku.
"""

#: The moments of a sweep with the steps they are of, and the reminders it makes; dropped by its end.
TABLES = """
CREATE TEMP TABLE reminder_moment (
    course bigint, at timestamptz,
    kind text, percent smallint, days_after smallint, target text, by_screen bool, by_email bool
);
CREATE TEMP TABLE reminder_made (id bigint);
CREATE TEMP TABLE reminder_reached (id bigint);
"""

DROPPED = "reminder_clock, reminder_moment, reminder_made, reminder_reached, reminder_waiting"

#: The clocks that run, each with its course: clocks of working days that never stood still, began on
#: one day and end at one moment share one, from 1 on; every other clock has its own, minus its key.
CLOCKS = """
CREATE TEMP TABLE reminder_clock AS
SELECT id, appeal_id, use, due_at, started_on, term_before, CASE WHEN is_alone THEN -id
    ELSE dense_rank() OVER (PARTITION BY is_alone ORDER BY started_on, due_at) END AS course
FROM (
    SELECT clock.id, clock.appeal_id, clock.use, clock.due_at,
        (clock.started_at AT TIME ZONE 'Asia/Baku')::date AS started_on,
        'x' || (
            SELECT count(*) FROM appeals_extension given
            WHERE given.clock_id = clock.id AND given.state = 'granted'
        ) AS term_before,
        clock.unit <> 'working_days' OR EXISTS (
            SELECT 1 FROM appeals_clocksegment stood
            WHERE stood.clock_id = clock.id AND NOT stood.is_running
        ) AS is_alone
    FROM appeals_clock clock
    WHERE clock.stopped_at IS NULL AND clock.use IN ('appeal', 'referral')
) running
"""

FILL = """
INSERT INTO reminder_moment
SELECT found.course, found.at,
    step.kind, step.percent, step.days_after, step.target, step.by_screen, step.by_email
FROM unnest(
    %(course)s::bigint[], %(percent)s::smallint[], %(days)s::smallint[], %(at)s::timestamptz[]
) AS found (course, percent, days_after, at)
JOIN routing_ladderstep step ON step.percent = found.percent AND step.days_after = found.days_after
WHERE step.is_active AND (step.since IS NULL OR found.at >= step.since)
"""

STANDS = """EXISTS (
    SELECT 1 FROM appeals_clocksegment stood
    WHERE stood.clock_id = {clock} AND NOT stood.is_running AND stood.ended_at IS NULL
)"""

#: Whether what a reminder was made for still holds. A term that moved is looked at anew.
_GONE = f"""
    clock.stopped_at IS NOT NULL OR clock.due_at <> told.due_at
    OR (told.referral_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM routing_referral r WHERE r.id = told.referral_id AND r.is_open))
    OR (told.referral_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM appeals_appeal a WHERE a.id = told.appeal_id AND a.is_open))
    OR {STANDS.format(clock="clock.id")}
"""

#: Reminders that still owe something and whose term moved, stands, or ended.
WITHDRAW = f"""
WITH owing AS (
    SELECT reminder_id AS id FROM routing_reminderto WHERE state = 'owed'
    UNION
    SELECT id FROM routing_reminder WHERE reached_at IS NULL AND withdrawn_at IS NULL
), gone AS (
    SELECT told.id FROM owing JOIN routing_reminder told USING (id)
    JOIN appeals_clock clock ON clock.id = told.clock_id
    WHERE told.withdrawn_at IS NULL AND ({_GONE})
), people AS (
    UPDATE routing_reminderto row SET state = 'withdrawn', mail_id = NULL
    FROM gone WHERE row.reminder_id = gone.id AND row.state = 'owed'
), alarms AS (
    UPDATE routing_reminderalarm alarm SET "end" = 'ended', ended_at = %(now)s
    FROM gone WHERE alarm.reminder_id = gone.id AND alarm."end" = ''
)
UPDATE routing_reminder told SET withdrawn_at = %(now)s
FROM gone WHERE told.id = gone.id AND NOT EXISTS (
    SELECT 1 FROM routing_reminderto sent
    WHERE sent.reminder_id = told.id AND sent.state NOT IN ('owed', 'withdrawn')
)
"""

#: What was reached and was not told yet of the same term becomes a reminder. One that was withdrawn
#: before it reached anybody is made good again under its old key.
_MAKE = """
WITH reached AS ({rows}), fresh AS (
    SELECT * FROM reached WHERE NOT EXISTS (
        SELECT 1 FROM routing_reminder told
        WHERE told.clock_id = reached.clock_id AND told.percent = reached.percent
          AND told.days_after = reached.days_after AND told.target = reached.target
          AND told.withdrawn_at IS NULL AND (told.term = reached.term OR told.made_at >= reached.at)
    )
), again AS (
    UPDATE routing_reminder told SET withdrawn_at = NULL, reached_at = %(now)s,
        due_at = fresh.due_at, remind_at = fresh.at, made_at = %(now)s,
        by_screen = fresh.by_screen, by_email = fresh.by_email
    FROM fresh
    WHERE told.clock_id = fresh.clock_id AND told.percent = fresh.percent
      AND told.days_after = fresh.days_after AND told.target = fresh.target
      AND told.term = fresh.term AND told.withdrawn_at IS NOT NULL
    RETURNING told.id, told.clock_id, told.percent, told.days_after, told.target
), made AS (
    INSERT INTO routing_reminder (
        appeal_id, referral_id, clock_id, percent, days_after, target, term, by_screen, by_email,
        due_at, remind_at, made_at, reached_at
    )
    SELECT appeal_id, referral_id, clock_id, percent, days_after, target, term, by_screen, by_email,
        due_at, at, %(now)s, %(now)s
    FROM fresh
    WHERE (clock_id, percent, days_after, target) NOT IN (
        SELECT clock_id, percent, days_after, target FROM again
    )
    ORDER BY at, percent, days_after, clock_id
    RETURNING id
)
INSERT INTO reminder_made SELECT id FROM made UNION ALL SELECT id FROM again
"""

_STEP = """clock.id AS clock_id, moment.percent, moment.days_after, moment.target,
    CASE WHEN moment.percent < 100 THEN clock.term_before
        ELSE to_char(clock.due_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS') END AS term,
    moment.by_screen, moment.by_email, clock.due_at, moment.at"""

MAKE_FOR_REFERRALS = _MAKE.format(
    rows=f"""SELECT referral.appeal_id, referral.id AS referral_id, {_STEP}
    FROM routing_referral referral
    JOIN reminder_clock clock ON clock.id = referral.clock_id
    JOIN reminder_moment moment ON moment.course = clock.course AND moment.kind = referral.kind
    WHERE referral.is_open"""
)
#: A structure that has the appeal is reminded of its own term; the end of the appeal's is told anyway.
MAKE_FOR_APPEALS = _MAKE.format(
    rows=f"""SELECT appeal.id AS appeal_id, NULL::bigint AS referral_id, {_STEP}
    FROM appeals_appeal appeal
    JOIN reminder_clock clock ON clock.appeal_id = appeal.id AND clock.use = 'appeal'
    JOIN reminder_moment moment ON moment.course = clock.course AND moment.kind = 'appeal'
    WHERE appeal.is_open AND (moment.percent = 100 OR NOT EXISTS (
        SELECT 1 FROM routing_referral held
        WHERE held.appeal_id = appeal.id AND held.is_open AND held.main_id IS NULL
          AND held.kind NOT IN ('consultation', 'document', 'information')
    ))"""
)

#: Whom each unreached reminder goes to: the first of its circles in which somebody is there today.
#: Whoever replaces a person on the day is reminded too; a person complained about never is.
WAITING = """
CREATE TEMP TABLE reminder_waiting AS
SELECT told.id, told.target, told.by_screen, told.by_email,
    referral.executor_id, referral.structure_id, referral.sent_by_id,
    coalesce(referral.kind <> 'outside', false) AS is_theirs,
    appeal.owner_id, appeal.complained_user_id, appeal.is_restricted
FROM (
    SELECT id FROM reminder_made
    UNION
    SELECT id FROM routing_reminder WHERE reached_at IS NULL AND withdrawn_at IS NULL
) unreached
JOIN routing_reminder told ON told.id = unreached.id
JOIN appeals_appeal appeal ON appeal.id = told.appeal_id
LEFT JOIN routing_referral referral ON referral.id = told.referral_id
LEFT JOIN routing_reminderalarm alarm ON alarm.reminder_id = told.id AND alarm."end" = 'handled'
WHERE alarm.id IS NULL
"""
ADDRESS = """
WITH placed AS (
    SELECT structure_id, user_id, position FROM people_placement
    WHERE valid_from <= %(today)s AND (valid_to IS NULL OR valid_to >= %(today)s)
), named AS (
    SELECT w.*, 1 AS circle, executor_id AS person FROM reminder_waiting w
    WHERE target = 'executor' AND is_theirs
    UNION ALL
    SELECT w.*, CASE WHEN placed.position = 'executor' THEN 3 ELSE 2 END, placed.user_id
    FROM reminder_waiting w JOIN placed ON placed.structure_id = w.structure_id
    WHERE w.target = 'executor' AND w.is_theirs
    UNION ALL
    SELECT w.*, 1, placed.user_id
    FROM reminder_waiting w JOIN placed ON placed.structure_id = w.structure_id
    WHERE w.target = 'structure_head' AND w.is_theirs AND placed.position IN ('head', 'substitute')
    UNION ALL
    SELECT w.*, 1, owner_id FROM reminder_waiting w WHERE target = 'executor' AND NOT is_theirs
    UNION ALL
    SELECT w.*, 2, sent_by_id FROM reminder_waiting w WHERE target = 'executor' AND NOT is_theirs
    UNION ALL
    SELECT w.*, CASE WHEN w.target = 'sector_head' THEN 1 ELSE 3 END, head.id
    FROM reminder_waiting w CROSS JOIN people_user head
    WHERE head.role = 'sector_head' AND (
        w.target = 'sector_head'
        OR (NOT w.is_theirs AND w.target IN ('executor', 'structure_head'))
        OR (w.is_restricted AND w.target = 'management')
    )
    UNION ALL
    SELECT w.*, 1, manager.id FROM reminder_waiting w CROSS JOIN people_user manager
    WHERE manager.role = 'management' AND w.target = 'management' AND NOT w.is_restricted
), acting AS (
    SELECT id AS person, id AS user_id, email, NULL::bigint AS in_place_of
    FROM people_user WHERE is_active
    UNION ALL
    SELECT given.principal_id, given.delegate_id, delegate.email, given.principal_id
    FROM people_delegation given JOIN people_user delegate
        ON delegate.id = given.delegate_id AND delegate.is_active
    WHERE given.valid_from <= %(today)s AND (given.valid_to IS NULL OR given.valid_to >= %(today)s)
), found AS (
    SELECT named.*, acting.user_id, acting.email, acting.in_place_of,
        min(named.circle) OVER (PARTITION BY named.id) AS nearest
    FROM named JOIN acting USING (person)
    WHERE acting.user_id IS DISTINCT FROM named.complained_user_id
), chosen AS (
    SELECT DISTINCT ON (id, user_id) * FROM found WHERE circle = nearest
    ORDER BY id, user_id, in_place_of NULLS FIRST
), sent AS (
    INSERT INTO routing_reminderto (reminder_id, user_id, in_place_of_id, channel, state, made_at)
    SELECT chosen.id, chosen.user_id, chosen.in_place_of, way.channel, 'owed', %(now)s
    FROM chosen CROSS JOIN LATERAL (VALUES
        ('screen', chosen.by_screen OR chosen.email = ''),
        ('email', chosen.by_email AND chosen.email <> '')
    ) AS way (channel, is_used)
    WHERE way.is_used
    ON CONFLICT (reminder_id, user_id, channel) DO UPDATE
    SET state = 'owed', made_at = excluded.made_at, mail_id = NULL
    WHERE routing_reminderto.state = 'withdrawn'
    RETURNING reminder_id
)
INSERT INTO reminder_reached SELECT DISTINCT reminder_id FROM sent
"""

#: A reminder that was out of reach and no longer is.
FOUND = """
WITH found AS (
    UPDATE routing_reminder told SET reached_at = %(now)s
    FROM reminder_reached reached WHERE told.id = reached.id AND told.reached_at IS NULL
    RETURNING told.id
)
UPDATE routing_reminderalarm alarm SET "end" = 'found', ended_at = %(now)s
FROM found WHERE alarm.reminder_id = found.id AND alarm."end" = ''
"""
LOST = """
UPDATE routing_reminder told SET reached_at = NULL
FROM reminder_waiting waiting LEFT JOIN reminder_reached reached ON reached.id = waiting.id
WHERE told.id = waiting.id AND reached.id IS NULL AND told.reached_at IS NOT NULL
"""

#: Never silence: what nobody could get is raised where the head looks, again when a term came anew.
ALARM = """
INSERT INTO routing_reminderalarm (reminder_id, raised_at, "end", note)
SELECT id, %(now)s, '', '' FROM routing_reminder
WHERE reached_at IS NULL AND withdrawn_at IS NULL
ON CONFLICT (reminder_id) DO UPDATE SET "end" = '', ended_at = NULL, raised_at = excluded.raised_at
WHERE routing_reminderalarm."end" IN ('ended', 'found')
"""
