# Replaces ${NAME} in a nats-server configuration by the environment's value of NAME.
#   within "…"        escaped; ${NAME[]} becomes one quoted text for each comma-separated item; ${X_URL@} the URL with the
#                     login of X_USER and X_PASSWORD in it
#   outside of quotes whole numbers only: any other text could be read as something else than text
# $SYS and $JS stay as they are, and so do comments. All problems are named, then it exits 1.
# Variables: file (for messages), where (where a user sets the values)

function problem(text) { if (!(text in said)) { said[text] = 1; print "  " text > "/dev/stderr" } bad = 1 }

function escape(text,   i, c, out) {
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\\" || c == "\"") out = out "\\"
    out = out c
  }
  return out
}

# What the server would refuse in words that do not lead to the variable, or would take in silence.
function validate(name, value,   other) {
  if (name in checked) return
  checked[name] = 1
  if (value ~ /[\001-\037\177]/) problem(name " holds a control character (a line break or a tab?)")
  if (name ~ /_PORT$/ && value != "-1" && (value !~ /^[0-9]+$/ || value + 0 < 1 || value + 0 > 65535))
    problem(name " is \"" value "\": a port is a number from 1 to 65535")
  if (name == "UNIT_ID" && (value !~ /^[A-Za-z0-9_-]+$/ || length(value) > 64))
    problem(name " is \"" value "\": a unit has 1 to 64 letters, digits, - and _, as it is part of subjects")
  if ((name == "NATS_BIND" || name == "NATS_SERVER_NAME") && value ~ / /) problem(name " is \"" value "\": no spaces")
  if (name ~ /_PASSWORD$/ && value ~ /^\$2[abxy]?\$/)
    problem(name " looks like a bcrypt hash: put the password itself here, the programs log in with it")
  if (name ~ /^NATS_.*_USER$/) {
    if (value in userOf) problem(userOf[value] " and " name " are both \"" value "\": each login needs a name of its own")
    userOf[value] = name
  }
}

function items(name, value,   n, i, list, out, item) {
  n = split(value, list, ",")
  out = ""
  for (i = 1; i <= n; i++) {
    item = list[i]
    gsub(/^ +| +$/, "", item)
    if (item == "") continue
    if (name == "NATS_WS_ORIGINS" && item !~ /^https?:\/\/[^\/ ?#]+$/)
      problem(name " has \"" item "\": an origin is http:// or https://, a host, and a port where it is not 80 or 443; nothing behind")
    out = out (out == "" ? "" : "\", \"") escape(item)
  }
  if (out == "") problem(name " is empty: set it in " where)
  return out
}

# Bytes that a URL cannot have in a login, as %XX.
function percent(text,   i, c, out) {
  if (!(" " in code)) for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    out = out (c ~ /[A-Za-z0-9._~-]/ ? c : sprintf("%%%02X", code[c]))
  }
  return out
}

function with_login(name, url,   stem, user, word, at) {
  if (url !~ /^(nats-leaf|nats|tls|ws|wss):\/\/[^\/?# @]+(\/[^ ?#@]*)?$/) {
    # With a login in it the value is a secret.
    problem(name (url ~ /@/ ? " holds a login" : " is \"" url "\"") ": expected tls://host:port, wss://host:port or nats-leaf://host:port, without a login in it")
    return ""
  }
  stem = substr(name, 1, length(name) - 4)
  user = stem "_USER"; word = stem "_PASSWORD"
  if (ENVIRON[user] == "") { problem(user " is empty: set it in " where); return "" }
  if (ENVIRON[word] == "") { problem(word " is empty: set it in " where); return "" }
  validate(user, ENVIRON[user]); validate(word, ENVIRON[word])
  at = index(url, "://") + 3
  return substr(url, 1, at - 1) percent(ENVIRON[user]) ":" percent(ENVIRON[word]) "@" substr(url, at)
}

function replacement(name, kind, quoted,   value) {
  if (!(name in ENVIRON)) { problem(name " is not set: set it in " where " (" file ":" FNR " needs it)"); return "" }
  value = ENVIRON[name] ""
  if (value == "") { problem(name " is empty: set it in " where); return "" }
  validate(name, value)
  if (kind == "[]") return items(name, value)
  if (kind == "@") return escape(with_login(name, value))
  if (!quoted && value !~ /^-?[0-9]+$/) problem(file ":" FNR ": ${" name "} stands outside of quotes, and its value is no whole number")
  return quoted ? escape(value) : value
}

{
  line = $0; out = ""; quoted = 0
  while (line != "") {
    c = substr(line, 1, 1)
    if (c == "\\" && quoted) { out = out substr(line, 1, 2); line = substr(line, 3); continue }
    if (c == "\"") quoted = !quoted
    if (!quoted && (c == "#" || substr(line, 1, 2) == "//")) { out = out line; break }
    if (c == "$" && match(line, /^\$\{[A-Z_][A-Z0-9_]*(\[\]|@)?\}/)) {
      name = substr(line, 3, RLENGTH - 3)
      kind = sub(/\[\]$/, "", name) ? "[]" : sub(/@$/, "", name) ? "@" : ""
      line = substr(line, RLENGTH + 1)
      if (kind != "" && !quoted) problem(file ":" FNR ": ${" name kind "} must stand within double quotes")
      out = out replacement(name, kind, quoted)
      continue
    }
    out = out c
    line = substr(line, 2)
  }
  if (quoted) problem(file ":" FNR ": a double quote is never closed on this line")
  print out
}

END { if (bad) exit 1 }
