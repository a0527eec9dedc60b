"""The way to the head of the Apparatus through electronic document circulation (charter 4.0.9): a memo
with its metadata goes out once, and what comes back is kept and told."""
