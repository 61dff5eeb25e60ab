"""Messages of reporters, under /console/desk/messages/."""

from django.urls import path

from intake.report.talk.views import desk

app_name = "talk"
urlpatterns = [
    path("", desk.tray, name="tray"),
    path("<uuid:report_id>/", desk.talk, name="talk"),
    path("<uuid:report_id>/write/", desk.write, name="write"),
    path("<uuid:report_id>/no-answer/", desk.no_answer, name="no-answer"),
]
