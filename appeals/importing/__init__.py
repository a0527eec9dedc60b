"""Journals of other systems as files: read, translated by a mapping, written in batches.

A mapping (TOML) says which column is which and what each value means here; `examples/` holds some.
Nothing is guessed: a value that is not named is refused with its row, its column and the reason.
"""
