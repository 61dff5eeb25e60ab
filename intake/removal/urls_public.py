"""Where a recipient answers, by the link in the notice."""

from django.urls import path

from intake.removal.views import answering

app_name = "answer"
urlpatterns = [path("<str:token>/", answering.answer, name="answer")]
