# Reads a nats-server configuration (rendered; includes are not followed) and names what `nats-server -t` lets pass.
# Exit code 1 when a problem was found. With -v dump=1 it prints instead "path TAB value" of all that a running server cannot
# reload: its name, ports, addresses, log size, and the blocks websocket, leafnodes, jetstream, cluster, gateway, mqtt.

function problem(text) { print "  " text > "/dev/stderr"; bad = 1 }

# kind and word of what comes next: { } [ ] sep text end. quoted says whether a text stood in quotes.
function next_token(   c, two, quote) {
  word = ""; quoted = 0
  for (;;) {
    c = substr(text, at, 1)
    if (c == "") { kind = "end"; return }
    two = substr(text, at, 2)
    if (c == "\n") { row++; at++ }
    else if (c == " " || c == "\t" || c == "\r" || c == "," || c == ";") at++
    else if (c == "#" || two == "//") { while (substr(text, at, 1) != "\n" && at <= size) at++ }
    else break
  }
  if (index("{}[]", c)) { kind = c; at++; return }
  if (c == ":" || c == "=") { kind = "sep"; at++; return }
  kind = "text"
  if (c == "\"" || c == "\047") {
    quote = c; quoted = 1; at++
    while (at <= size && (c = substr(text, at, 1)) != quote) {
      if (c == "\\" && quote == "\"") { at++; c = substr(text, at, 1) }
      if (c == "\n") row++
      word = word c; at++
    }
    at++
    return
  }
  while (at <= size) {
    c = substr(text, at, 1)
    if (index(" \t\r\n,;{}[]\"", c) || (!in_value && (c == ":" || c == "="))) break
    word = word c; at++
  }
}

function fixed(path) {
  return path ~ /^(server_name|host|net|port|listen|http|https|http_port|https_port|monitor_port|logfile_size_limit|log_size_limit)$/ \
      || path ~ /^(websocket|ws|leafnodes|leaf|jetstream|cluster|gateway|mqtt)(\.|\[|$)/
}

function leaf(path, value, quoted,   key) {
  if (dump) { if (fixed(path)) print path "\t" value; return }
  key = path; sub(/^.*\./, "", key)
  if (path ~ /^(http|http_port|monitor_port)$/) http = row
  if (path ~ /^(https|https_port)$/) https = row
  if (path ~ /^(websocket|ws)\.no_tls$/ && tolower(value) ~ /^(true|yes|on)$/) no_tls = 1
  if (path ~ /^(websocket|ws)\.allowed_origins?(\[\])?$/ && value !~ /^https?:\/\//)
    problem("line " row ": the origin \"" value "\" has no scheme (http:// or https://): older servers would then accept every origin")
  if (key ~ /^(user|username|pass|password|token)$/ && path ~ /(users\[\]|authorization)\./) {
    has[depth, key ~ /^user/ ? "user" : "pass"] = 1
    if (value == "") problem("line " row ": the " key " is empty: a server with it accepts an empty one")
    else if (!quoted) problem("line " row ": the " key " is not in quotes: 12345, 007, 1k or true would not be text")
  }
  if (key ~ /^(nkey|jwt)$/) has[depth, "pass"] = 1
}

function open_block(path, line) {
  if (path ~ /^(websocket|ws)$/) websocket = line
  if (path ~ /^(websocket|ws)\.tls$/) tls = 1
  depth++; name[depth] = path; from[depth] = line
  delete has[depth, "user"]; delete has[depth, "pass"]
}

function close_block() {
  if (!dump && name[depth] ~ /users\[\]$/ && has[depth, "user"] && !has[depth, "pass"])
    problem("line " from[depth] ": this user has no password")
  if (depth > 0) depth--
}

{ text = text $0 "\n" }

END {
  size = length(text); at = 1; row = 1; depth = 0; list[0] = 0; name[0] = ""
  for (;;) {
    in_value = 0
    if (list[depth]) in_value = 1
    next_token()
    if (kind == "end") break
    if (kind == "}" || kind == "]") { close_block(); continue }
    path = list[depth] ? name[depth] "[]" : (name[depth] == "" ? tolower(word) : name[depth] "." tolower(word))
    if (!list[depth]) {
      if (kind != "text") continue
      in_value = 1; next_token()
      if (kind == "sep") next_token()
    }
    if (kind == "{") { open_block(path, row); list[depth] = 0 }
    else if (kind == "[") { open_block(path, row); list[depth] = 1 }
    else if (kind == "text") leaf(path, word, quoted)
    else if (kind == "}" || kind == "]") close_block()
  }
  if (dump) exit 0
  if (http && https) problem("line " http " and line " https ": http and https together: the server ends at its start")
  if (websocket && !tls && !no_tls) problem("line " websocket ": websocket has neither tls nor no_tls: the server ends at its start")
  exit bad
}
