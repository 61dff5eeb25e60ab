"""One application for pages and sockets, behind the door."""

import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpline.settings.production")
pages = get_asgi_application()  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 -- after the apps
from django.urls import re_path  # noqa: E402 -- after the apps

from chat.routing import poll_urlpatterns, websocket_urlpatterns  # noqa: E402 -- after the apps
from helpline.garbage import set_aside_what_stays  # noqa: E402 -- after the apps
from helpline.privacy.door import Door  # noqa: E402 -- after the apps
from helpline.staff.startup import refuse_unsafe  # noqa: E402 -- after the apps

refuse_unsafe()

# Channels' router takes an application where Django's types know a view only.
everything_else: Any = re_path("", cast("Any", pages))
application = Door(
    ProtocolTypeRouter(
        {
            "http": URLRouter([*poll_urlpatterns, everything_else]),
            "websocket": URLRouter(websocket_urlpatterns),
        }
    )
)

set_aside_what_stays()
