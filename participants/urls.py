"""Addresses under /deltagare/. A participation is named by its number, never by the person."""

from django.urls import path

from participants import views

app_name = "participants"

urlpatterns = [
    path("", views.participant_list, name="participant_list"),
    path("sok/", views.search, name="search"),
    path("<int:pk>/", views.enrolment_detail, name="enrolment_detail"),
    path("<int:pk>/registrering/", views.registration_detail, name="registration_detail"),
    path("<int:pk>/inregistrering/", views.registration_before, name="registration_before"),
    path("<int:pk>/anteckning/", views.note_new, name="note_new"),
    path("<int:pk>/anteckning/<int:note_pk>/ratta/", views.note_amend, name="note_amend"),
    path("<int:pk>/samtycken/", views.consent_list, name="consent_list"),
    path("<int:pk>/samtycken/nytt/", views.consent_new, name="consent_new"),
    path(
        "<int:pk>/samtycken/<int:consent_pk>/aterkalla/",
        views.consent_withdraw,
        name="consent_withdraw",
    ),
    path("<int:pk>/starta/", views.enrolment_start, name="enrolment_start"),
    path("<int:pk>/pausa/", views.enrolment_pause, name="enrolment_pause"),
    path("<int:pk>/ateruppta/", views.enrolment_resume, name="enrolment_resume"),
    path("<int:pk>/oppna-igen/", views.enrolment_reopen, name="enrolment_reopen"),
    path("<int:pk>/logg/", views.enrolment_log, name="enrolment_log"),
]
