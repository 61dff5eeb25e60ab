"""The demo site: what `make run` shows, and what tests in a browser walk through."""

# In this order: staff belongs to a service, content names recipients.
DEMO_COMMANDS = (
    *("load_demo_staff", "load_directory", "load_demo_directory", "load_demo_content"),
    "load_demo_replies",
)
