"""Notices that a person puts into the recipient's own form, by hand."""

from intake.recipients.channels.form.handwork import Handwork, prepare

__all__ = ["Handwork", "prepare"]
