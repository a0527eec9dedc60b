-- Facts of the referrals of the appeals listed in facts_todo.
INSERT INTO reports_referralfact (
    referral_id, appeal_id, kind, structure_id, status, is_open, sent_on, answered_on, finished_on,
    due_at, is_late, took, reworks, is_returned, appeal_kind, topic_id, region_id, channel,
    language, is_restricted, registrar_id, owner_id, complained_user_id
)
SELECT r.id, r.appeal_id, r.kind, r.structure_id, r.status, r.is_open,
    (r.sent_at AT TIME ZONE 'Asia/Baku')::date,
    (r.answered_at AT TIME ZONE 'Asia/Baku')::date,
    (r.finished_at AT TIME ZONE 'Asia/Baku')::date,
    r.due_at, r.is_late, round(extract(epoch FROM r.answered_at - r.sent_at) / 8640)::int,
    r.rework_count, r.status = 'returned', a.kind, a.topic_id, a.region_id, a.channel, a.language,
    a.is_restricted, a.registered_by_id, a.owner_id, a.complained_user_id
FROM facts_todo t
JOIN routing_referral r ON r.appeal_id = t.appeal_id
JOIN appeals_appeal a ON a.id = r.appeal_id;
