-- Facts of the appeals listed in the temporary table facts_todo. What an appeal is cut by is read
-- from its row, where a correction has put it right; what happened to it from its journal.
INSERT INTO reports_appealfact (
    appeal_id, kind, topic_id, region_id, channel, language, structure_id, registrar_id, owner_id,
    closer_id, applicant_id, outcome_id, ground_id, status, is_restricted, is_merged, is_open,
    registered_on, closed_on, due_at, is_first_contact, came_back, is_repeat, is_late, took,
    referrals, returns, reworks, reopenings, extensions, rating
)
SELECT
    a.id, a.kind, a.topic_id, a.region_id, a.channel, a.language, a.responsible_id,
    a.registered_by_id, a.owner_id,
    CASE WHEN a.closed_at IS NOT NULL THEN j.closer_id END,
    a.applicant_id, a.outcome_id, a.ground_id, a.status, a.is_restricted,
    a.merged_into_id IS NOT NULL, a.is_open,
    (a.registered_at AT TIME ZONE 'Asia/Baku')::date,
    (a.closed_at AT TIME ZONE 'Asia/Baku')::date,
    a.due_at, a.is_first_contact,
    CASE WHEN a.is_first_contact THEN EXISTS (
        SELECT FROM appeals_appeal b
        WHERE b.id <> a.id AND b.topic_id = a.topic_id AND b.visit <> a.visit
          AND b.merged_into_id IS NULL
          AND b.registered_at > a.registered_at
          AND b.registered_at <= a.registered_at + make_interval(days => %(repeat_days)s)
          AND (b.applicant_id = a.applicant_id
               OR (a.applicant_id IS NULL AND a.caller_phone <> ''
                   AND b.caller_phone = a.caller_phone AND b.applicant_id IS NULL))
    ) END,
    a.repeat_of_id IS NOT NULL,
    CASE WHEN a.closed_at IS NOT NULL THEN a.closed_at > a.due_at END,
    round(extract(epoch FROM a.closed_at - a.registered_at) / 8640)::int,
    COALESCE(j.referrals, 0), COALESCE(j.returns, 0), COALESCE(j.reworks, 0),
    COALESCE(j.reopenings, 0), COALESCE(x.extensions, 0),
    CASE WHEN a.closed_at IS NOT NULL THEN g.score END
FROM facts_todo t
JOIN appeals_appeal a ON a.id = t.appeal_id
LEFT JOIN (
    SELECT e.appeal_id,
        count(*) FILTER (WHERE e.kind = 'referral.send') AS referrals,
        count(*) FILTER (WHERE e.kind = 'referral.return') AS returns,
        count(*) FILTER (WHERE e.kind = 'referral.rework') AS reworks,
        count(*) FILTER (WHERE e.kind = 'reopen') AS reopenings,
        (array_agg(e.actor_id ORDER BY e.sequence DESC)
            FILTER (WHERE e.changes -> 'status' ->> 1 IN ('closed', 'left')))[1] AS closer_id,
        (array_agg(e.id ORDER BY e.sequence DESC)
            FILTER (WHERE e.changes -> 'status' ->> 1 IN ('closed', 'left')))[1] AS ending_id
    FROM facts_todo t
    JOIN appeals_entry e ON e.appeal_id = t.appeal_id
    GROUP BY e.appeal_id
) j ON j.appeal_id = a.id
-- A rating is of the end it was given for: an appeal that ended anew is not rated until it is again.
LEFT JOIN appeals_rating g ON g.ending_id = j.ending_id
LEFT JOIN (
    SELECT c.appeal_id, count(*) AS extensions
    FROM facts_todo t
    JOIN appeals_clock c ON c.appeal_id = t.appeal_id AND c.use = 'appeal'
    JOIN appeals_extension x ON x.clock_id = c.id AND x.state = 'granted'
    GROUP BY c.appeal_id
) x ON x.appeal_id = a.id;
