#!/bin/sh
# Finds a nats-server that this project can run, and prints its path. Everything else goes to stderr.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/find-nats-server.sh [--no-download] [--help]

Prints the path of a nats-server (2.9.10 or later) on stdout, progress and advice on stderr.
Looks, in this order, at
  1. NATS_SERVER_BIN      a path or a program name; when it is set, nothing else is tried
  2. PATH                 and /usr/sbin, where Debian puts it
  3. .cache/nats-server/  what an earlier run unpacked
  4. Debian's package     downloaded and unpacked into .cache/nats-server, never installed: no service, no root needed
                          (only an empty package list needs root once, for apt-get update)

  --no-download   stop after step 3
  --help          this text

Exit codes: 0 found, 1 not found (with the commands that get one), 2 wrong usage.
HELP
}

download=yes
while [ $# -gt 0 ]; do
  case $1 in
    --no-download) download=no ;;
    -h | --help) usage; exit 0 ;;
    *) printf 'find-nats-server: unknown option %s (see --help)\n' "$1" >&2; exit 2 ;;
  esac
  shift
done

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cache=$root/.cache/nats-server
minimum=2.9.10

say() { printf '%s\n' "$*" >&2; }

# version_of PROGRAM: "2.9.10"; nothing when it is no nats-server
version_of() {
  "$1" --version 2>/dev/null | sed -n 's/^nats-server: v\{0,1\}\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p'
}

# new_enough VERSION: is it at least $minimum?
new_enough() {
  awk -v have="$1" -v need="$minimum" 'BEGIN {
    split(have, h, "."); split(need, n, ".")
    for (i = 1; i <= 3; i++) { if (h[i] + 0 > n[i] + 0) exit 0; if (h[i] + 0 < n[i] + 0) exit 1 }
    exit 0 }'
}

# usable PROGRAM: runs, is nats-server, and is new enough; says why not
usable() {
  found_version=$(version_of "$1") || found_version=
  if [ -z "$found_version" ]; then
    say "$1 does not answer to --version as nats-server does."
    return 1
  fi
  if ! new_enough "$found_version"; then
    say "$1 is nats-server $found_version; nunect needs $minimum or later."
    return 1
  fi
}

cached() {
  for candidate in "$cache/usr/sbin/nats-server" "$cache/usr/bin/nats-server" "$cache/nats-server"; do
    if [ -x "$candidate" ] && [ ! -d "$candidate" ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

is_listed() { apt-cache show nats-server >/dev/null 2>&1; }
# Lists that have anything at all have something to say of apt itself.
lists_are_empty() { ! apt-cache show apt >/dev/null 2>&1; }

# Debian and its children. Unpacked aside and then moved, so that an interrupted download never looks like a whole one.
fetch_debian_package() {
  command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 || return 1
  mkdir -p "$root/.cache"
  work=$(mktemp -d "$root/.cache/nats-server.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if ! is_listed; then
    if [ "$(id -u)" != 0 ]; then
      if lists_are_empty; then
        say "This machine's package lists are empty, and only root can fill them:  sudo apt-get update"
      else
        say "This machine's package archives have no nats-server (Debian 12 and later and Ubuntu's universe do)."
      fi
      return 1
    fi
    say 'Filling the package lists (apt-get update) ...'
    apt-get update >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; return 1; }
    if ! is_listed; then
      say "This machine's package archives have no nats-server (Debian 12 and later and Ubuntu's universe do)."
      return 1
    fi
  fi
  say "Downloading Debian's nats-server into .cache/ (not installed, no service) ..."
  if ! (cd "$work" && apt-get download nats-server >log 2>&1); then
    # Lists older than the archive name a file that is gone: fill them once more.
    if [ "$(id -u)" != 0 ] || ! apt-get update >"$work/log" 2>&1 ||
      ! (cd "$work" && apt-get download nats-server >log 2>&1); then
      grep -v '^W: Download is performed unsandboxed' "$work/log" | tail -n 5 >&2
      return 1
    fi
  fi
  dpkg -x "$work"/nats-server_*.deb "$work/tree" || return 1
  if ! cached >/dev/null; then
    rm -rf "$cache"
    mv "$work/tree" "$cache"
  fi
  rm -rf "$work"
  trap - EXIT INT TERM
}

machine() {
  case $(uname -m) in
    x86_64 | amd64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    armv7*) echo arm7 ;;
    armv6*) echo arm6 ;;
    *) uname -m ;;
  esac
}

system() {
  case $(uname -s) in
    Darwin) echo darwin ;;
    FreeBSD) echo freebsd ;;
    *) echo linux ;;
  esac
}

advise() {
  release=nats-server-v2.11.9-$(system)-$(machine)
  cat >&2 <<ADVICE
No nats-server ($minimum or later) was found. One of these brings it; then run the same command again.

  Debian, Ubuntu   sudo apt-get update && sudo apt-get install nats-server
                   (where systemd runs, this also starts a service on port 4222: sudo systemctl disable --now nats-server)
  macOS            brew install nats-server
  Docker           id=\$(docker create nats:2.11-alpine) && mkdir -p .cache/nats-server &&
                   docker cp "\$id":/usr/local/bin/nats-server .cache/nats-server/ && docker rm "\$id"
  Release          mkdir -p .cache/nats-server &&
                   curl -fsSL https://github.com/nats-io/nats-server/releases/download/v2.11.9/$release.tar.gz |
                   tar -xz -C .cache/nats-server --strip-components 1

A nats-server elsewhere: NATS_SERVER_BIN=/path/to/nats-server
ADVICE
}

if [ -n "${NATS_SERVER_BIN:-}" ]; then
  if ! program=$(command -v "$NATS_SERVER_BIN"); then
    say "NATS_SERVER_BIN is $NATS_SERVER_BIN, which is no program that can be run here. Correct it, or leave it empty."
    exit 1
  fi
  usable "$program" || { say 'Correct NATS_SERVER_BIN, or leave it empty.'; exit 1; }
  printf '%s\n' "$program"
  exit 0
fi

for program in "$(command -v nats-server || :)" /usr/sbin/nats-server; do
  if [ -n "$program" ] && [ -x "$program" ] && usable "$program"; then
    printf '%s\n' "$program"
    exit 0
  fi
done

if program=$(cached) && usable "$program"; then
  printf '%s\n' "$program"
  exit 0
fi

if [ "$download" = yes ] && fetch_debian_package && program=$(cached) && usable "$program"; then
  say "Unpacked nats-server $found_version."
  printf '%s\n' "$program"
  exit 0
fi

advise
exit 1
