"""Addresses of programmes and their blueprints."""

from django.urls import path

from programmes import views

app_name = "programmes"

urlpatterns = [
    path("", views.programme_detail, name="programme_detail"),
    path("upplagg/", views.blueprint_list, name="blueprint_list"),
    path("upplagg/las-in/", views.blueprint_import, name="blueprint_import"),
    path("<slug:slug>/reserverade-platser/", views.reserved_list, name="reserved_list"),
    path("<slug:slug>/reserverade-platser/ny/", views.reserved_new, name="reserved_new"),
    path(
        "<slug:slug>/reserverade-platser/<int:pk>/upphor/", views.reserved_end, name="reserved_end"
    ),
    path("<slug:slug>/", views.programme_detail, name="programme_detail"),
]
