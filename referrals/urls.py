from django.urls import path

from referrals import views

app_name = "referrals"

urlpatterns = [
    path("", views.referral_list, name="referral_list"),
    path("ny/", views.referral_new, name="referral_new"),
    path("utkast/", views.referral_autosave, name="referral_autosave"),
    path("<int:pk>/", views.referral_detail, name="referral_detail"),
    path("<int:pk>/utkast/", views.referral_edit, name="referral_edit"),
    path("<int:pk>/slang/", views.referral_discard, name="referral_discard"),
    path("<int:pk>/bifoga/", views.referral_attach, name="referral_attach"),
    path("<int:pk>/meddelande/", views.message_post, name="message_post"),
    path("bilaga/<int:pk>/", views.attachment_download, name="attachment_download"),
    path("bilaga/<int:pk>/aterta/", views.attachment_withdraw, name="attachment_withdraw"),
    path("<int:pk>/bedom/", views.take, name="take"),
    path("<int:pk>/begar-komplettering/", views.request_completion, name="request_completion"),
    path("<int:pk>/komplettera/", views.answer_completion, name="answer_completion"),
    path("<int:pk>/komplettera/utkast/", views.answer_autosave, name="answer_autosave"),
    path("<int:pk>/utskrift/", views.referral_print, name="referral_print"),
    path("<int:pk>/boka-samtal/", views.book_talk, name="book_talk"),
    path("<int:pk>/samtal/", views.record_talk, name="record_talk"),
    path("<int:pk>/samtal-blev-inte-av/", views.miss_talk, name="miss_talk"),
    path("<int:pk>/samtal.ics", views.talk_calendar, name="talk_calendar"),
    path("<int:pk>/ansvarig/", views.assign, name="assign"),
    path("<int:pk>/byt-ansvarig/", views.reassign, name="reassign"),
    path("<int:pk>/forsorjning/", views.change_support, name="change_support"),
    path("<int:pk>/malgrupp/", views.set_target_group, name="set_target_group"),
    path("<int:pk>/samma-person/", views.confirm_person, name="confirm_person"),
    path("<int:pk>/personnummer/", views.correct_number, name="correct_number"),
    path("<int:pk>/remissgrupp/", views.present, name="present"),
    path("<int:pk>/remissgrupp/ja/", views.body_accepts, name="body_accepts"),
    path("<int:pk>/remissgrupp/nej/", views.body_declines, name="body_declines"),
    path("<int:pk>/turordning/", views.prioritise, name="prioritise"),
    path("<int:pk>/for-over/", views.transfer, name="transfer"),
    path("<int:pk>/ko/", views.queue, name="queue"),
    path("<int:pk>/vila/", views.rest, name="rest"),
    path("<int:pk>/ta-upp/", views.resume, name="resume"),
    path("<int:pk>/avboj/", views.decline, name="decline"),
    path("<int:pk>/aterta/", views.withdraw, name="withdraw"),
    path("<int:pk>/oppna/", views.reopen, name="reopen"),
]
