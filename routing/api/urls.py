"""Addresses under /api/v1/referrals/."""

from django.urls import path

from routing.api import files, sending, steps, views

urlpatterns = [
    path("appeals/<int:pk>/refer/", sending.Refer.as_view(), name="api-appeal-refer"),
    path("appeals/<int:pk>/referrals/", sending.Sent.as_view(), name="api-appeal-referrals"),
    path("appeals/<int:pk>/reply/", sending.Reply.as_view(), name="api-appeal-reply"),
    path("referrals/", views.Referrals.as_view(), name="api-referrals"),
    path("referrals/executors/", views.Executors.as_view(), name="api-referral-executors"),
    path("referrals/<int:pk>/", views.OneReferral.as_view(), name="api-referral"),
    path("referrals/<int:pk>/seen/", steps.Seen.as_view(), name="api-referral-seen"),
    path("referrals/<int:pk>/accept/", steps.Accept.as_view(), name="api-referral-accept"),
    path("referrals/<int:pk>/assign/", steps.Assign.as_view(), name="api-referral-assign"),
    path("referrals/<int:pk>/return/", steps.Return.as_view(), name="api-referral-return"),
    path("referrals/<int:pk>/extension/", steps.Extension.as_view(), name="api-referral-extension"),
    path("referrals/<int:pk>/draft/", steps.Draft.as_view(), name="api-referral-draft"),
    path("referrals/<int:pk>/answer/", steps.Answer.as_view(), name="api-referral-answer"),
    path("referrals/<int:pk>/files/", files.Files.as_view(), name="api-referral-files"),
    path(
        "referrals/<int:pk>/files/<uuid:client_id>/", files.File.as_view(), name="api-referral-file"
    ),
]
