"""Where everything stands: visitors under a language, staff at /console/, editors at /cms/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from helpline import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front_door),
    path("console/chat/", include("chat.urls_console")),
    path("console/chat/plain/", include("chat.plain.urls")),
    path("console/chat/replies/", include("chat.replies.urls")),
    path("console/floor/", include("chat.floor.urls")),
    path("console/phone/", include("intake.report.urls_console")),
    path("console/", include("helpline.staff.urls")),
    path("console/desk/without-link/", include("intake.report.urls_leads")),
    path("console/desk/dossiers/", include("intake.report.urls_dossiers")),
    path("console/desk/", include("intake.removal.urls")),
    path("console/desk/messages/", include("intake.report.talk.urls_console")),
    path("answer/", include("intake.removal.urls_public")),
    path("leave/", views.leave, name="leave"),
    path("health/", views.health, name="health"),
    path("offline/", views.offline, name="offline"),
    # Accounts of staff are looked after in the console, by its rules: in Wagtail one person alone
    # could give roles, or take over an account by its mail address.
    path("cms/users/", views.people),
    path("cms/users/<path:rest>", views.people),
    path("cms/bulk/staff/<path:rest>", views.people),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("content.urls")),
]

urlpatterns += i18n_patterns(
    path("", include("intake.report.urls")),
    path("chat/", include("chat.urls")),
    path("", include(wagtail_urls)),
)

handler400 = views.bad_request
handler403 = views.refused
handler404 = views.not_found
handler500 = views.server_error
