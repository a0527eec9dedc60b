DROP VIEW reports_openday;
DROP TRIGGER facts_follow_journal ON appeals_entry;
DROP FUNCTION reports_note_stale();
