-- Made by mailgen.
options.hostnames = true
options.certificates = true

account = IMAP {
  server = 'imap.spmode.ne.jp',
  port = 993,
  ssl = 'auto',
  username = 'd-account-7',
}
