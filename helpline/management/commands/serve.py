"""The embedded default: web server and worker in one process, from nothing to a page."""

import asyncio
import socket
import time
from pathlib import Path
from typing import Any

from daphne.server import Server  # first: it chooses Twisted's event loop
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from twisted.internet import defer
from twisted.internet import reactor as chosen_reactor

from helpline.asgi import application
from helpline.demo import DEMO_COMMANDS
from helpline.privacy.vault.master import create_key_file
from helpline.staff.demo import DEMO_PREFIX
from helpline.staff.management.commands.load_demo_staff import DEMO_PASSWORD
from helpline.staff.models import User
from helpline.worker import work

# The protocol refuses a frame above 16 KiB with words; what is far larger is nobody's mistake.
WEBSOCKET_BYTES = 64 * 1024
# Twisted declares less than it has.
reactor: Any = chosen_reactor


class Command(BaseCommand):
    help = "Prepare the site and serve it, with the worker, in one process."
    # Checks run on every other command, and a second start should be quick.
    requires_system_checks: list[str] = []
    worker_error = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="load the demo site and accounts")
        parser.add_argument("--no-worker", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        started = time.monotonic()
        self.refuse_taken_port(options["host"], options["port"])
        if create_key_file():
            self.stdout.write("A new master key file was written.")
        try:
            self.migrate()
        except OperationalError as error:
            raise CommandError(
                f"The database does not answer, so nothing was started: {error}"
            ) from None
        if options["demo"]:
            self.load_demo()
        connections.close_all()
        self.started = started
        self.serve(
            options["host"], options["port"], demo=options["demo"], worker=not options["no_worker"]
        )

    def refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"{host}:{port} cannot be listened on ({error.strerror})."
                    " Another port: make run PORT=8001"
                ) from None

    def migrate(self) -> None:
        for alias in connections:
            name = connections[alias].settings_dict["NAME"]
            if connections[alias].vendor == "sqlite":
                Path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                self.stdout.write(f"Preparing the database ({alias}) …")
                call_command("migrate", database=alias, interactive=False, verbosity=0)

    def load_demo(self) -> None:
        known = get_commands()
        for name in DEMO_COMMANDS:
            if name in known:
                call_command(name, stdout=self.stdout, stderr=self.stderr)

    def serve(self, host: str, port: int, *, demo: bool, worker: bool) -> None:
        stopping = asyncio.Event()
        if worker:
            reactor.callWhenRunning(self.start_worker, stopping)
        Server(
            application,
            endpoints=[f"tcp:port={port}:interface={host}"],
            verbosity=0,  # from 1 on it prints the addresses of visitors
            server_name="",
            websocket_max_message_size=WEBSOCKET_BYTES,
            websocket_max_frame_size=WEBSOCKET_BYTES,
            ready_callable=lambda: self.tell(port, demo=demo),
        ).run()
        if self.worker_error:
            raise CommandError(f"The worker ended, so everything was stopped: {self.worker_error}")
        self.stdout.write("Stopped.")

    def start_worker(self, stopping: asyncio.Event) -> None:
        task = asyncio.get_event_loop().create_task(work(stopping))

        def ended(task: "asyncio.Task[None]") -> None:
            # A site that looks well and sends nothing is worse than one that is down.
            if not stopping.is_set():
                self.worker_error = repr(task.exception())
                reactor.stop()

        task.add_done_callback(ended)

        def finish() -> "defer.Deferred[None]":
            stopping.set()
            return defer.Deferred.fromFuture(task)

        reactor.addSystemEventTrigger("before", "shutdown", finish)

    def tell(self, port: int, *, demo: bool) -> None:
        """Say where everything is and how to get in."""
        base = f"http://localhost:{port}"
        lines = [
            "",
            f"Ready in {time.monotonic() - self.started:.0f} s. Ctrl-C stops everything.",
            "",
            f"  visitors   {base}/nl/   {base}/en/",
            f"  console    {base}/console/",
            f"  editors    {base}/cms/",
        ]
        if demo:
            names = User.objects.filter(username__startswith=DEMO_PREFIX).order_by("pk")
            lines += [
                "",
                f"  demo accounts, all with the password: {DEMO_PASSWORD}",
                *(f"    {name}" for name in names.values_list("username", flat=True)),
                "  a one-time code, in another terminal:  make code ACCOUNT=demo-counsellor",
            ]
        folder = getattr(settings, "EMAIL_FILE_PATH", None)
        if folder:
            lines += ["", f"  mail is not sent but written to {folder}"]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()
