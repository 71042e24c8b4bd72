"""Every address of the product, in Swedish."""

from django.urls import include, path

from rehabsteg import notices, views

urlpatterns = [
    path("", views.home, name="home"),
    path("halsa/", views.health, name="health"),
    path("tema/", views.theme, name="theme"),
    path("komponenter/", views.components, name="components"),
    path("hjalp/", views.help_page, name="help"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("aviseringar/", notices.notice_list, name="notice_list"),
    path("aviseringar/lasta/", notices.notices_read, name="notices_read"),
    path("aviseringar/mejl/", notices.notice_settings, name="notice_settings"),
    path("aviseringar/<int:pk>/oppna/", notices.notice_open, name="notice_open"),
    path("aviseringar/<int:pk>/last/", notices.notice_read, name="notice_read"),
    path("konto/email/", views.closed, name="closed"),
    path("konto/", include("allauth.urls")),
    path("logg/", include("accounts.urls")),
    path("insats/", include("programmes.urls")),
    path("deltagare/", include("participants.urls")),
    path("remisser/", include("referrals.urls")),
    path("", include("activities.urls")),
    path("", include("reporting.urls")),
]

handler403 = "rehabsteg.views.forbidden"
handler404 = "rehabsteg.views.missing"
handler500 = "rehabsteg.views.broken"
