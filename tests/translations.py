"""Every text of ours is in the Dutch catalogues, translated and compiled.

python -m tests.translations            say what is missing, and fail
python -m tests.translations --write    bring the catalogues up to date; then translate what is new
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "nl"
# Each has a catalogue of its own; what stands elsewhere goes to the wiring's.
APPS = (
    *("helpline", "chat", "chat/floor", "chat/replies", "content"),
    *("intake/recipients", "intake/removal", "intake/removal/check", "intake/report"),
    *("intake/report/talk",),
)
SHOWN = 10
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")
# Texts that are for developers or for the command line only are not marked at all.
IGNORED = ("tests/*", "node_modules", ".venv", "var", "helpline/frontend/*")


def tracked_files(*patterns: str) -> list[Path]:
    """Files of the repository, with those that are not committed yet."""
    listed = subprocess.run(  # noqa: S603 -- patterns of our own
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],  # noqa: S607 -- git from the path
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    names = {name for name in listed.split("\0") if name}
    return sorted(Path(name) for name in names if (ROOT / name).exists())


def catalogues() -> list[Path]:
    return tracked_files(f"*/locale/{LANGUAGE}/LC_MESSAGES/django.po")


def make_messages(folder: Path) -> None:
    """Django's makemessages over a checkout; each text goes to the nearest locale folder."""
    for app in APPS:
        (folder / app / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "--locale", LANGUAGE, "--no-obsolete"]
    command += ["--no-location", "--no-wrap", "--verbosity", "0"]
    for pattern in IGNORED:
        command += ["--ignore", pattern]
    done = subprocess.run(  # noqa: S603 -- our own command
        command,
        cwd=folder,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "helpline.settings.dev"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)


def entry_keys(catalogue: polib.POFile) -> set[tuple[str, str]]:
    return {(e.msgctxt or "", e.msgid) for e in catalogue if not e.obsolete}


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def untranslated(name: Path) -> Iterator[str]:
    """What is empty, only guessed, or lost a placeholder."""
    for entry in polib.pofile(str(ROOT / name)):
        if entry.obsolete:
            yield f"{name}: no longer used: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"{name}: only guessed (fuzzy): {entry.msgid!r}"
        elif not all(texts(entry)):
            yield f"{name}: not translated: {entry.msgid!r}"
        else:
            wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            for text in texts(entry)[-1:]:
                if set(PLACEHOLDER.findall(text)) != wanted:
                    yield f"{name}: other placeholders than {entry.msgid!r}: {text!r}"


def not_compiled(name: Path) -> Iterator[str]:
    """Whether the .mo beside a catalogue says the same."""
    compiled = (ROOT / name).with_suffix(".mo")
    if not compiled.exists():
        yield f"{name}: has no .mo beside it"
        return
    source = {(e.msgctxt, e.msgid): texts(e) for e in polib.pofile(str(ROOT / name))}
    built = {(e.msgctxt, e.msgid): texts(e) for e in polib.mofile(str(compiled))}
    if source != built:
        yield f"{name}: its .mo is older"


def not_collected(names: Iterable[Path]) -> Iterator[str]:
    """Texts in the code that are not in a catalogue, and the other way round."""
    with tempfile.TemporaryDirectory(prefix="helpline-texts-") as folder:
        copy = Path(folder)
        for file in tracked_files():
            if file.parts[0] != "tests" and (ROOT / file).is_file():
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / file, copy / file)
        make_messages(copy)
        made = {
            path.relative_to(copy)
            for path in copy.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/django.po")
        }
        for name in sorted(made | set(names)):
            fresh = entry_keys(polib.pofile(str(copy / name))) if name in made else set()
            known = entry_keys(polib.pofile(str(ROOT / name))) if (ROOT / name).exists() else set()
            yield from (f"{name}: not in the catalogue: {text!r}" for _, text in fresh - known)
            yield from (f"{name}: no longer in the code: {text!r}" for _, text in known - fresh)


def write() -> None:
    make_messages(ROOT)
    for name in catalogues():
        catalogue = polib.pofile(
            str(ROOT / name), wrapwidth=100_000
        )  # one line a text: fewer merges
        for entry in catalogue:
            if entry.fuzzy:  # a guess is worse than a gap: it looks done
                entry.flags.remove("fuzzy")
                entry.previous_msgid = entry.previous_msgid_plural = None
                entry.msgstr = ""
                entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        # A moment of making would be a change in every merge.
        catalogue.metadata.pop("POT-Creation-Date", None)
        catalogue.save()
        catalogue.save_as_mofile(str((ROOT / name).with_suffix(".mo")))


def main() -> int:
    has_gettext = shutil.which("xgettext") is not None
    if "--write" in sys.argv:
        if not has_gettext:
            sys.stderr.write("xgettext is missing. Install it: apt install gettext\n")
            return 1
        write()
    names = catalogues()
    problems = [problem for name in names for problem in untranslated(name)]
    problems += [problem for name in names for problem in not_compiled(name)]
    if has_gettext:
        problems += not_collected(names)
    else:
        sys.stderr.write(
            "xgettext is missing, so new texts were not looked for. apt install gettext\n"
        )
        if os.environ.get("CI") == "true":
            return 1
    for name in sorted({problem.split(":")[0] for problem in problems}):
        of_this = sorted(problem for problem in problems if problem.startswith(f"{name}:"))
        sys.stdout.writelines(f"{problem}\n" for problem in of_this[:SHOWN])
        if len(of_this) > SHOWN:
            sys.stdout.write(f"{name}: … and {len(of_this) - SHOWN} more\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
