-- Made by mailgen.
options.hostnames = true
options.certificates = true

account = IMAP {
  server = 'imap.xn--bcher-kva.example',
  port = 993,
  ssl = 'auto',
  username = 'user@xn--bcher-kva.example',
}
