"""Applicants, appeals, the journal, terms, files, notices."""

from appeals.models.appeal import Appeal, AppealLink, AppealPerson, RegistrationYear
from appeals.models.applicant import Applicant, ApplicantVersion, Contact
from appeals.models.attachment import Attachment
from appeals.models.bulk import BulkLine, BulkRun, BulkState, LineState
from appeals.models.draft import Draft
from appeals.models.entry import Entry, Note
from appeals.models.merge import AppealMerge
from appeals.models.notice import Letter, Notice, NoticeTemplate
from appeals.models.rating import Rating
from appeals.models.recomputation import MovedTerm, Recomputation
from appeals.models.reference import Ground, Outcome, Region, Topic, TopicQuestion
from appeals.models.saved_view import ListColumns, SavedView
from appeals.models.term import Clock, ClockSegment, Extension, TermRule
from appeals.models.watch import Watch
from appeals.models.word import NameWord, Word, WordsRead
from appeals.reception.models import Reception, ReceptionFeed, ReceptionOfficial, ReceptionSlot

__all__ = [
    "Appeal",
    "AppealLink",
    "AppealMerge",
    "AppealPerson",
    "Applicant",
    "ApplicantVersion",
    "Attachment",
    "BulkLine",
    "BulkRun",
    "BulkState",
    "Clock",
    "ClockSegment",
    "Contact",
    "Draft",
    "Entry",
    "Extension",
    "Ground",
    "Letter",
    "LineState",
    "ListColumns",
    "MovedTerm",
    "NameWord",
    "Note",
    "Notice",
    "NoticeTemplate",
    "Outcome",
    "Rating",
    "Reception",
    "ReceptionFeed",
    "ReceptionOfficial",
    "ReceptionSlot",
    "Recomputation",
    "Region",
    "RegistrationYear",
    "SavedView",
    "TermRule",
    "Topic",
    "TopicQuestion",
    "Watch",
    "Word",
    "WordsRead",
]
