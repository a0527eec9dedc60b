"""Speed, measured through the running stack on a database of its own; see README.md here."""
