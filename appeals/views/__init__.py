"""The pages of appeals: the desk, the lists and search, the page of one appeal, its steps."""

from appeals.views.applicants import (
    applicant,
    applicant_edit,
    applicant_reveal,
    contact_drop,
    contact_prefer,
)
from appeals.views.bulk import bulk_go, bulk_new, bulk_run
from appeals.views.calendar import (
    calendar_change,
    calendar_do,
    calendar_effect,
    calendar_new,
    calendar_year,
)
from appeals.views.desk import applicants_find, desk
from appeals.views.dictionaries import dictionaries, dictionary, dictionary_row
from appeals.views.drafts import draft_drop, draft_save, drafts
from appeals.views.files import (
    appeal_files,
    draft_file_drop,
    draft_files,
    file,
    file_detach,
    file_preview,
)
from appeals.views.gateway import gateway_sms
from appeals.views.journal import (
    appeal_journal,
    appeal_people,
    appeal_presence,
    appeal_watch,
)
from appeals.views.letters import letter, letter_do, letter_file, letters, letters_do, letters_print
from appeals.views.lists import appeals, search
from appeals.views.notices import notice, notice_again, notice_numbers, notice_told, notices
from appeals.views.page import appeal, appeal_reveal
from appeals.views.rating import (
    dissatisfied,
    rate,
    rate_complaint,
    rating_complaint,
    rating_handled,
)
from appeals.views.relations import appeal_unlink
from appeals.views.saved import list_columns, view_drop, view_edit, view_new, views_counted
from appeals.views.state import state, state_code
from appeals.views.steps import appeal_do
from appeals.views.terms import appeal_repeat, appeal_term
from appeals.views.typing import (
    desk_again,
    desk_card,
    desk_check,
    desk_questions,
    desk_similar,
    desk_term,
    desk_who,
)

__all__ = [
    "appeal",
    "appeal_do",
    "appeal_files",
    "appeal_journal",
    "appeal_people",
    "appeal_presence",
    "appeal_repeat",
    "appeal_reveal",
    "appeal_term",
    "appeal_unlink",
    "appeal_watch",
    "appeals",
    "applicant",
    "applicant_edit",
    "applicant_reveal",
    "applicants_find",
    "bulk_go",
    "bulk_new",
    "bulk_run",
    "calendar_change",
    "calendar_do",
    "calendar_effect",
    "calendar_new",
    "calendar_year",
    "contact_drop",
    "contact_prefer",
    "desk",
    "desk_again",
    "desk_card",
    "desk_check",
    "desk_questions",
    "desk_similar",
    "desk_term",
    "desk_who",
    "dictionaries",
    "dictionary",
    "dictionary_row",
    "dissatisfied",
    "draft_drop",
    "draft_file_drop",
    "draft_files",
    "draft_save",
    "drafts",
    "file",
    "file_detach",
    "file_preview",
    "gateway_sms",
    "letter",
    "letter_do",
    "letter_file",
    "letters",
    "letters_do",
    "letters_print",
    "list_columns",
    "notice",
    "notice_again",
    "notice_numbers",
    "notice_told",
    "notices",
    "rate",
    "rate_complaint",
    "rating_complaint",
    "rating_handled",
    "search",
    "state",
    "state_code",
    "view_drop",
    "view_edit",
    "view_new",
    "views_counted",
]
