#!/bin/sh
# Installs the guardian as a service, or takes it away again.
set -eu

usage() {
  cat <<'TEXT'
Usage: install.sh [options]

Installs the built guardian, its service and templates of its configuration. What is configured is never overwritten.

  --prefix DIR    where programs go (/usr/local)
  --init KIND     systemd, procd, or none (what runs here)
  --user NAME     whom the guardian runs as (nunect); made where there is none
  --dry-run       say what would be done, and change nothing
  --uninstall     take away what was installed; configuration and state stay
  --purge         with --uninstall: configuration and state too
  --help          this text

DESTDIR in the environment is put before every path, for packages: then no user is made and no service is touched.
Exit codes: 0 done, 1 could not be done, 2 wrong usage.
TEXT
}

say() { printf '%s\n' "$*"; }
die() {
  printf 'install.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

prefix=/usr/local
init=
user=nunect
dry_run=
action=install
purge=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --init | --user)
      [ $# -ge 2 ] || die "$1 needs a value; --help lists the options" 2
      case $1 in
        --prefix) prefix=$2 ;;
        --init) init=$2 ;;
        --user) user=$2 ;;
      esac
      shift
      ;;
    --dry-run) dry_run=1 ;;
    --uninstall) action=uninstall ;;
    --purge) purge=1 ;;
    --help)
      usage
      exit 0
      ;;
    *) die "unknown option $1; --help lists the options" 2 ;;
  esac
  shift
done
case $prefix in
  /*) ;;
  *) die "--prefix: $prefix is not allowed; expected an absolute path" 2 ;;
esac
# The unit file has no quoting that every path would survive.
case $prefix$user in
  *[!A-Za-z0-9/._-]*) die "--prefix and --user: letters, digits and / . _ - only" 2 ;;
esac
[ -z "$purge" ] || [ "$action" = uninstall ] || die '--purge goes with --uninstall' 2
if [ -z "$init" ]; then
  if [ -d /run/systemd/system ]; then init=systemd; elif [ -x /sbin/procd ]; then init=procd; else init=none; fi
fi
case $init in
  systemd | procd | none) ;;
  *) die "--init: $init is not allowed; expected systemd, procd or none" 2 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dest=${DESTDIR:-}
prefix=${prefix%/}
lib=$prefix/lib/nunect-guardian
bin=$prefix/bin
etc=/etc/nunect-guardian
share=$prefix/share/nunect-guardian
manifest=$lib/manifest
unit=/etc/systemd/system/nunect-guardian.service
initd=/etc/init.d/nunect-guardian

# Does it, or says that it would.
run() {
  if [ -n "$dry_run" ]; then say "would run: $*"; else "$@"; fi
}

# Lists a path for --uninstall, once.
note() {
  [ -n "$dry_run" ] || grep -qxF "$1" "$dest$manifest" 2>/dev/null || printf '%s\n' "$1" >>"$dest$manifest"
}

# A folder, and those above it that are missing: each is listed, so that none stays behind.
folder() {
  [ ! -d "$dest$1" ] || return 0
  case $1 in / | '') return 0 ;; esac
  # A dry run makes none, and says it once.
  case $made in *"$1/
"*) return 0 ;; esac
  folder "$(dirname "$1")"
  run mkdir -m 0755 "$dest$1"
  made="$made$1/
"
  # At once: what is taken away later must be listed even if the next step fails.
  if [ -d "$dest$lib" ]; then printf '%s' "$made" | while IFS= read -r path; do note "$path"; done; fi
}

# file SOURCE TARGET MODE
file() {
  folder "$(dirname "$2")"
  # Beside it and then in its place: what runs reads the old one whole or the new one whole.
  run cp "$1" "$dest$2.new"
  run chmod "$3" "$dest$2.new"
  run mv -f "$dest$2.new" "$dest$2"
  note "$2"
}

# As file, where there is none yet; not listed, since it is its owner's from now on.
configuration() {
  folder "$(dirname "$2")"
  if [ -e "$dest$2" ]; then
    say "kept: $2"
    return 0
  fi
  run cp "$1" "$dest$2"
  run chmod "$3" "$dest$2"
  # It holds the login, and the guardian reads it again at each attempt to connect.
  if [ "$2" = "$etc/env" ] && [ -z "$dest" ]; then run chown "$user" "$2"; fi
}

have_user() { grep -q "^$user:" /etc/passwd || { command -v getent >/dev/null && getent passwd "$user" >/dev/null; }; }

make_user() {
  [ -z "$dest" ] || return 0
  if ! have_user; then
    if command -v useradd >/dev/null; then
      run useradd --system --user-group --home-dir /var/lib/nunect-guardian --no-create-home --shell /usr/sbin/nologin "$user"
    elif command -v adduser >/dev/null; then
      run adduser -S -D -H -h /var/lib/nunect-guardian -s /bin/false "$user"
    else
      die "there is no user $user and no program to make one: add it, or name another by --user"
    fi
  fi
}

systemd_runs() { [ -z "$dest" ] && [ -d /run/systemd/system ]; }

install_unit() {
  rendered=$(mktemp)
  sed -e "s|@LIB@|$lib|g" -e "s|@BIN@|$bin|g" -e "s|@ETC@|$etc|g" \
    -e "s|^User=.*|User=$user|" -e "s|^Group=.*|Group=$user|" "$here/nunect-guardian.service" >"$rendered"
  file "$rendered" "$unit" 0644
  rm -f "$rendered"
  systemd_runs || return 0
  run systemctl daemon-reload
  # Only where it runs already, as after an upgrade.
  run systemctl try-restart nunect-guardian.service
}

install_all() {
  bundle=$root/dist/guardian/nunect-guardian.cjs
  [ -f "$bundle" ] || die "there is no $bundle; npm run build:guardian makes it"
  made=
  folder "$lib"
  file "$bundle" "$lib/nunect-guardian.cjs" 0755
  for part in "$root"/dist/guardian/*.cjs; do
    [ "$part" = "$bundle" ] || file "$part" "$lib/${part##*/}" 0644
  done
  file "$here/README.md" "$lib/README.md" 0644
  folder "$bin"
  run ln -sf "$lib/nunect-guardian.cjs" "$dest$bin/nunect-guardian"
  note "$bin/nunect-guardian"
  for template in "$root"/config/time/*.md "$root"/config/time/*/*; do
    [ -f "$template" ] || continue
    mode=0644
    [ ! -x "$template" ] || mode=0755
    file "$template" "$share/time/${template#"$root"/config/time/}" "$mode"
  done
  make_user
  configuration "$root/config/connector-profile.yaml" "$etc/profile.yaml" 0644
  configuration "$here/guardian.env" "$etc/env" 0600
  case $init in
    systemd) install_unit ;;
    procd)
      file "$here/openwrt/files/nunect-guardian.init" "$initd" 0755
      configuration "$here/openwrt/files/nunect-guardian.config" /etc/config/nunect-guardian 0644
      ;;
  esac
  note "$manifest"
  command -v node >/dev/null || say 'note: there is no node in PATH; the guardian needs Node 20.19 or later'
  next_steps
}

next_steps() {
  [ -z "$dest$dry_run" ] || return 0
  say "Installed. Now: edit $etc/env and $etc/profile.yaml, then"
  say "  nunect-guardian doctor --profile $etc/profile.yaml --env $etc/env"
  case $init in
    systemd) say '  systemctl enable --now nunect-guardian' ;;
    procd) say "  $initd enable && $initd start" ;;
  esac
}

stop_service() {
  [ -z "$dest" ] || return 0
  if [ -f "$unit" ] && systemd_runs; then run systemctl disable --now nunect-guardian.service || true; fi
  if [ -x "$initd" ]; then
    run "$initd" stop || true
    run "$initd" disable || true
  fi
}

remove_folder() {
  if [ -n "$dry_run" ]; then
    say "would run: rmdir $dest$1 (if it is empty then)"
  elif [ -z "$(ls -A "$dest$1" 2>/dev/null)" ]; then
    rmdir "$dest$1"
  else
    say "kept: $1, which is not empty"
  fi
}

uninstall_all() {
  [ -f "$dest$manifest" ] || [ -n "$purge" ] || die "nothing is installed under $prefix: there is no $manifest"
  stop_service
  if [ -f "$dest$manifest" ]; then
    list=$(mktemp)
    cp "$dest$manifest" "$list"
    while IFS= read -r path; do
      case $path in */) ;; *) run rm -f "$dest$path" ;; esac
    done <"$list"
    [ -z "$purge" ] || purge_all
    # Deepest first; what others have put something into stays.
    sed -n 's|/$||p' "$list" | sort -r | while IFS= read -r path; do
      [ ! -d "$dest$path" ] || remove_folder "$path"
    done
    rm -f "$list"
  else
    purge_all
  fi
  if systemd_runs; then run systemctl daemon-reload; fi
}

purge_all() {
  run rm -f "$dest$etc/env" "$dest$etc/profile.yaml" "$dest/etc/config/nunect-guardian"
  run rm -rf "$dest/var/lib/nunect-guardian"
  [ ! -d "$dest$etc" ] || remove_folder "$etc"
}

if [ "$action" = install ]; then install_all; else uninstall_all; fi
