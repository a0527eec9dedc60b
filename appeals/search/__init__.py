"""Finding appeals and applicants by whatever was typed, always inside what the reader may see."""

from appeals.search.finding import (
    LONGEST_QUERY,
    Finding,
    exact,
    find,
    find_applicants,
    narrow,
)
from appeals.search.snippet import snippet, with_beginnings

__all__ = [
    "LONGEST_QUERY",
    "Finding",
    "exact",
    "find",
    "find_applicants",
    "narrow",
    "snippet",
    "with_beginnings",
]
