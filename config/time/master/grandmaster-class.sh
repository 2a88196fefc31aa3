#!/bin/sh
# Tells ptp4l on a GPS-fed master what it may call itself, from what chronyd knows of the receiver.
set -u

usage() {
  cat <<X
Usage: grandmaster-class.sh [--once] [--help]

Every ten seconds ptp4l's clock class is set by what chronyd says:
  6    a receiver (reference clock GPS…, GNSS…, PPS… or NMEA…) is followed and answers
  7    it was, until less than HOLDOVER_S seconds ago
  248  anything else, and when this ends

Variables:
  PTP_DOMAIN   domain of ptp4l (0)
  PTP_SOCKET   its socket (/var/run/ptp4l)
  HOLDOVER_S   how long a lost receiver is holdover, seconds (300)
  EVERY_S      seconds between two looks (10)
  CHRONYC      chronyc with its options (chronyc)
  PMC          pmc (pmc)
Exit codes: 0 asked to end, or told once; 1 ptp4l does not answer (--once); 2 wrong usage.
X
}

once=
case ${1-} in
'') ;;
--once) once=1 ;;
--help) usage; exit 0 ;;
*) echo "grandmaster-class: $1 is not known; allowed are --once, --help" >&2; exit 2 ;;
esac

socket=${PTP_SOCKET:-/var/run/ptp4l}
ask() { ${PMC:-pmc} -u -b 0 -d "${PTP_DOMAIN:-0}" -s "$socket" "$@"; }

# What chronyd says: "good|lost", how far the clock may be off in ns, and its leap status. A lost receiver leaves tracking at
# Normal for long, so it is the source's own reach (octal, the sixth column) that counts.
look() {
  # CHRONYC may hold options.
  # shellcheck disable=SC2086
  timeout 5 ${CHRONYC:-chronyc} -c -n -m tracking sources 2>/dev/null | awk -F, '
    function abs(x) { return x < 0 ? -x : x }
    NF == 14 { bound = (abs($5) + $11 / 2 + $12) * 1e9; leap = $14 }
    NF == 10 && $1 == "#" && $2 == "*" && $3 ~ /^(GPS|GNSS|PPS|NMEA)/ && $6 != "0" { good = 1 }
    END { printf "%s %.0f %s\n", good && leap != "" && leap != "Not synchronised" ? "good" : "lost", bound, leap }'
}

# Codes of IEEE 1588 for "within".
accuracy() {
  for step in 100:0x21 250:0x22 1000:0x23 2500:0x24 10000:0x25 25000:0x26 100000:0x27 250000:0x28 1000000:0x29; do
    if [ "$1" -le "${step%:*}" ]; then echo "${step#*:}"; return; fi
  done
  echo 0xfe
}

# tell CLASS ACCURACY TRACEABLE SOURCE LEAP: what stands beside these in the same data set (time scale, TAI less UTC) is kept.
tell() {
  class=$1 accuracy=$2 traceable=$3 source=$4 leap61=0 leap59=0 variance=0xffff
  case $5 in Insert*) leap61=1 ;; Delete*) leap59=1 ;; esac
  if [ "$traceable" = 1 ]; then variance=0x4e5d; fi
  before=$(ask 'GET GRANDMASTER_SETTINGS_NP')
  offset=$(field currentUtcOffset)
  scale=$(field ptpTimescale)
  values="clockClass $class clockAccuracy $accuracy offsetScaledLogVariance $variance"
  values="$values currentUtcOffset $offset leap61 $leap61 leap59 $leap59 currentUtcOffsetValid $traceable"
  values="$values ptpTimescale $scale timeTraceable $traceable frequencyTraceable $traceable timeSource $source"
  # pmc ends with 0 even when nobody answers.
  if [ -z "$offset" ] || [ -z "$scale" ] ||
    ! ask "SET GRANDMASTER_SETTINGS_NP $values" | grep -q 'RESPONSE MANAGEMENT GRANDMASTER_SETTINGS_NP'; then
    echo "grandmaster-class: ptp4l does not answer at $socket in domain ${PTP_DOMAIN:-0}" >&2
    return 1
  fi
  if [ "$class" != "$(field clockClass)" ]; then echo "grandmaster-class: class $class, accuracy $accuracy"; fi
}
field() { printf '%s\n' "$before" | awk -v name="$1" '$1 == name { print $2 }'; }

free() { tell 248 0xfe 0 0xa0 ''; }

# Seconds since the machine started: the clock itself may be stepped.
seconds() {
  read -r up _ </proc/uptime
  echo "${up%.*}"
}

pause=
ending() {
  if [ -n "$pause" ]; then kill "$pause"; fi
  free
  exit 0
}
if [ -z "$once" ]; then trap ending TERM INT; fi

last_good=
while :; do
  read -r state bound leap <<X
$(look)
X
  now=$(seconds)
  if [ "$state" = good ]; then
    last_good=$now
    tell 6 "$(accuracy "$bound")" 1 0x20 "$leap"
  elif [ -n "$last_good" ] && [ $((now - last_good)) -lt "${HOLDOVER_S:-300}" ]; then
    # Nobody measures any more how far it is off.
    tell 7 0xfe 1 0xa0 "$leap"
  else
    last_good=
    free
  fi
  code=$?
  if [ -n "$once" ]; then exit $code; fi
  # In the background, so that a signal ends the wait at once.
  sleep "${EVERY_S:-10}" &
  pause=$!
  wait "$pause"
done
