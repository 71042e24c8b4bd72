"""Addresses of the read log."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [path("", views.read_log, name="read_log")]
