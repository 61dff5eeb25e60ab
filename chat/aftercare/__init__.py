"""What comes after a chat: what is written down for the figures, a breath, somebody to talk to."""
