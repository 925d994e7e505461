-- Made by mailgen.
options.hostnames = true
options.certificates = true

account = IMAP {
  server = 'imap.sohu.com',
  port = 993,
  ssl = 'auto',
  username = 'user@sohu.com',
}
