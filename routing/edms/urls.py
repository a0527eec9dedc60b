"""Addresses of document circulation."""

from django.urls import path

from routing.edms import views

urlpatterns = [
    path("", views.memos, name="memos"),
    path("inbound/", views.inbound, name="memo-inbound"),
    path("<int:pk>/", views.memo, name="memo"),
    path("<int:pk>/resend/", views.memo_resend, name="memo-resend"),
    path("<int:pk>/hand/", views.memo_hand, name="memo-hand"),
    path("<int:pk>/files/<str:name>/", views.memo_file, name="memo-file"),
]
