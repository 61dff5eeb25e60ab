"""The caseworkers' desk, under /console/desk/."""

from django.urls import path

from intake.removal.views import (
    assigning,
    desk,
    finding,
    looks,
    notes,
    notices,
    queue,
    search,
    together,
)

app_name = "removal"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("views/", queue.save_view, name="save-view"),
    path("views/<int:number>/remove/", queue.remove_view, name="remove-view"),
    path("several/", queue.several, name="several"),
    path("together/", together.ask, name="ask-together"),
    path("ready/", desk.ready, name="ready"),
    path("search/", search.search, name="search"),
    path("looks/", looks.waiting, name="looks"),
    path("rules/", looks.rules, name="look-rules"),
    path("<uuid:location_id>/", desk.location, name="location"),
    path("<uuid:location_id>/address/", desk.show_address, name="show-address"),
    path("<uuid:location_id>/who/", desk.look_up, name="look-up"),
    path("<uuid:location_id>/propose/", desk.propose, name="propose"),
    path("<uuid:location_id>/proposal/", desk.confirm_proposal, name="confirm-proposal"),
    path("<uuid:location_id>/claim/", assigning.claim, name="claim"),
    path("<uuid:location_id>/release/", assigning.release, name="release"),
    path("<uuid:location_id>/give/", assigning.give, name="give"),
    path("<uuid:location_id>/urgent/", assigning.urgent, name="urgent"),
    path("<uuid:location_id>/origin/", finding.enter_origin, name="enter-origin"),
    path(
        "<uuid:location_id>/origin/<uuid:origin_id>/who/",
        finding.look_up_origin,
        name="look-up-origin",
    ),
    path(
        "<uuid:location_id>/origin/<uuid:origin_id>/remove/",
        finding.remove_origin,
        name="remove-origin",
    ),
    path("<uuid:location_id>/check/", desk.check, name="check"),
    path("<uuid:location_id>/read/", desk.read_sightings, name="read-sightings"),
    path("<uuid:location_id>/hand-over/", desk.hand_over_again, name="hand-over-again"),
    path("<uuid:location_id>/notes/", notes.write, name="write-note"),
    path("<uuid:location_id>/notes/<int:note_id>/remove/", notes.remove, name="remove-note"),
    path("requests/<int:request_id>/choose/", desk.choose, name="choose"),
    path("requests/<int:request_id>/again/", desk.ask_again, name="ask-again"),
    path(
        "requests/<int:request_id>/all-the-same/",
        finding.ask_all_the_same,
        name="ask-all-the-same",
    ),
    path("requests/<int:request_id>/stop/", desk.stop, name="stop"),
    path("notices/new/", notices.draft, name="draft"),
    path("notices/<uuid:notice_id>/", notices.notice, name="notice"),
    path("notices/<uuid:notice_id>/ask-look/", looks.ask, name="ask-look"),
    path("notices/<uuid:notice_id>/give-look/", looks.give, name="give-look"),
    path("notices/<uuid:notice_id>/send/", notices.send, name="send"),
    path("notices/<uuid:notice_id>/cancel/", notices.cancel, name="cancel"),
    path("notices/<uuid:notice_id>/resolve/", notices.resolve, name="resolve"),
]
