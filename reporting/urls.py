"""Addresses of reports, jobs, exports and imports."""

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
    path("inlasningar/", views.import_list, name="import_list"),
    path("inlasningar/ny/", views.import_new, name="import_new"),
    path("inlasningar/mall/", views.import_template, name="import_template"),
    path("inlasningar/<int:pk>/", views.import_detail, name="import_detail"),
    path("inlasningar/<int:pk>/las-in/", views.import_confirm, name="import_confirm"),
    path("inlasningar/<int:pk>/ta-bort/", views.import_discard, name="import_discard"),
    path("inlasningar/<int:pk>/angra/", views.import_undo, name="import_undo"),
    path("inlasningar/<int:pk>/ratta/", views.import_rejects, name="import_rejects"),
    path("styrgrupp/", views.dashboard, name="dashboard"),
]
