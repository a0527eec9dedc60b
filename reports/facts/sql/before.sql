-- Appeals answered at once shortly before one to do, by the same applicant or number: by the
-- applicant of now and by the one the facts still name.
INSERT INTO facts_todo
SELECT DISTINCT b.id
FROM (
    SELECT a.id, a.registered_at, a.applicant_id, a.caller_phone
    FROM facts_todo t JOIN appeals_appeal a ON a.id = t.appeal_id
    UNION
    SELECT a.id, a.registered_at, f.applicant_id, a.caller_phone
    FROM facts_todo t
    JOIN reports_appealfact f USING (appeal_id)
    JOIN appeals_appeal a ON a.id = t.appeal_id
) now
JOIN appeals_appeal b
  ON b.registered_at < now.registered_at
 AND b.registered_at >= now.registered_at - make_interval(days => %(repeat_days)s)
 AND b.is_first_contact
 AND (b.applicant_id = now.applicant_id
      OR (b.applicant_id IS NULL AND b.caller_phone <> '' AND b.caller_phone = now.caller_phone))
ON CONFLICT DO NOTHING;
