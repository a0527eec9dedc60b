"""Addresses under /api/v1/."""

from django.urls import path

from appeals.api import applicants, beside, dictionaries, receptions, told, views
from appeals.api.steps import STEPS

urlpatterns = [
    path("appeals/", views.Appeals.as_view(), name="api-appeals"),
    path("appeals/<int:pk>/", views.OneAppeal.as_view(), name="api-appeal"),
    path("appeals/<int:pk>/reveal/", views.Reveal.as_view(), name="api-appeal-reveal"),
    path("appeals/<int:pk>/journal/", views.Journal.as_view(), name="api-appeal-journal"),
    path("appeals/<int:pk>/terms/", beside.Terms.as_view(), name="api-appeal-terms"),
    path("appeals/<int:pk>/watch/", beside.Watching.as_view(), name="api-appeal-watch"),
    path("appeals/<int:pk>/unlink/", beside.Unlink.as_view(), name="api-appeal-unlink"),
    path("appeals/<int:pk>/repeat-of/", beside.Repeat.as_view(), name="api-appeal-repeat"),
    path("appeals/<int:pk>/notices/", told.Notices.as_view(), name="api-appeal-notices"),
    path("appeals/<int:pk>/code/", told.Code.as_view(), name="api-appeal-code"),
    path("notices/<int:pk>/again/", told.Again.as_view(), name="api-notice-again"),
    path("notices/<int:pk>/told/", told.Told.as_view(), name="api-notice-told"),
    path("views/", beside.Views.as_view(), name="api-views"),
    path("appeals/<int:pk>/files/", views.Files.as_view(), name="api-files"),
    path("appeals/<int:pk>/files/<uuid:client_id>/", views.File.as_view(), name="api-file"),
    *(
        path(f"appeals/<int:pk>/{action}/", view.as_view(), name=f"api-step-{action}")
        for action, view in STEPS.items()
    ),
    path("applicants/", applicants.Applicants.as_view(), name="api-applicants"),
    path("applicants/find/", applicants.Find.as_view(), name="api-applicants-find"),
    path("applicants/<int:pk>/", applicants.OneApplicant.as_view(), name="api-applicant"),
    path(
        "applicants/<int:pk>/reveal/",
        applicants.RevealApplicant.as_view(),
        name="api-applicant-reveal",
    ),
    path("appeals/<int:pk>/invite/", receptions.Invite.as_view(), name="api-appeal-invite"),
    path("receptions/", receptions.Receptions.as_view(), name="api-receptions"),
    path("receptions/hours/", receptions.FreeHours.as_view(), name="api-reception-hours"),
    path("receptions/<int:pk>/", receptions.OneReception.as_view(), name="api-reception"),
    *(
        path(f"receptions/<int:pk>/{step}/", view.as_view(), name=f"api-reception-{step}")
        for step, view in receptions.STEP_VIEWS.items()
    ),
    path("topics/", dictionaries.Topics.as_view(), name="api-topics"),
    path("regions/", dictionaries.Regions.as_view(), name="api-regions"),
    path("structures/", dictionaries.Structures.as_view(), name="api-structures"),
    path("outcomes/", dictionaries.Outcomes.as_view(), name="api-outcomes"),
    path("grounds/", dictionaries.Grounds.as_view(), name="api-grounds"),
    path("statuses/", dictionaries.Statuses.as_view(), name="api-statuses"),
]
