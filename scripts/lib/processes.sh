# shellcheck shell=sh
# Processes and ports, for the scripts of this folder. Sourced after common.sh.
# A process is known by its id AND by a mark, a text of its command line that no other program has (such as the path of
# its configuration): ids are reused, and what merely has the id of a pid file is never touched.

pause() { sleep 0.1 2>/dev/null || sleep 1; }

# command_of PID: its command line; nothing when it is gone or a zombie
command_of() {
  if [ -d /proc/self ]; then
    { tr '\000' ' ' <"/proc/$1/cmdline"; } 2>/dev/null || :
  else
    # -ww: else macOS cuts the line at 79 columns, and the mark may lie behind
    ps -ww -o stat= -o args= -p "$1" 2>/dev/null | sed -n '/^Z/d; s/^[^ ]* *//p'
  fi
}

# is_running PID MARK
is_running() {
  [ -n "$1" ] || return 1
  case $(command_of "$1") in
    *"$2"*) return 0 ;;
    *) return 1 ;;
  esac
}

# pid_in FILE MARK: the pid in FILE when that process has the mark
pid_in() {
  file_pid=
  { read -r file_pid <"$1" || [ -n "$file_pid" ]; } 2>/dev/null || return 1
  case $file_pid in '' | *[!0-9]*) return 1 ;; esac
  is_running "$file_pid" "$2" || return 1
  printf '%s\n' "$file_pid"
}

# stop_process PID MARK SECONDS: asks it to end, waits, and kills it only when the time is over. 0 ended by itself, 1 was killed
stop_process() {
  is_running "$1" "$2" || return 0
  kill -TERM "$1" 2>/dev/null || :
  stop_left=$(($3 * 10))
  while is_running "$1" "$2"; do
    if [ "$stop_left" -le 0 ]; then
      kill -KILL "$1" 2>/dev/null || :
      while is_running "$1" "$2"; do pause; done
      return 1
    fi
    stop_left=$((stop_left - 1))
    pause
  done
}

# in_own_session COMMAND...: replaces this (sub)shell by it, out of reach of the terminal's Ctrl-C, which only the script
# that started it shall hear
in_own_session() {
  if command -v setsid >/dev/null 2>&1; then
    exec setsid "$@"
  elif command -v perl >/dev/null 2>&1; then
    exec perl -e 'use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV' -- "$@"
  else
    exec "$@"
  fi
}

# port_owner PORT: "pid 123 (node server.js)" of who listens there, as far as this user may see it
port_owner() {
  owner=
  if [ -r /proc/net/tcp ]; then
    inodes=$(awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' \
      /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u | tr '\n' ' ')
    # shellcheck disable=SC2012  # one ls for all descriptors of all processes; the names are numbers
    owner=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v inodes="$inodes" '
      BEGIN { n = split(inodes, list, " "); for (i = 1; i <= n; i++) wanted["socket:[" list[i] "]"] = 1 }
      /^\/proc\// { split($0, part, "/"); pid = part[3] }
      $NF in wanted { print pid; exit }')
  elif command -v lsof >/dev/null 2>&1; then
    owner=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN -t 2>/dev/null | head -n 1)
  fi
  if [ -z "$owner" ]; then
    printf 'a process of another user (sudo lsof -nP -iTCP:%s -sTCP:LISTEN names it)' "$1"
    return
  fi
  # Two words of it: enough to know it by, and no secrets of a command line.
  printf 'pid %s (%s)' "$owner" "$(command_of "$owner" | LC_ALL=C tr -cd '[:print:]' | cut -d ' ' -f 1-2 | cut -c 1-80)"
}

# free_ports "NAME ADDRESS PORT" ...: says of each port that cannot be had who has it and which variable changes it
free_ports() {
  if taken=$(node "${root:?}/scripts/lib/net.mjs" free "$@"); then return 0; fi
  printf '%s\n' "$taken" | while read -r taken_name taken_address taken_port taken_code; do
    case $taken_code in
      EADDRINUSE)
        fail "port $taken_port is taken by $(port_owner "$taken_port"). It is left alone: end it, or set $taken_name to another port." ;;
      EACCES) fail "port $taken_port may be opened by root only: set $taken_name to one above 1023." ;;
      EADDRNOTAVAIL) fail "$taken_address is no address of this machine ($taken_name, port $taken_port)." ;;
      EINVAL) fail "$taken_name is \"$taken_port\": a port is a number from 1 to 65535." ;;
      TWICE) fail "$taken_name is $taken_port, which another variable names too: each needs a port of its own." ;;
      *) fail "port $taken_port ($taken_name) cannot be opened: $taken_code." ;;
    esac
  done
  return 1
}

# last_lines FILE: the end of a log, indented
last_lines() {
  [ -s "$1" ] || { say "  ($(short "$1") is empty)"; return; }
  say "  The end of $(short "$1"):"
  tail -n 12 "$1" | LC_ALL=C tr -d '\000-\010\013-\037\177' | cut -c 1-300 | sed 's/^/  | /' >&2
}
