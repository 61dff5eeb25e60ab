"""Notices by mail: plain text, over the mail server in the settings."""

from intake.recipients.channels.mail.message import render
from intake.recipients.channels.mail.smtp import deliver

__all__ = ["deliver", "render"]
