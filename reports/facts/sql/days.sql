-- What the facts of the appeals in facts_todo add to the days, times the sign, into facts_delta:
-- by the day of registration, by the day of the end, and by the days at whose end they were open.
-- Merged appeals are counted with the one they were merged into.
INSERT INTO facts_delta
WITH told AS (
    SELECT f.*
    FROM facts_todo t JOIN reports_appealfact f USING (appeal_id)
    WHERE NOT f.is_merged
), counted AS (
    SELECT registered_on AS day, is_restricted, kind, topic_id, region_id, channel, language,
        structure_id, registrar_id, outcome_id, ground_id,
        1 AS received, is_first_contact::int AS at_once,
        (is_first_contact AND NOT came_back)::int AS held, is_repeat::int AS repeats,
        (structure_id IS NOT NULL)::int AS referred, (extensions > 0)::int AS extended,
        (returns > 0)::int AS returned, (reworks > 0)::int AS reworked,
        (reopenings > 0)::int AS reopened,
        0 AS ended, 0 AS set_aside, 0 AS timed, 0 AS late, 0 AS rated, 0 AS rating,
        0 AS opened, 0 AS fell_due
    FROM told
    UNION ALL
    SELECT closed_on, is_restricted, kind, topic_id, region_id, channel, language,
        structure_id, registrar_id, outcome_id, ground_id,
        0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, (status = 'left')::int, (due_at IS NOT NULL)::int, COALESCE(is_late, false)::int,
        (rating IS NOT NULL)::int, COALESCE(rating, 0), 0, 0
    FROM told
    WHERE closed_on IS NOT NULL
    UNION ALL
    SELECT d.day, told.is_restricted, told.kind, told.topic_id, told.region_id, told.channel,
        told.language, told.structure_id, told.registrar_id, told.outcome_id, told.ground_id,
        0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, d.opened, d.fell_due
    FROM told
    JOIN reports_openfact o ON o.appeal_id = told.appeal_id
    CROSS JOIN LATERAL (VALUES
        (o.first_on, 1, 0),
        (o.last_on + 1, -1, 0),
        (GREATEST(o.first_on, o.overdue_from), 0, 1),
        (o.last_on + 1, 0, -1)
    ) AS d (day, opened, fell_due)
    WHERE o.referral_id IS NULL AND d.day IS NOT NULL
      AND (d.fell_due = 0 OR o.overdue_from IS NOT NULL
           AND (o.last_on IS NULL OR o.overdue_from <= o.last_on))
)
SELECT day,
    CASE WHEN grouping(kind) = 0 THEN 'kind'
         WHEN grouping(topic_id) = 0 THEN 'topic'
         WHEN grouping(region_id) = 0 THEN 'region'
         WHEN grouping(channel) = 0 THEN 'channel'
         WHEN grouping(language) = 0 THEN 'language'
         WHEN grouping(structure_id) = 0 THEN 'structure'
         WHEN grouping(registrar_id) = 0 THEN 'operator'
         WHEN grouping(outcome_id) = 0 THEN 'outcome'
         WHEN grouping(ground_id) = 0 THEN 'ground'
         ELSE '' END,
    COALESCE(kind, topic_id::text, region_id::text, channel, language, structure_id::text,
        registrar_id::text, outcome_id::text, ground_id::text, ''),
    is_restricted,
    %(sign)s * sum(received), %(sign)s * sum(at_once), %(sign)s * sum(held),
    %(sign)s * sum(repeats), %(sign)s * sum(referred), %(sign)s * sum(ended),
    %(sign)s * sum(set_aside), %(sign)s * sum(timed), %(sign)s * sum(late),
    %(sign)s * sum(extended), %(sign)s * sum(returned), %(sign)s * sum(reworked),
    %(sign)s * sum(reopened), %(sign)s * sum(rated), %(sign)s * sum(rating),
    %(sign)s * sum(opened), %(sign)s * sum(fell_due)
FROM counted
GROUP BY GROUPING SETS (
    (day, is_restricted),
    (day, is_restricted, kind), (day, is_restricted, topic_id), (day, is_restricted, region_id),
    (day, is_restricted, channel), (day, is_restricted, language),
    (day, is_restricted, structure_id), (day, is_restricted, registrar_id),
    (day, is_restricted, outcome_id), (day, is_restricted, ground_id)
);
