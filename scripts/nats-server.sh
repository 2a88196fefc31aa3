#!/bin/sh
# Runs this checkout's nats-server in the background.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/nats-server.sh start|stop|reload|status|check [--env FILE] [--help]

  start    renders the configuration, starts nats-server in the background, waits until it answers
  stop     stops the one that start has started, and waits for its end
  reload   renders and checks the configuration, and has the running server take it: users, passwords, permissions,
           limits. Says which changes need a restart instead. A bad configuration leaves the running one as it is.
  status   process id, version, uptime, ports. Exit code 0: it runs, 3: it does not, 4: it runs and does not answer
  check    renders the configuration, has the server's own -t check it, and names what that lets pass: http and https
           together, a WebSocket without TLS and without no_tls, origins without scheme, empty or unquoted secrets.
           With a file behind it (check FILE), checks that file as it is.

  --env FILE   settings (default .env; see config/env.example)
  --help       this text

The configuration is config/nats-server.conf, rendered to config/nats-server-runtime.conf; the process id is in RUN_DIR,
the log in LOG_DIR, JetStream's data in NATS_DATA_DIR. Exit codes besides those of status: 0 done, 1 failed, 2 wrong usage.
HELP
}

program=nats-server.sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/processes.sh"

action=
env_file=
checked=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --env) [ $# -ge 2 ] || wrong_usage '--env needs a file'; env_file=$2; shift ;;
    -*) wrong_usage "unknown option $1" ;;
    *)
      if [ -z "$action" ]; then action=$1
      elif [ "$action" = check ] && [ -z "$checked" ]; then checked=$1
      else wrong_usage "unexpected $1"; fi
      ;;
  esac
  shift
done
case $action in
  start | stop | reload | status | check) ;;
  '') usage >&2; exit 2 ;;
  *) wrong_usage "unknown command $action" ;;
esac
[ -z "$env_file" ] || [ -e "$env_file" ] || die "there is no $env_file."
env_option=${env_file:+ --env $env_file}
: "${env_file:=$root/.env}"
load_settings "$env_file" || exit 1

umask 077
pid_file=$RUN_DIR/nats-server.pid
# What the running server was started with: a reload is compared with it.
started_conf=$RUN_DIR/nats-server-started.conf
log=$LOG_DIR/nats-server.log
clients=nats://$nats_host:$NATS_PORT
pages=ws://$nats_host:$NATS_WS_PORT
mark=" -c $runtime_conf "

find_server() {
  [ -z "${server_bin:-}" ] || return 0
  server_bin=$(NATS_SERVER_BIN=${NATS_SERVER_BIN:-} sh "$root/scripts/find-nats-server.sh") || exit 1
}

awk_check() { LC_ALL=C awk -f "$root/scripts/lib/config-check.awk" "$@"; }

# check_file FILE NAME: both checks; says what is wrong
check_file() {
  find_server
  check_bad=0
  if ! check_said=$("$server_bin" -t -c "$1" 2>&1); then
    fail "$2 is refused by $server_bin:"
    printf '%s\n' "$check_said" | sed '/^$/d; s/^/  /' >&2
    check_bad=1
  fi
  if ! check_said=$(awk_check "$1" 2>&1); then
    fail "$2 has what the server's own check lets pass:"
    printf '%s\n' "$check_said" >&2
    check_bad=1
  fi
  return "$check_bad"
}

render() { sh "$root/scripts/render-config.sh" --env "$env_file" --output "$1" >/dev/null; }

warn_of_exposure() {
  case $NATS_BIND in
    127.* | localhost | ::1 | '[::1]') ;;
    *) say "Note: NATS_BIND is $NATS_BIND: passwords travel in clear to it. Put TLS in front before others reach it." ;;
  esac
}

running_pid() { pid_in "$pid_file" "$mark"; }

do_start() {
  if pid=$(running_pid); then
    say "nats-server runs already (pid $pid). To take a changed configuration: sh scripts/nats-server.sh reload"
    return 0
  fi
  mkdir -p "$RUN_DIR" "$LOG_DIR" "$NATS_DATA_DIR"
  find_server
  render "$runtime_conf" || exit 1
  check_file "$runtime_conf" "$(short "$runtime_conf")" || exit 1
  warn_of_exposure
  free_ports "NATS_PORT $NATS_BIND $NATS_PORT" "NATS_HTTP_PORT 127.0.0.1 $NATS_HTTP_PORT" \
    "NATS_WS_PORT $NATS_BIND $NATS_WS_PORT" "NATS_LEAF_PORT $NATS_BIND $NATS_LEAF_PORT" || exit 1
  claim_data
  forget_old_logs
  cp "$runtime_conf" "$started_conf"
  # The log file is the server's own (it turns it over at its size limit); what it says before, or dying, comes there too.
  # shellcheck disable=SC2094
  (in_own_session "$server_bin" -c "$runtime_conf" -l "$log" </dev/null >>"$log" 2>&1) &
  pid=$!
  printf '%s\n' "$pid" >"$pid_file"
  claim_data "$pid"
  # JetStream reads all it holds before it answers: large stores take their time.
  result=0
  silent=$(node "$root/scripts/lib/net.mjs" wait 60 "$pid" "$clients" "$pages" \
    "http://127.0.0.1:$NATS_HTTP_PORT/healthz") || result=$?
  case $result in
    0) say "nats-server $(server_version) runs (pid $pid): $clients, pages at $pages" ;;
    3) fail 'nats-server ended at its start.'; last_lines "$log"; rm -f "$pid_file"; exit 1 ;;
    *)
      fail "nats-server does not answer within a minute on $silent; stopping it."
      last_lines "$log"
      stop_process "$pid" "$mark" 10 || :
      rm -f "$pid_file"
      exit 1
      ;;
  esac
}

server_version() { "$server_bin" --version | sed 's/^nats-server: v\{0,1\}//'; }

# The server turns its log over but forgets no old one on 2.9: keep five.
forget_old_logs() {
  # shellcheck disable=SC2012  # the server's own file names: dates, no blanks
  ls -t "$log".* 2>/dev/null | tail -n +6 | while IFS= read -r old; do rm -f "$old"; done
}

do_stop() {
  if ! pid=$(running_pid); then
    rm -f "$pid_file"
    say 'nats-server does not run.'
    return 0
  fi
  # It drains nothing on SIGTERM, but JetStream writes its state; that may take a while with large stores.
  if stop_process "$pid" "$mark" 30; then say "nats-server stopped (pid $pid)."
  else say "nats-server (pid $pid) did not end within 30 s and was killed. Its log: $(short "$log")"; fi
  rm -f "$pid_file"
}

# Two servers on one folder destroy it, and the server itself does not look.
claim_data() {
  if other=$(pid_in "$NATS_DATA_DIR/nats-server.pid" nats-server-runtime.conf) && [ "$other" != "${1:-}" ]; then
    die "$(short "$NATS_DATA_DIR") is the data folder of another nats-server (pid $other). Set NATS_DATA_DIR to a folder of this one's own."
  fi
  [ -z "${1:-}" ] || printf '%s\n' "$1" >"$NATS_DATA_DIR/nats-server.pid"
}

# needs_restart OLD NEW: the settings that differ and that no running server takes
needs_restart() {
  awk_check -v dump=1 "$1" >"$1.fixed"
  awk_check -v dump=1 "$2" >"$2.fixed"
  # What stands in one of them only. (diff would do, but not every one of them prints the same.)
  sort "$1.fixed" "$2.fixed" | uniq -u | cut -f 1 | sed 's/\[\]//' | sort -u
  rm -f "$1.fixed" "$2.fixed"
}

do_reload() {
  pid=$(running_pid) || die 'nats-server does not run: nothing to reload. Start it with: sh scripts/nats-server.sh start'
  candidate=$RUN_DIR/nats-server-candidate.conf
  previous=$RUN_DIR/nats-server-previous.conf
  trap 'rm -f "$candidate" "$candidate.fixed" "$previous" "$started_conf.fixed"' EXIT
  if ! render "$candidate" || ! check_file "$candidate" 'the new configuration'; then
    die 'not reloaded; the server goes on as it was.'
  fi
  if [ -e "$started_conf" ]; then
    changed=$(needs_restart "$started_conf" "$candidate")
    if [ -n "$changed" ]; then
      fail 'not reloaded; these changes need a restart:'
      printf '%s\n' "$changed" | sed 's/^/  /' >&2
      say "  sh scripts/nats-server.sh stop$env_option && sh scripts/nats-server.sh start$env_option"
      exit 1
    fi
  fi
  cp "$runtime_conf" "$previous"
  mv "$candidate" "$runtime_conf"
  before=$(loaded_at)
  log_size=$(wc -c <"$log")
  "$server_bin" --signal "reload=$pid" >/dev/null || { mv "$previous" "$runtime_conf"; die 'the signal could not be sent.'; }
  tries=100
  while [ "$tries" -gt 0 ]; do
    if said=$(tail -c "+$((log_size + 1))" "$log" | grep 'Failed to reload server configuration'); then
      mv "$previous" "$runtime_conf"
      fail 'the server refused the new configuration and goes on as it was:'
      printf '  %s\n' "${said#*reload server configuration: }" | cut -c 1-300 >&2
      exit 1
    fi
    if [ "$(loaded_at)" != "$before" ]; then
      say "nats-server took the new configuration (pid $pid)."
      return 0
    fi
    tries=$((tries - 1))
    pause
  done
  fail "the server did not say within 10 s that it took the new configuration. Its log: $(short "$log")"
  exit 1
}

loaded_at() { node "$root/scripts/lib/net.mjs" varz "http://127.0.0.1:$NATS_HTTP_PORT" | tail -n 1; }

do_status() {
  if ! pid=$(running_pid); then
    say 'nats-server does not run.'
    exit 3
  fi
  if ! figures=$(node "$root/scripts/lib/net.mjs" varz "http://127.0.0.1:$NATS_HTTP_PORT"); then
    say "nats-server runs (pid $pid) and does not answer on http://127.0.0.1:$NATS_HTTP_PORT. Its log: $(short "$log")"
    exit 4
  fi
  cat <<STATUS
nats-server runs
  pid         $pid
  version     $(printf '%s\n' "$figures" | sed -n 1p)
  uptime      $(printf '%s\n' "$figures" | sed -n 2p)
  clients     $clients
  pages       $pages
  leaf nodes  nats-leaf://$nats_host:$NATS_LEAF_PORT
  monitoring  http://127.0.0.1:$NATS_HTTP_PORT
  log         $(short "$log")
STATUS
}

do_check() {
  if [ -n "$checked" ]; then
    [ -r "$checked" ] || die "there is no $checked."
    check_file "$checked" "$checked" || exit 1
    say "$checked is good (nats-server $(server_version))."
    return 0
  fi
  mkdir -p "$RUN_DIR"
  candidate=$RUN_DIR/nats-server-candidate.conf
  trap 'rm -f "$candidate"' EXIT
  render "$candidate" || exit 1
  check_file "$candidate" "$(short "$root/config/nats-server.conf")" || exit 1
  warn_of_exposure
  say "config/nats-server.conf with the values of $(short "$env_file") is good (nats-server $(server_version))."
}

"do_$action"
