#!/bin/sh
# Every check and test of nunect, one after the other, and their sum: `npm test`.
set -eu

usage() {
  cat <<'HELP'
Usage: npm test [-- --only STAGE,STAGE] [--help]

Runs every check and test and ends with the line "N passed, N failed" (and ", N skipped"). What is missing is brought
first, and said: Node packages (npm ci), Chromium and shellcheck (Debian's, as root), the oldest and the newest
nats-server (scripts/nats-servers.sh; where only one can be had, the tests run on that).
A second run needs no network.

Stages, in this order; the two of a line run at the same time:
  typecheck  types of everything              lint     ESLint, templates (lit-analyzer), formatting, shellcheck
  build      package, bundle, page, server, guardian
  size       what each entry costs            package  packed, installed in an empty folder, used
  node       protocol, guardian, scripts, page server, configuration, on real servers
  elements   each element in Chromium
  e2e        the page in Chromium, on a real nats-server and guardian
  storybook  the gallery builds; every story renders and is accessible

  --only LIST   only these stages, separated by commas (and build, when it never ran and one of them needs it)
  --help        this text

Variables: CHROMIUM (the browser), NATS_SERVER_BINS (all servers to test on, separated by colons), NATS_SERVER_BIN (the
one to test on), NUNECT_STAGE_LIMIT_S (a stage that takes longer is ended and has failed, seconds; 2400).
The whole output of each stage is kept in .cache/test/<stage>.log.

Exit codes: 0 all passed, 1 something failed, 2 wrong usage or a program that cannot be brought.
HELP
}

program=test.sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
cd "$root"

stages='typecheck lint build size package node elements e2e storybook'
unset only
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --only) [ $# -ge 2 ] || wrong_usage '--only needs a list of stages'; only=$2; shift ;;
    --only=*) only=${1#--only=} ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done
if [ -n "${only+given}" ]; then
  only=" $(printf '%s' "$only" | tr ',' ' ') "
  case $only in *[!\ ]*) ;; *) wrong_usage "--only names no stage: $stages" ;; esac
  for each in $only; do
    case " $stages " in *" $each "*) ;; *) wrong_usage "there is no stage $each: $stages" ;; esac
  done
fi

wanted() { [ -z "${only-}" ] || case $only in *" $1 "*) ;; *) return 1 ;; esac; }
any_wanted() { for each in "$@"; do if wanted "$each"; then return 0; fi; done; return 1; }

logs=$root/.cache/test
mkdir -p "$logs"

# --- what the stages need --------------------------------------------------------------------------------------------

bring_packages() {
  command -v node >/dev/null 2>&1 || { fail 'Node is missing: nunect needs Node 20.19 or later (https://nodejs.org).'; exit 2; }
  if [ -e node_modules/.package-lock.json ] && [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
    return
  fi
  say 'Installing the Node packages (npm ci) ...'
  npm ci --no-audit --no-fund >"$logs/npm-ci.log" 2>&1 </dev/null || { tail -n 20 "$logs/npm-ci.log" >&2; fail 'npm ci failed.'; exit 2; }
}

chromium_path() { node --input-type=module -e "import { chromium } from './config/build/chromium.mjs'; console.log(chromium())"; }

bring_chromium() {
  browser=$(chromium_path)
  if [ -x "$browser" ]; then return; fi
  if [ -n "${CHROMIUM:-}" ]; then fail "CHROMIUM=$CHROMIUM is no program."; exit 2; fi
  advice='Install it (Debian: apt-get install chromium fonts-dejavu-core) or set CHROMIUM to its path.'
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then fail "Chromium is missing. $advice"; exit 2; fi
  say 'Installing Chromium (apt-get install chromium fonts-dejavu-core) ...'
  {
    apt-get update &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core
  } >"$logs/apt-get.log" 2>&1 </dev/null || { tail -n 20 "$logs/apt-get.log" >&2; fail "apt-get failed. $advice"; exit 2; }
}

bring_shellcheck() {
  if command -v shellcheck >/dev/null 2>&1; then return; fi
  # Without it the other stages run all the same; lint tells what it did not do.
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then return; fi
  say 'Installing shellcheck (apt-get install shellcheck) ...'
  {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends shellcheck
  } >"$logs/apt-get-shellcheck.log" 2>&1 </dev/null || tail -n 5 "$logs/apt-get-shellcheck.log" >&2
}

bring_nats_server() {
  if [ -n "${NATS_SERVER_BINS:-}" ]; then return; fi
  # Whoever names one server means that one.
  if [ -n "${NATS_SERVER_BIN:-}" ]; then sh scripts/find-nats-server.sh </dev/null >/dev/null || exit 2; return; fi
  servers_code=0
  NATS_SERVER_BINS=$(sh scripts/nats-servers.sh </dev/null) || servers_code=$?
  case $servers_code in
    0) ;;
    # Said on every run: it looks like a full matrix otherwise.
    3) say "Server tests run without the servers that could not be had: $NATS_SERVER_BINS" ;;
    *) exit 2 ;;
  esac
  export NATS_SERVER_BINS
}

bring_packages
if wanted lint; then bring_shellcheck; fi
if any_wanted package elements e2e storybook; then bring_chromium; fi
if any_wanted package node e2e; then bring_nats_server; fi
if any_wanted size package node e2e && ! wanted build; then
  for each in dist/lib/components/all.d.ts dist/cdn/nunect.js dist/dashboard/index.html dist/server dist/guardian; do
    if [ ! -e "$each" ]; then only="$only build "; break; fi
  done
fi

# --- the stages ------------------------------------------------------------------------------------------------------

# counts_in LOG: "passed failed skipped" of its last count; nothing without one
counts_in() {
  sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed\(, \([0-9][0-9]*\) skipped\)\{0,1\}$/\1 \2 \4/p' "$1" | tail -n 1
}

# The longest takes half of it on two slow cores.
stage_limit_s=${NUNECT_STAGE_LIMIT_S:-2400}
sum_passed=0
sum_failed=0
sum_skipped=0
running=

# start STAGE: in a session of its own where that can be had, so that all that it started can be ended with it
start() {
  date +%s >"$logs/$1.began"
  rm -f "$logs/$1.ended"
  set -- "$1" sh scripts/test-stage.sh --ended "$logs/$1.ended" "$1"
  stage_log=$logs/$1.log
  shift
  # One that waits for ever would hide what the others would say.
  if command -v timeout >/dev/null 2>&1; then set -- timeout -k 10 "$stage_limit_s" "$@"; fi
  if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
  "$@" >"$stage_log" 2>&1 </dev/null &
  stage_pid=$!
  running="$running $stage_pid"
}

# finish STAGE PID: waits, tells, adds up
finish() {
  code=0
  wait "$2" || code=$?
  [ -e "$logs/$1.ended" ] || date +%s >"$logs/$1.ended"
  took=$(($(cat "$logs/$1.ended") - $(cat "$logs/$1.began")))
  counts=$(counts_in "$logs/$1.log")
  note=
  if [ -z "$counts" ]; then
    case $1 in
      typecheck | lint | build) if [ "$code" -eq 0 ]; then counts='1 0 0'; else counts='0 1 0'; fi ;;
      *) counts='0 1 0'; note=' (it ended without a count)' ;;
    esac
  fi
  # shellcheck disable=SC2086  # two or three numbers
  set -- "$1" $counts
  failed=$3
  skipped=${4:-0}
  if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; note=" (it ended with code $code)"; fi
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then note=" (it was ended after $stage_limit_s s)"; fi
  sum_passed=$((sum_passed + $2))
  sum_failed=$((sum_failed + failed))
  sum_skipped=$((sum_skipped + skipped))
  line="$2 passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  if [ "$failed" -eq 0 ]; then
    printf '✔ %-10s %-32s %4s s\n' "$1" "$line" "$took"
    grep '^Passed only when run once more' "$logs/$1.log" | sed 's/^/  /' || :
  else
    printf '✖ %-10s %-32s %4s s%s\n' "$1" "$line" "$took" "$note"
    show_failure "$logs/$1.log"
  fi
}

# show_failure LOG: from where its runner tells what failed (Node, Playwright, the gallery, elements), else the end
show_failure() {
  from=
  for mark in '^✖ failing tests:' '^  1) \[' '^✖ ' '^ *❌ '; do
    from=$(grep -n "$mark" "$1" | head -n 1 | cut -d: -f1)
    if [ -n "$from" ]; then break; fi
  done
  printf '%s\n' "  ┌ $(short "$1")"
  if [ -n "$from" ]; then tail -n "+$from" "$1" | head -n 120; else tail -n 60 "$1"; fi |
    cut -c 1-300 | sed 's/^/  │ /'
}

stop_running() {
  trap '' INT TERM HUP
  for pid in $running; do kill -TERM "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || :; done
  wait
  exit 1
}

# together STAGE...: at the same time, those that are wanted
together() {
  pairs=
  for stage in "$@"; do
    if ! wanted "$stage"; then continue; fi
    printf '▸ %s\n' "$stage"
    start "$stage"
    pairs="$pairs $stage:$stage_pid"
  done
  for pair in $pairs; do finish "${pair%%:*}" "${pair#*:}"; done
  running=
}

trap stop_running INT TERM HUP
together typecheck lint
together build
together size package
together node
together elements
together e2e
together storybook

total="$sum_passed passed, $sum_failed failed"
[ "$sum_skipped" -eq 0 ] || total="$total, $sum_skipped skipped"
printf '\n%s\n' "$total"
[ "$sum_failed" -eq 0 ]
