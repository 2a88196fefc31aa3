# shellcheck shell=sh
# shellcheck disable=SC2034  # what is set here is used where this is sourced
# shellcheck disable=SC2094  # messages name the file that is read, on stderr: nothing is written to it
# Shared by the scripts of this folder: messages, .env, processes. Sourced, never run; sets only what it documents.
#   root      the checkout, absolute; the sourcing script sets it
#   program   name of the sourcing script, for messages; the sourcing script sets it

say() { printf '%s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "${program:?}" "$*" >&2; }
die() { fail "$*"; exit 1; }
wrong_usage() { fail "$1 (see --help)"; exit 2; }

# absolute PATH: a relative path is one of the checkout's
absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    ./*) printf '%s\n' "${root:?}/${1#./}" ;;
    *) printf '%s\n' "${root:?}/$1" ;;
  esac
}

# short PATH: as a user of the checkout would write it
short() { printf '%s\n' "${1#"${root:?}"/}"; }

# trim TEXT: without white space at both ends
trim() {
  trimmed=${1#"${1%%[![:space:]]*}"}
  printf '%s' "${trimmed%"${trimmed##*[![:space:]]}"}"
}

# Every setting by name: config/env.example is the list.
env_names() { sed -n 's/^\([A-Z_][A-Z0-9_]*\)=.*/\1/p' "${root:?}/config/env.example"; }

# env_value FILE LINE-NUMBER TEXT: sets $value, or says what is wrong and returns 1. Read like this, a value means the
# same to Node's parseEnv and to dotenv; what they would read differently is refused instead of guessed.
env_value() {
  value=$(trim "$3")
  case $value in
    "'"*"'" | '"'*'"' | '`'*'`')
      quote=${value%"${value#?}"}
      [ "$value" != "$quote" ] || { fail "$(short "$1"):$2: the quote $quote is never closed."; return 1; }
      value=${value#?}
      value=${value%?}
      case $quote$value in
        *"$quote"*"$quote"*) fail "$(short "$1"):$2: a quote $quote within quotes $quote: use another kind around it."; return 1 ;;
        '"'*\\*) fail "$(short "$1"):$2: a backslash within double quotes can be read in two ways: use single quotes."; return 1 ;;
      esac
      ;;
    "'"* | '"'* | '`'*) fail "$(short "$1"):$2: the quote is never closed, or something stands behind it."; return 1 ;;
    *'#'*) fail "$(short "$1"):$2: a value with # needs single quotes around it, else it would end there."; return 1 ;;
  esac
}

# env_read FILE: gives every variable that FILE names and that is empty so far its value; unknown names are reported, and
# names given twice refused: this would take the first mention, Node the last
env_read() {
  # The development flag is given by start.sh, or by whoever knows what it does: no template offers it.
  env_known=" $(env_names | tr '\n' ' ')NATS_MANAGER_DEV_LOGIN "
  env_line=0
  env_bad=0
  env_seen=' '
  cr=$(printf '\r')
  while IFS= read -r line || [ -n "$line" ]; do
    env_line=$((env_line + 1))
    line=$(trim "${line%"$cr"}")
    case $line in
      '' | '#'*) continue ;;
      'export '*) line=${line#export } ;;
    esac
    name=$(trim "${line%%=*}")
    case $line in
      *=*) ;;
      *) fail "$(short "$1"):$env_line: not of the form NAME=value."; env_bad=1; continue ;;
    esac
    case $name in
      '' | [!A-Za-z_]* | *[!A-Za-z0-9_]*)
        fail "$(short "$1"):$env_line: what stands before the = is no name of a variable (letters, digits and _)."
        env_bad=1
        continue
        ;;
    esac
    case $env_known in
      *" $name "*) ;;
      *)
        # Once is enough: a script that calls another one exports this.
        case ${NUNECT_NAMES_CHECKED:-}$name in
          NATS_* | *_DIR | UNIT_* | PTP_* | NTP_* | TIME_*)
            say "$(short "$1"):$env_line: $name is no setting of nunect (config/env.example has them all); ignored." ;;
        esac
        continue
        ;;
    esac
    case $env_seen in
      *" $name:"*)
        env_first=${env_seen##*" $name:"}
        fail "$(short "$1"):$env_line: $name stands in line ${env_first%% *} too: keep one of them."
        env_bad=1
        continue
        ;;
    esac
    env_seen="$env_seen$name:$env_line "
    env_value "$1" "$env_line" "${line#*=}" || { env_bad=1; continue; }
    eval "[ -n \"\${$name:-}\" ] || $name=\$value"
  done <"$1"
  return "$env_bad"
}

# url_host ADDRESS: as it stands in a URL that this machine can open
url_host() {
  case $1 in
    0.0.0.0 | :: | '[::]' | '') printf '127.0.0.1' ;;
    \[*) printf '%s' "$1" ;;
    *:*) printf '[%s]' "$1" ;;
    *) printf '%s' "$1" ;;
  esac
}

# default_origins: where users open this copy's dashboard, as far as the settings tell. nats-server 2.9 and 2.10 keep one
# port a host name, the last one, so the likelier ones stand behind; newer ones let all of them in.
default_origins() {
  printf 'http://127.0.0.1:6006,http://localhost:6006,http://127.0.0.1:%s,http://localhost:%s' "$page_port" "$page_port"
  if ! is_wildcard "${NATS_MANAGER_BIND:?}"; then
    case $NATS_MANAGER_BIND in
      127.0.0.1 | localhost) ;;
      *) printf ',http://%s:%s' "$(url_host "$NATS_MANAGER_BIND")" "$page_port" ;;
    esac
  fi
  case ${NATS_MANAGER_DOMAIN:-} in
    # What is no host name is named by the page server.
    '' | localhost | 127.0.0.1 | *[!A-Za-z0-9.:-]*) return ;;
  esac
  origin_host=$(url_host "$NATS_MANAGER_DOMAIN")
  case ${NATS_WS_URL:-} in
    # Pages that are to use wss came by https: something in front ends TLS.
    wss:*) printf ',http://%s:%s,https://%s' "$origin_host" "$page_port" "$origin_host" ;;
    *) printf ',https://%s,http://%s:%s' "$origin_host" "$origin_host" "$page_port" ;;
  esac
}

# is_wildcard ADDRESS: every interface
is_wildcard() { case $1 in 0.0.0.0 | :: | '[::]') return 0 ;; *) return 1 ;; esac; }

# load_settings FILE: every variable of config/env.example as a shell variable (not exported): the environment's value,
# else FILE's, else the default; folders absolute, an empty NATS_WS_ORIGINS filled. A FILE that is missing counts as empty.
# Also sets nats_host, where this machine reaches nats-server, runtime_conf, the rendered configuration of this copy, and
# origins_guessed where NATS_WS_ORIGINS was empty.
load_settings() {
  if [ -e "$1" ]; then env_read "$1" || return 1; fi
  export NUNECT_NAMES_CHECKED=yes
  env_read "${root:?}/config/env.example" || return 1
  NATS_DATA_DIR=$(absolute "${NATS_DATA_DIR:?}")
  LOG_DIR=$(absolute "${LOG_DIR:?}")
  RUN_DIR=$(absolute "${RUN_DIR:?}")
  page_port=${NATS_MANAGER_PORT:?}
  origins_guessed=
  if [ -z "$NATS_WS_ORIGINS" ]; then
    origins_guessed=yes
    NATS_WS_ORIGINS=$(default_origins)
  fi
  nats_host=$(url_host "${NATS_BIND:?}")
  if [ "$RUN_DIR" = "$root/run" ]; then
    runtime_conf=$root/config/nats-server-runtime.conf
  else
    runtime_conf=$RUN_DIR/nats-server-runtime.conf
  fi
}
