"""The pages of appeals: the desk, the lists and search, the page of one appeal, its steps."""

from appeals.views.calendar import (
    calendar_change,
    calendar_do,
    calendar_effect,
    calendar_new,
    calendar_year,
)
from appeals.views.desk import applicants_find, desk
from appeals.views.dictionaries import dictionaries, dictionary, dictionary_row
from appeals.views.files import (
    appeal_files,
    draft_file_drop,
    draft_files,
    file,
    file_preview,
)
from appeals.views.lists import appeals, search
from appeals.views.page import appeal, appeal_reveal
from appeals.views.relations import appeal_unlink
from appeals.views.steps import appeal_do
from appeals.views.terms import appeal_term

__all__ = [
    "appeal",
    "appeal_do",
    "appeal_files",
    "appeal_reveal",
    "appeal_term",
    "appeals",
    "appeal_unlink",
    "applicants_find",
    "calendar_change",
    "calendar_do",
    "calendar_effect",
    "calendar_new",
    "calendar_year",
    "desk",
    "dictionaries",
    "dictionary",
    "dictionary_row",
    "draft_file_drop",
    "draft_files",
    "file",
    "file_preview",
    "search",
]
