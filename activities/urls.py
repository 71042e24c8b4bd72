"""Addresses of the day, groups, attendance, work trials and closure. Numbers, never names."""

from django.urls import path

from activities import views

app_name = "activities"

urlpatterns = [
    path("min-dag/", views.my_day, name="my_day"),
    path("grupper/", views.group_list, name="group_list"),
    path("grupper/ny/", views.group_new, name="group_new"),
    path("grupper/ko/", views.queue_forecast, name="queue_forecast"),
    path("grupper/ko/tank-om/", views.queue_what_if, name="queue_what_if"),
    path("grupper/<int:pk>/", views.group_detail, name="group_detail"),
    path("grupper/<int:pk>/platser/", views.group_place, name="group_place"),
    path(
        "grupper/<int:pk>/platser/<int:membership_pk>/ta-tillbaka/",
        views.place_return,
        name="place_return",
    ),
    path("tillfallen/<int:pk>/narvaro/", views.attendance, name="attendance"),
    path("tillfallen/<int:pk>/stall-in/", views.session_cancel, name="session_cancel"),
    path("arbetsprovningar/", views.trial_list, name="trial_list"),
    path("arbetsprovningar/<int:pk>/", views.trial_detail, name="trial_detail"),
    path("arbetsprovningar/<int:pk>/foresla/", views.trial_propose, name="trial_propose"),
    path("arbetsprovningar/<int:pk>/godkann/", views.trial_approve, name="trial_approve"),
    path("arbetsprovningar/<int:pk>/starta/", views.trial_start, name="trial_start"),
    path("arbetsprovningar/<int:pk>/utvardera/", views.trial_evaluate, name="trial_evaluate"),
    path("arbetsprovningar/<int:pk>/avbryt/", views.trial_interrupt, name="trial_interrupt"),
    path("arbetsprovningar/<int:pk>/stall-in/", views.trial_cancel, name="trial_cancel"),
    path("arbetsplatser/", views.workplace_list, name="workplace_list"),
    path("deltagare/<int:pk>/narvaro/", views.attendance_panel, name="attendance_panel"),
    path("deltagare/<int:pk>/timtrappa/", views.hours_panel, name="hours_panel"),
    path("deltagare/<int:pk>/arbetsprovning/", views.trial_panel, name="trial_panel"),
    path("deltagare/<int:pk>/arbetsprovning/ny/", views.trial_new, name="trial_new"),
    path("deltagare/<int:pk>/avsluta/", views.closure, name="closure"),
    path(
        "deltagare/<int:pk>/felregistrera/",
        views.enrolment_misregister,
        name="enrolment_misregister",
    ),
    path("uppfoljningar/<int:pk>/", views.follow_up, name="follow_up"),
]
