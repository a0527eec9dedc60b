"""Finding appeals and applicants by whatever was typed, always inside what the reader may see."""

from appeals.search.finding import (
    LONGEST_QUERY,
    Finding,
    exact,
    find,
    find_applicants,
    narrow,
)
from appeals.search.reading import by_index, in_order, is_common
from appeals.search.snippet import snippet, with_beginnings

__all__ = [
    "LONGEST_QUERY",
    "Finding",
    "by_index",
    "exact",
    "find",
    "find_applicants",
    "in_order",
    "is_common",
    "narrow",
    "snippet",
    "with_beginnings",
]
