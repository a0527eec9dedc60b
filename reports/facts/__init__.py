"""Facts: what the journal tells, laid out for counting; thrown away and rebuilt at any time."""
