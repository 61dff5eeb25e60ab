import uuid
from math import ceil

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

BATCH = 500


def count_what_ended(apps, schema_editor):
    """The chats that ended and are still kept come along in the figures."""
    conversations = apps.get_model("chat", "Conversation").objects
    events = apps.get_model("chat", "ConversationEvent").objects
    past_chats = apps.get_model("chat", "PastChat")
    answered = (
        events.filter(conversation=models.OuterRef("pk"), became="active")
        .order_by("id")
        .values("at")[:1]
    )
    ended = (
        conversations.filter(status="ended")
        .annotate(answered_at=models.Subquery(answered))
        .values_list("service_id", "started_at", "answered_at", "ended_at", "ended_by", "visitor_seen_at")
    )
    found = []
    for service_id, began, answered_at, over, ended_by, seen_at in ended.iterator(BATCH):
        came = answered_at or began
        if ended_by == "system":
            over = min(over, max(seen_at, came))
        begun = timezone.localtime(began)
        found.append(
            past_chats(
                service_id=service_id,
                day=begun.date(),
                hour=begun.hour,
                went="answered" if answered_at else "left",
                waited=_minutes(began, answered_at or over),
                talked=_minutes(answered_at, over) if answered_at else None,
            )
        )
    past_chats.objects.bulk_create(found, batch_size=BATCH)


def _minutes(since, until):
    return max(0, ceil((until - since).total_seconds() / 60))


class Migration(migrations.Migration):

    dependencies = [
        ("chat", "0010_notes"),
        ("services", "0004_full_and_last_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="PastChat",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="day")),
                ("hour", models.PositiveSmallIntegerField(verbose_name="hour")),
                ("went", models.CharField(choices=[("answered", "Answered"), ("left", "Left while waiting")], max_length=8, verbose_name="how it went")),
                ("waited", models.PositiveIntegerField(verbose_name="minutes waited")),
                ("talked", models.PositiveIntegerField(blank=True, null=True, verbose_name="minutes talked")),
                ("service", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="past_chats", to="services.service")),
            ],
            options={
                "verbose_name": "past chat",
                "verbose_name_plural": "past chats",
                "indexes": [models.Index(fields=["service", "day"], name="past_chat_of_a_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("hour__lt", 24)), name="past_chat_hour_of_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("talked__isnull", False), ("went", "answered")),
                            models.Q(("talked__isnull", True), ("went", "left")),
                            _connector="OR",
                        ),
                        name="past_chat_talked_when_answered",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_what_ended, migrations.RunPython.noop),
    ]
