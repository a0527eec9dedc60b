"""Addresses of the structures' work."""

from django.urls import include, path

from routing import views
from routing.directory import views as directory
from routing.reminders import views as reminders
from routing.rules import views as rules
from routing.suggestions import views as suggestions

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/accept/", views.inbox_accept, name="inbox-accept"),
    path("inbox/workload/", views.inbox_workload, name="inbox-workload"),
    path("inbox/templates/", views.answer_templates, name="answer-templates"),
    path("inbox/templates/new/", views.answer_template, name="answer-template-new"),
    path("inbox/templates/<int:pk>/", views.answer_template, name="answer-template"),
    path("inbox/<int:pk>/", views.referral, name="referral"),
    path("inbox/<int:pk>/draft/", views.referral_draft, name="referral-draft"),
    path("inbox/<int:pk>/files/", views.referral_files, name="referral-files"),
    path("inbox/<int:pk>/do/<slug:action>/", views.referral_do, name="referral-do"),
    path("appeals/<int:pk>/refer/", views.refer, name="refer"),
    path("appeals/<int:pk>/referrals/", views.appeal_referrals, name="appeal-referrals"),
    path("appeals/<int:pk>/consult/", views.consult, name="consult"),
    path("appeals/<int:pk>/reply/", views.reply, name="reply-with"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule_edit, name="rule-new"),
    path("rules/<int:pk>/", rules.rule_edit, name="rule"),
    path("rules/<int:pk>/move/", rules.rule_move, name="rule-move"),
    path("rules/<int:pk>/switch/", rules.rule_switch, name="rule-switch"),
    path("rules/trials/<int:pk>/", rules.rule_trial, name="rule-trial"),
    path("rules/trials/<int:pk>/again/", rules.rule_again, name="rule-again"),
    path("structures/", directory.structures, name="structures"),
    path("structures/new/", directory.structure_edit, name="structure-new"),
    path("structures/export/", directory.structures_export, name="structures-export"),
    path("structures/import/", directory.structures_import, name="structures-import"),
    path("structures/import/take/", directory.structures_take, name="structures-take"),
    path("structures/places/<int:pk>/end/", directory.place_end, name="place-end"),
    path("structures/<int:pk>/", directory.structure, name="structure"),
    path("structures/<int:pk>/edit/", directory.structure_edit, name="structure-edit"),
    path("structures/<int:pk>/end/", directory.structure_close, name="structure-close"),
    path("structures/<int:pk>/succeed/", directory.structure_succeed, name="structure-succeed"),
    path("structures/<int:pk>/people/", directory.structure_place, name="structure-place"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/alarms/", reminders.alarm_list, name="alarms"),
    path("reminders/alarms/<int:pk>/", reminders.alarm_handle, name="alarm-handle"),
    path("reminders/ladder/", reminders.ladder, name="ladder"),
    path("reminders/ladder/new/", reminders.ladder_step, name="ladder-new"),
    path("reminders/ladder/<int:pk>/", reminders.ladder_step, name="ladder-step"),
    path("reminders/ladder/<int:pk>/remove/", reminders.ladder_remove, name="ladder-remove"),
    path("rules/thresholds/", suggestions.thresholds, name="thresholds"),
    path(
        "rules/thresholds/<int:pk>/remove/", suggestions.threshold_remove, name="threshold-remove"
    ),
    path("edms/", include("routing.edms.urls")),
    path("offers/", rules.offers, name="offers"),
]
