#!/bin/sh
# Everything of nunect on this machine, from a fresh clone to a URL: `npm start`.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/start.sh [--development] [--no-guardian] [--env FILE] [--help]

Installs the Node packages and builds what is missing or outdated, finds nats-server, writes .env on the first run, runs
nats-server, guardian and page server, and prints the page's URL when each of them answers. Ctrl-C stops what it started.

  --development   a page opened on this machine logs in by itself. Never behind a proxy or tunnel. Without it the page
                  asks for the viewer's login (NATS_VIEWER_USER and NATS_VIEWER_PASSWORD in .env). `npm start` gives it
  --no-guardian   nats-server and page only: this machine does not appear as a unit
  --env FILE      settings (default .env); written with random passwords when it is missing, never overwritten
  --help          this text

All settings are explained in config/env.example; a variable of the environment wins over .env. A second copy runs beside
the first with other ports and another RUN_DIR, LOG_DIR and NATS_DATA_DIR.

Exit codes: 0 stopped by Ctrl-C or SIGTERM, 1 something failed or ended by itself (it is named), 2 wrong usage.
HELP
}

program=start.sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/processes.sh"

development=
guardian=yes
env_file=$root/.env
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --development) development=yes ;;
    --no-guardian) guardian= ;;
    --env) [ $# -ge 2 ] || wrong_usage '--env needs a file'; env_file=$2; shift ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done
case $env_file in /*) ;; *) env_file=$PWD/$env_file ;; esac
cd "$root"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  green=$(printf '\033[32m') red=$(printf '\033[31m') bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
  green='' red='' bold='' plain=''
fi

# --- one line a step -------------------------------------------------------------------------------------------------

step_open=
begin() {
  step_began=$(date +%s)
  step_open=yes
  printf '  %-12s %s' "$1" "${2:+$2 ... }"
}
ok() {
  step_open=
  step_took=$(($(date +%s) - step_began))
  if [ "$step_took" -gt 1 ]; then printf '%sok%s  %s (%s s)\n' "$green" "$plain" "$1" "$step_took"
  else printf '%sok%s  %s\n' "$green" "$plain" "$1"; fi
}
failed() {
  step_open=
  printf '%sfailed%s\n' "$red" "$plain"
}

# --- ending ----------------------------------------------------------------------------------------------------------

step_pid=
interrupted=
ours=
page_mark=$root/dist/server/nunect-page-server.mjs
guardian_mark=$root/dist/guardian/nunect-guardian.cjs

# stop_all: what runs by our pid files, the last started first
stop_all() {
  stop_one page-server "$page_mark" 5
  stop_one guardian "$guardian_mark" 10
  stop_one nats-server " -c $runtime_conf " 30
}

stop_one() {
  stop_file=$RUN_DIR/$1.pid
  if stop_pid=$(pid_in "$stop_file" "$2"); then
    stop_process "$stop_pid" "$2" "$3" ||
      { say "  $1 (pid $stop_pid) did not end within $3 s and was killed."; } 2>/dev/null || :
    stopped="${stopped:+$stopped, }$1"
  fi
  rm -f "$stop_file"
}

finish() {
  result=$?
  # Nothing may end this half-way, least of all that nobody reads what it says.
  trap '' INT TERM HUP PIPE
  trap - EXIT
  # The terminal has written ^C.
  [ -z "$step_open$interrupted" ] || { printf '\n'; } 2>/dev/null || :
  if [ -n "$step_pid" ]; then
    kill -TERM "$step_pid" 2>/dev/null || :
    wait "$step_pid" 2>/dev/null || :
  fi
  rm -f "$env_file.$$"
  if [ -n "$ours" ]; then
    stopped=
    stop_all
    rm -f "$RUN_DIR/start.pid"
    [ -z "$stopped" ] || { printf '  Stopped: %s.\n' "$stopped"; } 2>/dev/null || :
  fi
  exit "$result"
}
trap finish EXIT
# Asked to end, and ended in order: a success.
trap 'interrupted=yes; exit 0' INT
trap 'exit 0' TERM HUP
# Who read this went away (`start.sh | head`): as good as Ctrl-C.
trap 'exit 0' PIPE

# waiting_for COMMAND...: its exit code; unlike a foreground command it lets Ctrl-C and SIGTERM through at once
waiting_for() {
  "$@" &
  step_pid=$!
  waited=0
  wait "$step_pid" || waited=$?
  step_pid=
  return "$waited"
}

# --- before anything runs --------------------------------------------------------------------------------------------

check_node() {
  command -v node >/dev/null 2>&1 || die 'Node is missing: nunect needs Node 20.19 or later (https://nodejs.org).'
  node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24 ? 0 : 1)' ||
    die "this is Node $(node --version); nunect needs 20.19 or later, 22.13 or later, or 24 and later (https://nodejs.org)."
}

# is_newer FILE THAN: FILE is newer, or THAN is missing
is_newer() { [ ! -e "$2" ] || [ -n "$(find "$1" -newer "$2")" ]; }

quietly() { "$@" >"$LOG_DIR/$quiet_log" 2>&1 </dev/null; }

install_packages() {
  if ! is_newer package-lock.json node_modules/.package-lock.json; then return 0; fi
  begin packages 'npm ci'
  quiet_log=npm-ci.log
  if waiting_for quietly npm ci --no-audit --no-fund; then ok 'installed'; else
    failed
    last_lines "$LOG_DIR/$quiet_log"
    exit 1
  fi
}

# What the built files are made of. Only what exists is given to find.
outdated() {
  for built in dist/dashboard/index.html dist/server/nunect-page-server.mjs ${guardian:+dist/guardian/nunect-guardian.cjs}; do
    [ -e "$built" ] || return 0
    for source in protocol components pages guardian-node config/build package.json package-lock.json tsconfig.json; do
      [ -e "$source" ] || continue
      [ -z "$(find "$source" -type f -newer "$built" 2>/dev/null | head -n 1)" ] || return 0
    done
  done
  return 1
}

build() {
  outdated || return 0
  begin build 'npm run build:app'
  quiet_log=build.log
  if waiting_for quietly npm run build:app; then ok 'built'; else
    failed
    last_lines "$LOG_DIR/$quiet_log"
    exit 1
  fi
}

unit_name() {
  name=$(hostname 2>/dev/null || uname -n)
  name=$(printf '%s' "${name%%.*}" | LC_ALL=C tr -c 'A-Za-z0-9_-' '-' | cut -c 1-64)
  printf '%s' "${name:-unit}"
}

random_password() { od -An -N 24 -tx1 /dev/urandom | tr -d ' \n'; }

write_env() {
  umask 077
  # Aside first, and then linked: an interrupted run leaves no half file, and an existing one is never replaced.
  while IFS= read -r line; do
    case $line in
      NATS_*_PASSWORD=) printf '%s%s\n' "$line" "$(random_password)" ;;
      UNIT_ID=) printf '%s%s\n' "$line" "$(unit_name)" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <config/env.example >"$env_file.$$"
  ln "$env_file.$$" "$env_file" 2>/dev/null || { [ ! -e "$env_file" ] && mv "$env_file.$$" "$env_file"; } ||
    die "cannot write $env_file."
  rm -f "$env_file.$$"
}

settings() {
  if [ -e "$env_file" ]; then
    case $(ls -ld "$env_file") in
      -???------*) ;;
      *) env_note="$(short "$env_file") can be read by other users: chmod 600 $(short "$env_file")" ;;
    esac
  else
    begin settings
    write_env
    ok "$(short "$env_file") written, with random passwords"
  fi
  load_settings "$env_file" || exit 1
  [ -z "${env_note:-}" ] || say "  Note: $env_note"
  if [ -n "$origins_guessed" ] && [ -z "$NATS_MANAGER_DOMAIN" ] && is_wildcard "$NATS_MANAGER_BIND"; then
    say "  Note: the page can be opened from other machines, but NATS lets in pages opened on this one only: set
  NATS_MANAGER_DOMAIN to the name that users open, or NATS_WS_ORIGINS to all that they do (http://192.0.2.7:$NATS_MANAGER_PORT)."
  fi
}

# Every setting that is no login, so that each program sees what this script saw. Logins they read themselves, as those in
# .env may change while they run; of a user that .env does not name they would not know the default.
export_settings() {
  for name in $(env_names); do
    case $name in
      *_PASSWORD) ;;
      *_USER) grep -Eq "^[[:space:]]*(export )?${name}[[:space:]]*=[[:space:]]*[^[:space:]]" "$env_file" || export "${name?}" ;;
      *) if eval "[ -n \"\$$name\" ]"; then export "${name?}"; fi ;;
    esac
  done
}

claim() {
  if other=$(pid_in "$RUN_DIR/start.pid" start.sh) && [ "$other" != $$ ]; then
    die "nunect runs here already (pid $other): $url
  End it there with Ctrl-C, or: kill $other. A second copy needs other ports and another RUN_DIR, LOG_DIR, NATS_DATA_DIR."
  fi
  stopped=
  stop_all
  [ -z "$stopped" ] || printf '  %-12s %s\n' left-over "stopped $stopped of an earlier run"
  printf '%s\n' $$ >"$RUN_DIR/start.pid"
  ours=yes
}

# --- the three programs ----------------------------------------------------------------------------------------------

find_nats_server() {
  if found=$(NATS_SERVER_BIN=${NATS_SERVER_BIN:-} sh scripts/find-nats-server.sh --no-download 2>/dev/null); then
    NATS_SERVER_BIN=$found
  else
    begin nats-server "looking for one"
    quiet_log=find-nats-server.log
    if waiting_for quietly env NATS_SERVER_BIN="${NATS_SERVER_BIN:-}" sh scripts/find-nats-server.sh; then
      NATS_SERVER_BIN=$(tail -n 1 "$LOG_DIR/$quiet_log")
      ok "$(short "$NATS_SERVER_BIN") (Debian's package, unpacked, not installed)"
    else
      failed
      sed 's/^/  /' "$LOG_DIR/$quiet_log" >&2
      exit 1
    fi
  fi
  export NATS_SERVER_BIN
}

run_nats_server() {
  begin nats-server
  if said=$(sh scripts/nats-server.sh start --env "$env_file" 2>&1); then
    ok "$(printf '%s\n' "$said" | tail -n 1 | sed 's/^nats-server //; s/ runs (pid.*//') on $nats_host:$NATS_PORT"
    # Notes, such as one on an exposed address.
    printf '%s\n' "$said" | sed '$d' | sed 's/^/    /'
  else
    failed
    printf '%s\n' "$said" | sed 's/^/  /' >&2
    exit 1
  fi
}

# launch NAME COMMAND...: in the background, with a log and a pid file; sets $launched
launch() {
  launch_name=$1
  shift
  launch_log=$LOG_DIR/$launch_name.log
  [ ! -e "$launch_log" ] || mv "$launch_log" "$launch_log.1"
  (in_own_session "$@" </dev/null >"$launch_log" 2>&1) &
  launched=$!
  printf '%s\n' "$launched" >"$RUN_DIR/$launch_name.pid"
}

# answered RESULT NAME SECONDS: whether the wait for it ended well; else says what happened and ends
answered() {
  [ "$1" -ne 0 ] || return 0
  failed
  if [ "$1" -eq 3 ]; then fail "the $2 ended at its start."; else fail "the $2 does not answer within $3 s."; fi
  last_lines "$launch_log"
  exit 1
}

# The stream in which the last days of every unit are kept: charts begin with them. Without it all else works. A server that is
# elsewhere has an administrator of its own.
run_streams() {
  [ -z "${NATS_URL:-}" ] || return 0
  begin streams
  streams_log=$LOG_DIR/streams.log
  if waiting_for node "$guardian_mark" setup-streams hub --env "$env_file" </dev/null >"$streams_log" 2>&1; then
    ok 'history in OPS'
  else
    failed
    fail 'there is no history: charts begin empty. Mend it, then run: nunect-guardian setup-streams hub'
    last_lines "$streams_log"
  fi
}

run_guardian() {
  begin guardian
  launch guardian node "$guardian_mark" run --profile "$root/config/connector-profile.yaml" --env "$env_file"
  case ${NATS_URL:-nats://$nats_host:$NATS_PORT} in
    nats://*,* | [!n]*) ok "unit $UNIT_ID (started; whether it reaches $NATS_URL, its log says)"; return 0 ;;
  esac
  result=0
  NATS_GUARDIAN_USER=$NATS_GUARDIAN_USER NATS_GUARDIAN_PASSWORD=$NATS_GUARDIAN_PASSWORD \
    waiting_for node scripts/lib/net.mjs echo 20 "$launched" "${NATS_URL:-nats://$nats_host:$NATS_PORT}" "$UNIT_ID" \
    >/dev/null || result=$?
  answered "$result" guardian 20
  ok "unit $UNIT_ID"
}

run_page_server() {
  begin 'page server'
  # Only this flag, only here: without it the page asks for the login, whatever .env or the environment say.
  NATS_MANAGER_DEV_LOGIN=false
  if [ -n "$development" ]; then NATS_MANAGER_DEV_LOGIN=true; fi
  export NATS_MANAGER_DEV_LOGIN
  launch page-server node "$page_mark" --env "$env_file"
  result=0
  waiting_for node scripts/lib/net.mjs wait 20 "$launched" "${url}healthz" >/dev/null || result=$?
  answered "$result" 'page server' 20
  ok "on $NATS_MANAGER_BIND:$NATS_MANAGER_PORT"
}

# watch: until guardian or page server ends. Both are made to wait for nats-server, so its end is only said: who restarts it
# (scripts/nats-server.sh start) sees them come back.
watch() {
  nats_server_gone=
  while :; do
    # stdout of the checks is the pid, which nobody needs here
    if pid_in "$RUN_DIR/nats-server.pid" " -c $runtime_conf " >/dev/null; then
      [ -z "$nats_server_gone" ] || say '  nats-server is back.'
      nats_server_gone=
    elif [ -z "$nats_server_gone" ]; then
      nats_server_gone=yes
      fail 'nats-server ended; guardian and page wait for it. Start it again: sh scripts/nats-server.sh start'
      last_lines "$LOG_DIR/nats-server.log"
    fi
    for watched in ${guardian:+guardian} page-server; do
      case $watched in
        guardian) watched_mark=$guardian_mark ;;
        *) watched_mark=$page_mark ;;
      esac
      if ! pid_in "$RUN_DIR/$watched.pid" "$watched_mark" >/dev/null; then
        fail "the ${watched} ended by itself; stopping the rest."
        last_lines "$LOG_DIR/$watched.log"
        return 1
      fi
    done
    waiting_for sleep 1
  done
}

printf '%snunect%s\n' "$bold" "$plain"
check_node
settings
mkdir -p "$RUN_DIR" "$LOG_DIR" || die "cannot make the folders $RUN_DIR and $LOG_DIR."
url=http://$(url_host "$NATS_MANAGER_BIND"):$NATS_MANAGER_PORT/
claim
free_ports "NATS_PORT $NATS_BIND $NATS_PORT" "NATS_HTTP_PORT 127.0.0.1 $NATS_HTTP_PORT" \
  "NATS_WS_PORT $NATS_BIND $NATS_WS_PORT" "NATS_LEAF_PORT $NATS_BIND $NATS_LEAF_PORT" \
  "NATS_MANAGER_PORT $NATS_MANAGER_BIND $NATS_MANAGER_PORT" || exit 1
install_packages
build
find_nats_server
export_settings
run_nats_server
[ -z "$guardian" ] || { run_streams && run_guardian; }
run_page_server

printf '\n  Open  %s%s%s\n\n' "$bold" "$url" "$plain"
[ -n "$development" ] ||
  printf '  The page asks for a login: user %s, password NATS_VIEWER_PASSWORD in %s.\n' "$NATS_VIEWER_USER" "$(short "$env_file")"
printf '  Ctrl-C stops everything. Logs: %s/\n' "$(short "$LOG_DIR")"
watch
