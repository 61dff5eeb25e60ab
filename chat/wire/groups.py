"""Names of the channel layer's groups: whose bell rings."""

import uuid


def conversation(conversation_id: uuid.UUID) -> str:
    """Both sides of one conversation."""
    return f"chat.{conversation_id.hex}"


def queue(service_id: uuid.UUID) -> str:
    """Visitors who wait for one service, and whose place may have changed."""
    return f"queue.{service_id.hex}"


def desk(service_id: uuid.UUID) -> str:
    """The consoles of one service."""
    return f"desk.{service_id.hex}"
