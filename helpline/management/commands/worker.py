"""The worker as a process of its own, for a site on more than one process."""

import asyncio
import signal

from django.core.management.base import BaseCommand

from helpline.worker import JOBS, Job, work


class Command(BaseCommand):
    help = "Do what is due: notices, chats that were left, erasure, key rotation."
    jobs: tuple[Job, ...] = JOBS

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"worker: {', '.join(job.name for job in JOBS)}")
        asyncio.run(self.run())

    async def run(self) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stopping.set)
        await work(stopping, self.jobs)
