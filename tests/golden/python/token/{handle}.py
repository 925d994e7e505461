# Made by mailgen.
# receiving() and sending() return connections that are logged in. Run as a program it counts the mail that
# there is, or with the word send sends the message on its standard input.
import base64
import email
import email.policy
import getpass
import imaplib
import os.path
import smtplib
import ssl
import subprocess
import sys

ADDRESS = 'user@gmail.com'
SENDER = 'user@gmail.com'
CA_FILE = None
IMAP_HOST = 'imap.gmail.com'
IMAP_PORT = 993
IMAP_USER = 'user@gmail.com'
SMTP_HOST = 'smtp.gmail.com'
SMTP_PORT = 465
SMTP_USER = 'user@gmail.com'
SECRET_COMMAND = ['oauth2-token', 'user@gmail.com']
SENDING_COMMAND = SECRET_COMMAND


def trusted():
    return ssl.create_default_context(cafile=CA_FILE)


def secret(command, host):
    if command is None:
        return getpass.getpass(f"Password for {host}: ")
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return printed.decode().partition("\n")[0]


def receiving():
    server = imaplib.IMAP4_SSL(IMAP_HOST, IMAP_PORT, ssl_context=trusted(), timeout=60)
    password = secret(SECRET_COMMAND, IMAP_HOST)
    words = "\1".join((f"user={IMAP_USER}", "auth=Bearer" + " " + password, "", ""))
    server.authenticate("XOAUTH2", lambda _: words.encode())
    return server


def sending():
    server = smtplib.SMTP_SSL(SMTP_HOST, SMTP_PORT, context=trusted(), timeout=60)
    server.ehlo()
    password = secret(SENDING_COMMAND, SMTP_HOST)
    way, words = "XOAUTH2", "\1".join((f"user={SMTP_USER}", "auth=Bearer" + " " + password, "", ""))
    code, said = server.docmd("AUTH", way + " " + base64.b64encode(words.encode()).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)
    return server


def main():
    if sys.argv[1:] == ["send"]:
        message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.SMTP)
        if "From" not in message:
            message["From"] = SENDER
        with sending() as server:
            server.send_message(message, ADDRESS)
        return
    server = receiving()
    status, [count] = server.select(readonly=True)
    if status != "OK":
        raise server.error(count.decode())
    print(count.decode())
    server.logout()


if __name__ == "__main__":
    main()
