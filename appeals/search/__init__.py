"""Finding appeals and applicants by whatever was typed, always inside what the reader may see."""

from appeals.search.finding import (
    LONGEST_QUERY,
    Finding,
    exact,
    find,
    find_applicants,
    narrow,
    numbers_of,
    words_of,
)
from appeals.search.places import know_place, place_of
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
    "know_place",
    "narrow",
    "numbers_of",
    "place_of",
    "snippet",
    "with_beginnings",
    "words_of",
]
