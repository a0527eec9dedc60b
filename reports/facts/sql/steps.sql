-- Stays in a status, from the entry that led there to the one that led on.
INSERT INTO reports_stepfact (
    appeal_id, referral_id, sequence, status, action, actor_id, started_at, ended_at, started_on,
    dwelt
)
SELECT appeal_id, referral_id, sequence, status, kind, actor_id, at, ended_at,
    (at AT TIME ZONE 'Asia/Baku')::date, extract(epoch FROM ended_at - at)::bigint
FROM (
    SELECT e.appeal_id, NULL::bigint AS referral_id, e.sequence,
        e.changes -> 'status' ->> 1 AS status, e.kind, e.actor_id, e.at,
        lead(e.at) OVER (PARTITION BY e.appeal_id ORDER BY e.sequence) AS ended_at
    FROM facts_todo t
    JOIN appeals_entry e ON e.appeal_id = t.appeal_id
    WHERE jsonb_exists(e.changes, 'status')
    UNION ALL
    SELECT e.appeal_id, e.referral_ref, e.sequence,
        COALESCE(e.changes -> 'referral_status' ->> 1, 'sent'), e.kind, e.actor_id, e.at,
        lead(e.at) OVER (PARTITION BY e.referral_ref ORDER BY e.sequence)
    FROM facts_todo t
    JOIN appeals_entry e ON e.appeal_id = t.appeal_id
    WHERE e.referral_ref IS NOT NULL
      AND (e.kind = 'referral.send' OR jsonb_exists(e.changes, 'referral_status'))
) moves;
