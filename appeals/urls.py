"""Addresses of the desk, the lists and the appeals."""

from django.urls import include, path, register_converter
from django.urls.converters import PathConverter

from appeals import views


class NumberConverter(PathConverter):
    """A registration number, slashes included; "12/refer" is a step of an appeal, not a number."""

    regex = r"(?!\d+/[a-z])(?=[^?]*\d).+?"


register_converter(NumberConverter, "number")

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/who/", views.desk_who, name="desk-who"),
    path("desk/card/", views.desk_card, name="desk-card"),
    path("desk/questions/", views.desk_questions, name="desk-questions"),
    path("desk/term/", views.desk_term, name="desk-term"),
    path("desk/check/", views.desk_check, name="desk-check"),
    path("desk/similar/", views.desk_similar, name="desk-similar"),
    path("desk/again/<int:pk>/", views.desk_again, name="desk-again"),
    path("drafts/", views.drafts, name="drafts"),
    path("drafts/<uuid:client_id>/", views.draft_save, name="draft-save"),
    path("drafts/<uuid:client_id>/drop/", views.draft_drop, name="draft-drop"),
    path("search/", views.search, name="search"),
    path("applicants/<int:pk>/", views.applicant, name="applicant"),
    path("applicants/<int:pk>/edit/", views.applicant_edit, name="applicant-edit"),
    path("applicants/<int:pk>/reveal/", views.applicant_reveal, name="applicant-reveal"),
    path(
        "applicants/<int:pk>/contacts/<int:contact>/drop/", views.contact_drop, name="contact-drop"
    ),
    path(
        "applicants/<int:pk>/contacts/<int:contact>/prefer/",
        views.contact_prefer,
        name="contact-prefer",
    ),
    path("applicants/find/", views.applicants_find, name="applicants-find"),
    path("drafts/<uuid:draft_id>/files/", views.draft_files, name="draft-files"),
    path("drafts/files/<int:pk>/drop/", views.draft_file_drop, name="draft-file-drop"),
    path("appeal/<int:pk>/files/", views.appeal_files, name="appeal-files"),
    path("appeal/<int:pk>/links/<int:other>/drop/", views.appeal_unlink, name="appeal-unlink"),
    path("files/<uuid:client_id>/", views.file, name="file"),
    path("files/<uuid:client_id>/detach/", views.file_detach, name="file-detach"),
    path("files/<uuid:client_id>/preview/", views.file_preview, name="file-preview"),
    path("appeals/", views.appeals, name="appeals"),
    path("lists/views/", views.views_counted, name="list-views"),
    path("lists/views/new/", views.view_new, name="view-new"),
    path("lists/views/<int:pk>/", views.view_edit, name="view-edit"),
    path("lists/views/<int:pk>/drop/", views.view_drop, name="view-drop"),
    path("lists/bulk/", views.bulk_new, name="bulk-new"),
    path("lists/bulk/<uuid:client_id>/", views.bulk_run, name="bulk-run"),
    path("lists/bulk/<uuid:client_id>/go/", views.bulk_go, name="bulk-go"),
    path("lists/columns/", views.list_columns, name="list-columns"),
    path("appeals/<number:number>/", views.appeal, name="appeal"),
    path("appeal/<int:pk>/reveal/", views.appeal_reveal, name="appeal-reveal"),
    path("appeal/<int:pk>/journal/", views.appeal_journal, name="appeal-journal"),
    path("appeal/<int:pk>/presence/", views.appeal_presence, name="appeal-presence"),
    path("appeal/<int:pk>/people/", views.appeal_people, name="appeal-people"),
    path("appeal/<int:pk>/watch/", views.appeal_watch, name="appeal-watch"),
    path("appeal/<int:pk>/code/", views.state_code, name="state-code"),
    path("state/", views.state, name="state"),
    path("", include("appeals.reception.urls")),
    path("r/<slug:token>/", views.rate, name="rate"),
    path("r/<slug:token>/complaint/", views.rate_complaint, name="rate-complaint"),
    path("gateway/sms/", views.gateway_sms, name="gateway-sms"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/again/", views.notice_again, name="notice-again"),
    path("notices/<int:pk>/told/", views.notice_told, name="notice-told"),
    path("notices/<int:pk>/numbers/", views.notice_numbers, name="notice-numbers"),
    path("letters/", views.letters, name="letters"),
    path("letters/do/", views.letters_do, name="letters-do"),
    path("letters/print/", views.letters_print, name="letters-print"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/<slug:deed>/", views.letter_do, name="letter-do"),
    path("letters/<uuid:client_id>.pdf", views.letter_file, name="letter-file"),
    path("dissatisfied/", views.dissatisfied, name="dissatisfied"),
    path("dissatisfied/<int:pk>/handled/", views.rating_handled, name="rating-handled"),
    path("dissatisfied/<int:pk>/complaint/", views.rating_complaint, name="rating-complaint"),
    path("appeal/<int:pk>/repeat-of/<int:of>/", views.appeal_repeat, name="appeal-repeat"),
    path("appeal/<int:pk>/term/", views.appeal_term, name="appeal-term"),
    path("appeal/<int:pk>/do/<slug:action>/", views.appeal_do, name="appeal-do"),
    path("calendar/", views.calendar_year, name="calendar"),
    path("calendar/<int:year>/", views.calendar_year, name="calendar-year"),
    path("calendar/changes/new/", views.calendar_new, name="calendar-new"),
    path("calendar/changes/<int:pk>/", views.calendar_change, name="calendar-change"),
    path("calendar/changes/<int:pk>/effect/", views.calendar_effect, name="calendar-effect"),
    path("calendar/changes/<int:pk>/<slug:action>/", views.calendar_do, name="calendar-do"),
    path("settings/", views.dictionaries, name="dictionaries"),
    path("settings/<slug:slug>/", views.dictionary, name="dictionary"),
    path("settings/<slug:slug>/new/", views.dictionary_row, name="dictionary-new"),
    path("settings/<slug:slug>/<int:pk>/", views.dictionary_row, name="dictionary-row"),
]
