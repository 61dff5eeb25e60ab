"""One application for pages and sockets, behind the door."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpline.settings.production")
pages = get_asgi_application()  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 -- after the apps

from chat.routing import websocket_urlpatterns  # noqa: E402 -- after the apps
from helpline.privacy.door import Door  # noqa: E402 -- after the apps
from helpline.staff.startup import refuse_unsafe  # noqa: E402 -- after the apps

refuse_unsafe()

application = Door(
    ProtocolTypeRouter({"http": pages, "websocket": URLRouter(websocket_urlpatterns)})
)
