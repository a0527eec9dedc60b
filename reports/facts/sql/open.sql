-- Days at whose end an appeal was open: the state its last entry of a day left it in holds until
-- the day before its next entry. Entries tell only what changed, so the status and the term are
-- carried on: the greatest of "sequence, value" so far is the latest value told.
INSERT INTO reports_openfact (
    appeal_id, referral_id, first_on, last_on, status, overdue_from, kind, topic_id, region_id,
    channel, language, structure_id, registrar_id, owner_id, closer_id, outcome_id, ground_id,
    is_restricted, is_merged
)
SELECT days.appeal_id, NULL, day, next_day - 1, days.status,
    CASE WHEN days.status <> 'waiting' AND due <> ''
         THEN (due::timestamptz AT TIME ZONE 'Asia/Baku')::date END,
    f.kind, f.topic_id, f.region_id, f.channel, f.language, f.structure_id, f.registrar_id,
    f.owner_id, f.closer_id, f.outcome_id, f.ground_id, f.is_restricted, f.is_merged
FROM (
    SELECT *, lead(day) OVER (PARTITION BY appeal_id ORDER BY sequence) AS next_day
    FROM (
        SELECT e.appeal_id, e.sequence,
            (max(e.at) OVER w AT TIME ZONE 'Asia/Baku')::date AS day,
            substr(max(lpad(e.sequence::text, 10, '0') || (e.changes -> 'status' ->> 1)) OVER w, 11)
                AS status,
            substr(max(lpad(e.sequence::text, 10, '0')
                || CASE WHEN jsonb_exists(e.changes, 'due_at')
                        THEN COALESCE(e.changes -> 'due_at' ->> 1, '') END) OVER w, 11) AS due
        FROM facts_todo t
        JOIN appeals_entry e ON e.appeal_id = t.appeal_id
        WHERE jsonb_exists_any(e.changes, ARRAY['status', 'due_at'])
        WINDOW w AS (PARTITION BY e.appeal_id ORDER BY e.sequence)
    ) told
) days
JOIN reports_appealfact f ON f.appeal_id = days.appeal_id
WHERE (next_day IS NULL OR next_day > day) AND days.status = ANY(%(open)s);

INSERT INTO reports_openfact (appeal_id, referral_id, first_on, last_on, status, overdue_from)
SELECT days.appeal_id, referral_id, day, next_day - 1, days.status,
    (r.due_at AT TIME ZONE 'Asia/Baku')::date
FROM (
    SELECT s.*, s.started_on AS day,
        lead(s.started_on) OVER (PARTITION BY s.referral_id ORDER BY s.sequence) AS next_day
    FROM facts_todo t
    JOIN reports_stepfact s ON s.appeal_id = t.appeal_id
    WHERE s.referral_id IS NOT NULL
) days
JOIN routing_referral r ON r.id = days.referral_id
WHERE (next_day IS NULL OR next_day > day) AND days.status = ANY(%(referral_open)s);
