#!/bin/sh
# Lock what pyproject.toml asks for: requirements/runtime.txt and dev.txt, with versions and hashes
# and without the name of any host. Versions already locked stay, unless UPGRADE=--upgrade.
#
#   requirements/lock.sh write    renew the files
#   requirements/lock.sh check    fail when they are not what pyproject.toml asks for
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.tools/bin/uv}
export UV_PYTHON_DOWNLOADS=never

compile() { # compile FILE ARGUMENTS...
    file=$1
    shift
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-markers \
        --no-header --no-annotate --no-emit-index-url --no-emit-index-annotation \
        ${UPGRADE:-} "$@" --output-file "$file" pyproject.toml >/dev/null
}

case ${1:-} in
write)
    compile requirements/runtime.txt
    # The same versions in both: what is developed on is what runs.
    compile requirements/dev.txt --group dev --constraint requirements/runtime.txt
    ;;
check)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp requirements/runtime.txt requirements/dev.txt "$work"
    if ! { compile "$work/runtime.txt" &&
        compile "$work/dev.txt" --group dev --constraint requirements/runtime.txt; } 2>"$work/errors"; then
        if grep -qiE 'failed to fetch|connect|network|dns|timed out|cache' "$work/errors"; then
            echo "lock: no package index can be reached, so only the tests look at the lock this time" >&2
            exit 0
        fi
        cat "$work/errors" >&2
        exit 1
    fi
    for name in runtime dev; do
        if ! diff -u "requirements/$name.txt" "$work/$name.txt"; then
            echo "lock: requirements/$name.txt is not what pyproject.toml asks for; run: make lock" >&2
            exit 1
        fi
    done
    ;;
*)
    echo "usage: requirements/lock.sh write|check" >&2
    exit 2
    ;;
esac
