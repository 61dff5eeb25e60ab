"""What the load client talks to: our own chat, and what it is measured against."""
