#!/bin/sh
# Renders the nats-server configuration: the template with the values of .env.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/render-config.sh [--env FILE] [--template FILE] [--output FILE] [--help]

Replaces ${NAME} in the template by the value of NAME, quotes and backslashes escaped, and writes the result with
mode 0600. A value comes from the environment, else from the env file, else from config/env.example. When one is
missing, empty or impossible, all such are named and the output is left as it was. config/nats-leaf.conf is the template
of a unit's own server.

  --env FILE        default .env
  --template FILE   default config/nats-server.conf
  --output FILE     default config/nats-server-runtime.conf; with another RUN_DIR than ./run, in RUN_DIR
  --help            this text

Exit codes: 0 written (its path is printed), 1 not written, 2 wrong usage.
HELP
}

program=render-config
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"

env_file=
template=$root/config/nats-server.conf
output=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --env | --template | --output)
      [ $# -ge 2 ] || wrong_usage "$1 needs a file"
      case $1 in
        --env) env_file=$2 ;;
        --template) template=$2 ;;
        --output) output=$2 ;;
      esac
      shift
      ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done

[ -z "$env_file" ] || [ -e "$env_file" ] || die "there is no $env_file."
: "${env_file:=$root/.env}"
[ -e "$template" ] || die "there is no template $template."
load_settings "$env_file" || exit 1
: "${output:=$runtime_conf}"

umask 077
mkdir -p "$(dirname -- "$output")"
# In the folder of the output, so that the last step is one rename: a reader sees the old file or the new, never half.
work=$(mktemp "$output.XXXXXX") || die "cannot write $(dirname -- "$output")."
trap 'rm -f "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
problems=$work.problems
trap 'rm -f "$work" "$problems"' EXIT
if ! (
  for name in $(env_names); do export "${name?}"; done
  LC_ALL=C awk -v file="$(short "$template")" -v where="$(short "$env_file")" -f "$root/scripts/lib/render.awk" "$template" \
    >"$work" 2>"$problems"
); then
  fail "$(short "$template") was not rendered:"
  cat "$problems" >&2
  exit 1
fi
chmod 600 "$work"
mv "$work" "$output"
short "$output"
