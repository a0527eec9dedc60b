-- The differences collected in facts_delta become part of the days; days of nothing are dropped.
INSERT INTO reports_dayfact AS d (
    day, dimension, key, is_restricted, received, at_once, held, repeats, referred, ended,
    set_aside, timed, late, extended, returned, reworked, reopened, rated, rating, opened, fell_due
)
SELECT day, dimension, key, is_restricted, sum(received), sum(at_once), sum(held), sum(repeats),
    sum(referred), sum(ended), sum(set_aside), sum(timed), sum(late), sum(extended), sum(returned),
    sum(reworked), sum(reopened), sum(rated), sum(rating), sum(opened), sum(fell_due)
FROM facts_delta
GROUP BY day, dimension, key, is_restricted
HAVING (sum(received), sum(at_once), sum(held), sum(repeats), sum(referred), sum(ended),
    sum(set_aside), sum(timed), sum(late), sum(extended), sum(returned), sum(reworked),
    sum(reopened), sum(rated), sum(rating), sum(opened), sum(fell_due))
    <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
ON CONFLICT (dimension, day, key, is_restricted) DO UPDATE SET
    received = d.received + excluded.received, at_once = d.at_once + excluded.at_once,
    held = d.held + excluded.held, repeats = d.repeats + excluded.repeats,
    referred = d.referred + excluded.referred, ended = d.ended + excluded.ended,
    set_aside = d.set_aside + excluded.set_aside, timed = d.timed + excluded.timed,
    late = d.late + excluded.late, extended = d.extended + excluded.extended,
    returned = d.returned + excluded.returned, reworked = d.reworked + excluded.reworked,
    reopened = d.reopened + excluded.reopened, rated = d.rated + excluded.rated,
    rating = d.rating + excluded.rating, opened = d.opened + excluded.opened,
    fell_due = d.fell_due + excluded.fell_due;

DELETE FROM reports_dayfact d
USING (SELECT DISTINCT dimension, day, key, is_restricted FROM facts_delta) touched
WHERE d.dimension = touched.dimension AND d.day = touched.day AND d.key = touched.key
  AND d.is_restricted = touched.is_restricted
  AND d.received = 0 AND d.ended = 0 AND d.opened = 0 AND d.fell_due = 0;
