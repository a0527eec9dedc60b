"""The pages of appeals: the desk, the lists and search, the page of one appeal, its steps."""

from appeals.views.desk import applicants_find, desk
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
    "desk",
    "draft_file_drop",
    "draft_files",
    "file",
    "file_preview",
    "search",
]
