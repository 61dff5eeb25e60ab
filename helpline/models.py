"""What the wiring itself stores: when each of the worker's long jobs is due."""

from django.db import models

from helpline.privacy.declare import Kept, Privacy, What


class DueJob(models.Model):
    """One of the worker's hourly or nightly jobs, so that of many workers one runs it.

    ``leased_until`` is set while a worker has it; a lease that ran out belongs to a worker that
    was killed.
    """

    name = models.CharField(primary_key=True, max_length=40)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    privacy = Privacy(Kept(What.RECORD, "always", "name due_at leased_until"))

    def __str__(self) -> str:
        return self.name
