"""A mail when there is news: what it means, on, changed, and off again with the address erased."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpline.privacy import throttle
from intake.report import news
from intake.report.actions import ask_for_news, stop_news
from intake.report.forms import NewsForm
from intake.report.models import NewsByMail, Report
from intake.report.views.requests import rate_key

# Each could be the address of somebody who never asked.
ADDRESSES = "10/hour"


def news_by_mail(request: HttpRequest, found: Report, code: str, pressed: str) -> HttpResponse:
    """Ask for an address, keep it, or erase it."""
    form = NewsForm(request.POST if pressed == "news-on" else None)
    done = ""
    if pressed == "news-off":
        stop_news(report=found)
        done = "off"
    elif pressed == "news-on" and form.is_valid():
        if throttle.hit("news address", rate_key(request), per=ADDRESSES):
            ask_for_news(
                report=found,
                address=form.cleaned_data["address"],
                language=get_language() or settings.LANGUAGE_CODE,
            )
            done, form = "on", NewsForm()
        else:
            form.add_error("address", _("There were many addresses just now. Try again later."))
    context = {
        "code": code,
        "form": form,
        "done": done,
        "kept": NewsByMail.objects.filter(report=found).first(),
        "sender": settings.HELPLINE_NEWS_ADDRESS,
        "subject": news.subject(),
        "text": news.text(),
    }
    return render(request, "report/news/news.html", context)
