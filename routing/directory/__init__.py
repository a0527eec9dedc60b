"""The directory of structures: a dated tree, who works where, and what each answers for."""
