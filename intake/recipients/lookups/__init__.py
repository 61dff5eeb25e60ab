"""Asking the registers who answers for a host. Nothing here ever speaks to the host itself."""
