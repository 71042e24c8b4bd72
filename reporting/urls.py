"""Addresses of reports, jobs and exports."""

from django.urls import path

from reporting import views

app_name = "reporting"

urlpatterns = [
    path("rapporter/", views.report_list, name="report_list"),
    path("rapporter/ny/", views.report_new, name="report_new"),
    path("rapporter/<int:pk>/", views.report_detail, name="report_detail"),
    path("rapporter/<int:pk>/hamta/", views.report_download, name="report_download"),
    path("jobb/<int:pk>/", views.job_detail, name="job_detail"),
    path("jobb/<int:pk>/hamta/", views.job_download, name="job_download"),
    path("jobb/<int:pk>/igen/", views.job_retry, name="job_retry"),
    path("deltagare/<int:pk>/sus/", views.sus_document, name="sus_document"),
    path("styrgrupp/", views.dashboard, name="dashboard"),
]
