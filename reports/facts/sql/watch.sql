-- Each entry of the journal makes the facts of its appeal old, in the entry's own transaction:
-- whatever the order in which transactions commit, none can be missed. One row per statement.
CREATE FUNCTION reports_note_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_staleappeal (appeal_id) SELECT DISTINCT appeal_id FROM fresh;
    RETURN NULL;
END $$;

CREATE TRIGGER facts_follow_journal AFTER INSERT ON appeals_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION reports_note_stale();

-- What was registered before facts were kept.
INSERT INTO reports_staleappeal (appeal_id) SELECT id FROM appeals_appeal;
INSERT INTO reports_factsstate (version) VALUES (0);

-- The grain of days laid out: one row per open appeal, or referral, per day.
CREATE VIEW reports_openday AS
    SELECT o.appeal_id, o.referral_id, day::date AS day, o.status,
           COALESCE(o.overdue_from <= day::date, false) AS is_overdue
    FROM reports_openfact o
    CROSS JOIN LATERAL generate_series(
        o.first_on,
        COALESCE(o.last_on, (now() AT TIME ZONE 'Asia/Baku')::date - 1),
        interval '1 day'
    ) AS day;
