"""The statements of the sweep: each works on all rows at once, and twice in a row changes nothing.

`%(now)s` is the moment of the sweep, `%(today)s` its day in Baku.
"""

#: The moments of a sweep, as rows; dropped by its end.
MOMENTS = """
CREATE TEMP TABLE reminder_moment (
    clock_id bigint, started_on date, due_at timestamptz,
    percent smallint, days_after smallint, at timestamptz
) ON COMMIT DROP
"""

FILL = """
INSERT INTO reminder_moment (clock_id, started_on, due_at, percent, days_after, at)
SELECT * FROM unnest(
    %(clock)s::bigint[], %(started)s::date[], %(due)s::timestamptz[],
    %(percent)s::smallint[], %(days)s::smallint[], %(at)s::timestamptz[]
)
"""

#: Clocks that once stood still have moments of their own and are kept out of the plain courses.
STOOD = """EXISTS (
    SELECT 1 FROM appeals_clocksegment stood WHERE stood.clock_id = {clock} AND NOT stood.is_running
)"""
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

_TERM = """CASE WHEN step.percent < 100 THEN 'x' || (
        SELECT count(*) FROM appeals_extension given
        WHERE given.clock_id = clock.id AND given.state = 'granted'
    ) ELSE to_char(clock.due_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS') END"""

_INSERT = """
INSERT INTO routing_reminder (
    appeal_id, referral_id, clock_id, percent, days_after, target, term, by_screen, by_email,
    due_at, remind_at, made_at
)
SELECT appeal_id, referral_id, clock_id, percent, days_after, target, term, by_screen, by_email,
    due_at, at, %(now)s
FROM reached
WHERE NOT EXISTS (
    SELECT 1 FROM routing_reminder told
    WHERE told.clock_id = reached.clock_id AND told.percent = reached.percent
      AND told.days_after = reached.days_after AND told.target = reached.target
      AND told.withdrawn_at IS NULL AND (told.term = reached.term OR told.made_at >= reached.at)
)
ORDER BY at, percent, days_after, clock_id
ON CONFLICT (clock_id, percent, days_after, target, term) DO UPDATE SET
    withdrawn_at = NULL, reached_at = NULL, due_at = excluded.due_at,
    remind_at = excluded.remind_at, made_at = excluded.made_at,
    by_screen = excluded.by_screen, by_email = excluded.by_email
WHERE routing_reminder.withdrawn_at IS NOT NULL
"""

_PASSED = "moment.at <= %(now)s AND (step.since IS NULL OR moment.at >= step.since)"
_STEP = f"""clock.id AS clock_id, step.percent, step.days_after, step.target,
    {_TERM} AS term, step.by_screen, step.by_email, clock.due_at, moment.at"""
_PLAIN = f"""JOIN reminder_moment moment ON moment.clock_id IS NULL
    AND moment.started_on = (clock.started_at AT TIME ZONE 'Asia/Baku')::date
    AND moment.due_at = clock.due_at
    AND moment.percent = step.percent AND moment.days_after = step.days_after
WHERE clock.unit = 'working_days' AND NOT {STOOD.format(clock="clock.id")} AND {_PASSED}"""
_OWN = f"""JOIN reminder_moment moment ON moment.clock_id = clock.id
    AND moment.percent = step.percent AND moment.days_after = step.days_after
WHERE {_PASSED}"""

_REFERRALS = f"""SELECT referral.appeal_id, referral.id AS referral_id, {_STEP}
    FROM routing_referral referral
    JOIN appeals_clock clock ON clock.id = referral.clock_id AND clock.stopped_at IS NULL
    JOIN routing_ladderstep step ON step.kind = referral.kind AND step.is_active"""
#: A structure that has the appeal is reminded of its own term; the end of the appeal's is told anyway.
_APPEALS = f"""SELECT appeal.id AS appeal_id, NULL::bigint AS referral_id, {_STEP}
    FROM appeals_appeal appeal
    JOIN appeals_clock clock ON clock.appeal_id = appeal.id AND clock.use = 'appeal'
        AND clock.stopped_at IS NULL
    JOIN routing_ladderstep step ON step.kind = 'appeal' AND step.is_active"""
_OF_REFERRAL = "AND referral.is_open"
_OF_APPEAL = """AND appeal.is_open AND (step.percent = 100 OR NOT EXISTS (
        SELECT 1 FROM routing_referral held
        WHERE held.appeal_id = appeal.id AND held.is_open AND held.main_id IS NULL
          AND held.kind NOT IN ('consultation', 'document', 'information')
    ))"""

MAKE_FOR_REFERRALS = f"""WITH reached AS (
    {_REFERRALS} {_PLAIN} {_OF_REFERRAL}
    UNION ALL
    {_REFERRALS} {_OWN} {_OF_REFERRAL}
) {_INSERT}"""
MAKE_FOR_APPEALS = f"""WITH reached AS (
    {_APPEALS} {_PLAIN} {_OF_APPEAL}
    UNION ALL
    {_APPEALS} {_OWN} {_OF_APPEAL}
) {_INSERT}"""

#: Whom each unreached reminder goes to: the first of its circles in which somebody is there today.
#: Whoever replaces a person on the day is reminded too; a person complained about never is.
ADDRESS = """
WITH waiting AS (
    SELECT told.id, told.target, told.by_screen, told.by_email, told.appeal_id,
        referral.kind, referral.executor_id, referral.structure_id, referral.sent_by_id,
        appeal.owner_id, appeal.complained_user_id, appeal.is_restricted
    FROM routing_reminder told
    JOIN appeals_appeal appeal ON appeal.id = told.appeal_id
    LEFT JOIN routing_referral referral ON referral.id = told.referral_id
    WHERE told.reached_at IS NULL AND told.withdrawn_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM routing_reminderalarm alarm
        WHERE alarm.reminder_id = told.id AND alarm."end" = 'handled'
    )
), placed AS (
    SELECT structure_id, user_id, position FROM people_placement
    WHERE valid_from <= %(today)s AND (valid_to IS NULL OR valid_to >= %(today)s)
), ours AS (
    SELECT *, referral.kind IS NOT NULL AND referral.kind <> 'outside' AS is_theirs
    FROM waiting referral
), named AS (
    SELECT id, 1 AS circle, executor_id AS person FROM ours
    WHERE target = 'executor' AND is_theirs
    UNION ALL
    SELECT ours.id, CASE WHEN placed.position = 'executor' THEN 3 ELSE 2 END, placed.user_id
    FROM ours JOIN placed USING (structure_id) WHERE ours.target = 'executor' AND ours.is_theirs
    UNION ALL
    SELECT ours.id, 1, placed.user_id FROM ours JOIN placed USING (structure_id)
    WHERE ours.target = 'structure_head' AND ours.is_theirs
      AND placed.position IN ('head', 'substitute')
    UNION ALL
    SELECT id, 1, owner_id FROM ours WHERE target = 'executor' AND NOT is_theirs
    UNION ALL
    SELECT id, 2, sent_by_id FROM ours WHERE target = 'executor' AND NOT is_theirs
    UNION ALL
    SELECT ours.id, CASE WHEN ours.target = 'sector_head' THEN 1 ELSE 3 END, head.id
    FROM ours JOIN people_user head ON head.role = 'sector_head'
    WHERE ours.target = 'sector_head'
       OR (NOT ours.is_theirs AND ours.target IN ('executor', 'structure_head'))
       OR (ours.is_restricted AND ours.target = 'management')
    UNION ALL
    SELECT ours.id, 1, manager.id FROM ours JOIN people_user manager ON manager.role = 'management'
    WHERE ours.target = 'management' AND NOT ours.is_restricted
), acting AS (
    SELECT id AS person, id AS user_id, NULL::bigint AS in_place_of FROM people_user WHERE is_active
    UNION ALL
    SELECT given.principal_id, given.delegate_id, given.principal_id
    FROM people_delegation given JOIN people_user delegate
        ON delegate.id = given.delegate_id AND delegate.is_active
    WHERE given.valid_from <= %(today)s AND (given.valid_to IS NULL OR given.valid_to >= %(today)s)
), found AS (
    SELECT named.id, named.circle, acting.user_id, acting.in_place_of
    FROM named JOIN acting USING (person) JOIN waiting USING (id)
    WHERE acting.user_id IS DISTINCT FROM waiting.complained_user_id
), nearest AS (
    SELECT id, min(circle) AS circle FROM found GROUP BY id
), chosen AS (
    SELECT DISTINCT ON (found.id, found.user_id) found.id, found.user_id, found.in_place_of
    FROM found JOIN nearest USING (id, circle)
    ORDER BY found.id, found.user_id, found.in_place_of NULLS FIRST
)
INSERT INTO routing_reminderto (reminder_id, user_id, in_place_of_id, channel, state, made_at)
SELECT waiting.id, chosen.user_id, chosen.in_place_of, way.channel, 'owed', %(now)s
FROM chosen JOIN waiting USING (id)
JOIN people_user reader ON reader.id = chosen.user_id
CROSS JOIN LATERAL (VALUES
    ('screen', waiting.by_screen OR reader.email = ''),
    ('email', waiting.by_email AND reader.email <> '')
) AS way (channel, is_used)
WHERE way.is_used
ON CONFLICT (reminder_id, user_id, channel) DO UPDATE
SET state = 'owed', made_at = excluded.made_at, mail_id = NULL
WHERE routing_reminderto.state = 'withdrawn'
"""

REACHED = """
WITH found AS (
    UPDATE routing_reminder told SET reached_at = %(now)s
    WHERE told.reached_at IS NULL AND told.withdrawn_at IS NULL AND EXISTS (
        SELECT 1 FROM routing_reminderto row WHERE row.reminder_id = told.id AND row.state = 'owed'
    )
    RETURNING told.id
)
UPDATE routing_reminderalarm alarm SET "end" = 'found', ended_at = %(now)s
FROM found WHERE alarm.reminder_id = found.id AND alarm."end" = ''
"""

#: Never silence: what nobody could get is raised where the head looks, again when a term came anew.
ALARM = """
INSERT INTO routing_reminderalarm (reminder_id, raised_at, "end", note)
SELECT id, %(now)s, '', '' FROM routing_reminder
WHERE reached_at IS NULL AND withdrawn_at IS NULL
ON CONFLICT (reminder_id) DO UPDATE SET "end" = '', ended_at = NULL, raised_at = excluded.raised_at
WHERE routing_reminderalarm."end" IN ('ended', 'found')
"""
