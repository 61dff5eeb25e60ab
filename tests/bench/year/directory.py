"""Recipients in use for the hosts that most of the year is on, and a key file."""

import sys

import django


def main() -> None:
    django.setup()
    from helpline.privacy.vault.master import create_key_file  # noqa: PLC0415 -- needs the settings
    from tests.bench.year.making import host  # noqa: PLC0415 -- as above
    from tests.intake.removal import factories  # noqa: PLC0415 -- as above

    create_key_file()
    for number in range(int(sys.argv[1])):
        if not number % 3:
            factories.recipient(suffix=host(number), address=f"abuse@site{number}.example")
    sys.stdout.write("{}\n")


if __name__ == "__main__":
    main()
