#!/usr/bin/env python
"""Run a management command; the embedded development settings are the default."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpline.settings.dev")
    execute_from_command_line(sys.argv)
