"""A room counts its messages; a message has a place in its room."""

from typing import ClassVar

from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=50, unique=True)
    last_seq = models.PositiveIntegerField(default=0)
    objects: ClassVar["models.Manager[Room]"] = models.Manager()

    class Meta:
        app_label = "idiomatic"

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    client_id = models.CharField(max_length=50)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)
    objects: ClassVar["models.Manager[Message]"] = models.Manager()

    class Meta:
        app_label = "idiomatic"
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="idiomatic_seq"),
            models.UniqueConstraint(fields=["room", "client_id"], name="idiomatic_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.seq}"
