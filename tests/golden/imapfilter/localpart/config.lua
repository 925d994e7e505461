-- Made by mailgen.
options.hostnames = true
options.certificates = true

account = IMAP {
  server = 'imap.mail.yahoo.co.jp',
  port = 993,
  ssl = 'auto',
  username = 'user',
}
