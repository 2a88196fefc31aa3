#!/bin/sh
# Fetches the nats-servers that nunect is tested on, and prints their paths. Everything else goes to stderr.
set -eu

usage() {
  cat <<'HELP'
Usage: sh scripts/nats-servers.sh [--update] [--no-download] [--help]

Unpacks the nats-server of Debian 12 (bookworm: the oldest that nunect supports) and the newest one that Debian's testing
release carries into .cache/nats-servers/<version>/nats-server, and prints the paths of all, oldest first, separated by
colons: what NATS_SERVER_BINS takes. Nothing is installed, no service is started, no root is needed, and the system's apt
stays as it is: the mirror, its keys and its proxy are taken from this machine's own apt, everything that apt writes goes
into a folder that is removed again.

What is there already is not asked for again: a second run needs no network. What cannot be had is told, and the list is
then what there is; without any, the one that scripts/find-nats-server.sh finds.

  --update        look whether Debian has newer ones
  --no-download   only what is there
  --help          this text

Exit codes: 0 all are there, 1 none is, 2 wrong usage, 3 some could not be had (the list has the others).
HELP
}

program=nats-servers
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"

update=no
download=yes
while [ $# -gt 0 ]; do
  case $1 in
    --update) update=yes ;;
    --no-download) download=no ;;
    -h | --help) usage; exit 0 ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done

cache=$root/.cache/nats-servers
suites='bookworm testing'

# version_of PROGRAM: "2.9.10"; nothing when it is no nats-server, or one for another machine
version_of() {
  "$1" --version 2>/dev/null | sed -n 's/^nats-server: v\{0,1\}\([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p'
}

# unpacked SUITE: path of the program that came from there; what does not run is taken for absent, and fetched again
unpacked() {
  suite_version=$(cat "$cache/$1.version" 2>/dev/null) || return 1
  [ "$(version_of "$cache/$suite_version/nats-server")" = "$suite_version" ] || return 1
  printf '%s\n' "$cache/$suite_version/nats-server"
}

# mirrors: where this machine gets its Debian from. Read with its own apt, which knows all ways to write it down; only
# archives of the machine's own release, since those of updates and of other makers have no suites like ours.
mirrors() {
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null | tr -d '"') || codename=
  # shellcheck disable=SC2016  # apt replaces these
  apt-get indextargets --format '$(CREATED_BY)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)' 2>/dev/null |
    awk -F '|' -v codename="$codename" '
      $1 == "Packages" && $2 == "main" &&
      ($3 == codename || $3 ~ /^(oldoldstable|oldstable|stable|testing|unstable|sid)$/) && !seen[$4]++ { print $4 }'
}

# private_apt FOLDER MIRROR SUITE: a configuration that shares with the system's own only how to reach an archive. The
# rest (hooks that run programs after an update, pins, further sources) would act on the system, or on our choice.
private_apt() {
  mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial" "$1/empty"
  : >"$1/state/status"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  signed_by=
  if [ -r "$keyring" ]; then signed_by="[signed-by=$keyring] "; fi
  printf 'deb %s%s %s main\n' "$signed_by" "$2" "$3" >"$1/sources.list"
  {
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || :
    cat <<CONFIG
Dir::State "$1/state/";
Dir::State::status "$1/state/status";
Dir::Cache "$1/cache/";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/empty";
Dir::Etc::preferences "$1/none";
Dir::Etc::preferencesparts "$1/empty";
Dir::Etc::main "$1/none";
Dir::Etc::parts "$1/empty";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONFIG
  } >"$1/apt.conf"
}

# keep SUITE TREE: moves the program of an unpacked package to its place. Moved when whole, so that an interrupted run
# leaves nothing that looks like a server.
keep() {
  for candidate in "$2/usr/sbin/nats-server" "$2/usr/bin/nats-server"; do
    if [ -x "$candidate" ]; then break; fi
  done
  new_version=$(version_of "$candidate") || new_version=
  if [ -z "$new_version" ]; then
    fail "the package of $1 has no nats-server that runs on this machine."
    return 1
  fi
  if [ "$(version_of "$cache/$new_version/nats-server")" != "$new_version" ]; then
    mkdir -p "$cache/$new_version"
    mv -f "$candidate" "$cache/$new_version/nats-server"
  fi
  printf '%s\n' "$new_version" >"$work/version"
  mv -f "$work/version" "$cache/$1.version"
  say "Unpacked $1's nats-server $new_version."
}

# fetch_from MIRROR SUITE FOLDER: one try; what apt says of it stays in FOLDER/log
fetch_from() {
  mkdir -p "$3"
  private_apt "$3" "$1" "$2"
  (
    cd "$3" || exit 1
    export APT_CONFIG="$3/apt.conf" LC_ALL=C
    apt-get update >log 2>&1 && apt-get download nats-server >>log 2>&1 && dpkg -x nats-server_*.deb tree >>log 2>&1
  ) || return 1
  # An update that reached nothing ends with 0 and a warning; then there is no package either.
  [ -d "$3/tree" ]
}

# fetch SUITE: from the first of the machine's mirrors that has it
fetch() {
  for needed in apt-get apt-config dpkg; do
    if command -v "$needed" >/dev/null 2>&1; then continue; fi
    fail "$1's nats-server is fetched with Debian's own tools, and this machine has no $needed."
    return 1
  done
  list=$(mirrors) || list=
  if [ -z "$list" ]; then
    fail "$1's nats-server: this machine's apt names no Debian archive to fetch it from."
    return 1
  fi
  say "Fetching $1's nats-server (not installed, no service) ..."
  attempt=0
  for mirror in $list; do
    attempt=$((attempt + 1))
    if fetch_from "$mirror" "$1" "$work/$1-$attempt"; then
      keep "$1" "$work/$1-$attempt/tree"
      return
    fi
    fail "$1's nats-server could not be fetched from this machine's mirror:"
    { grep -E '^(E|W|Err):?' "$work/$1-$attempt/log" || tail -n 3 "$work/$1-$attempt/log"; } | tail -n 5 >&2
  done
  return 1
}

# prune: versions that no suite carries any more
prune() {
  for folder in "$cache"/*/; do
    old=$(basename -- "$folder")
    if [ -e "$folder/nats-server" ] && ! grep -qxF -- "$old" "$cache"/*.version; then rm -rf "$folder"; fi
  done
}

mkdir -p "$cache"
work=$(mktemp -d "$root/.cache/nats-servers.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

paths=
missing=0
for suite in $suites; do
  if [ "$download" = yes ] && { [ "$update" = yes ] || ! unpacked "$suite" >/dev/null; }; then fetch "$suite" || :; fi
  if path=$(unpacked "$suite"); then
    paths="$paths$path
"
  else
    missing=1
    say "Without $suite's nats-server."
  fi
done
if [ "$missing" -eq 0 ]; then prune; fi
if [ -z "$paths" ]; then
  say 'None of them could be had; looking for one on this machine.'
  if [ "$download" = yes ]; then set --; else set -- --no-download; fi
  paths=$(sh "$root/scripts/find-nats-server.sh" "$@") || exit 1
fi

# Oldest first, each once: testing may have what Debian 12 has.
printf '%s\n' "$paths" | while IFS= read -r path; do
  if [ -n "$path" ]; then printf '%s %s\n' "$(version_of "$path")" "$path"; fi
done | sort -u -t . -k 1,1n -k 2,2n -k 3,3n | cut -d ' ' -f 2- | paste -s -d : -
[ "$missing" -eq 0 ] || exit 3
