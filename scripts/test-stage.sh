#!/bin/sh
# One stage of `npm test`, with all its output.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/test-stage.sh [--ended FILE] STAGE

Runs one stage of npm test in the foreground: typecheck, lint, build, size, package, node, elements, e2e or storybook.
`npm test -- --help` says what each does. What it needs must be there (npm test brings it).

  --ended FILE   writes the time of its end there, in seconds since 1970
  --help         this text

Exit codes: the stage's own; 2 wrong usage.
HELP
}

program=test-stage.sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
cd "$root"

# Called left of ||, where `set -e` is off: each exit code is taken by hand.
check_scripts() {
  if ! command -v shellcheck >/dev/null 2>&1; then
    say 'shellcheck is missing: shell scripts are not checked. Install it (Debian: apt-get install shellcheck).'
    # On somebody's own machine a skipped check, in continuous integration a failed one.
    if [ -n "${CI:-}" ]; then return 1; fi
    lint_skipped=1
    return 0
  fi
  scripts_code=0
  find scripts -name '*.sh' -exec shellcheck -x {} + || scripts_code=1
  shellcheck -x .ci/run || scripts_code=1
  return "$scripts_code"
}

# All of it, even when the first part fails: one run tells everything.
lint() {
  lint_code=0
  lint_skipped=0
  for part in code templates format; do npm run -s "lint:$part" || lint_code=1; done
  check_scripts || lint_code=1
  if [ "$lint_code$lint_skipped" = 01 ]; then printf '1 passed, 0 failed, 1 skipped\n'; fi
  return "$lint_code"
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --ended)
      [ $# -ge 3 ] || wrong_usage '--ended needs a file, and a stage after it'
      ended_file=$2
      trap 'date +%s >"$ended_file"' EXIT
      shift
      ;;
    -*) wrong_usage "unknown option $1" ;;
    *) break ;;
  esac
  shift
done
[ $# -eq 1 ] || wrong_usage 'one stage, please'

case $1 in
  typecheck | build | size) npm run -s "$1" ;;
  lint) lint ;;
  package | node | elements | e2e) npm run -s "test:$1" ;;
  storybook)
    npm run -s storybook:build
    npm run -s storybook:check
    ;;
  *) wrong_usage "there is no stage $1" ;;
esac
