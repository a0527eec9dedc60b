-- The months of the appeals in facts_todo are no longer marked as their facts are.
DELETE FROM reports_monthmark m
USING (
    SELECT 'came' AS clock, date_trunc('month', f.registered_on)::date AS month
    FROM facts_todo t JOIN reports_appealfact f USING (appeal_id)
    UNION
    SELECT 'ended', date_trunc('month', f.closed_on)::date
    FROM facts_todo t JOIN reports_appealfact f USING (appeal_id)
    WHERE f.closed_on IS NOT NULL
) old
WHERE m.clock = old.clock AND m.month = old.month;
