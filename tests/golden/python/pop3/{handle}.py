# Made by mailgen.
# receiving() and sending() return connections that are logged in. Run as a program it counts the mail that
# there is, or with the word send sends the message on its standard input.
import base64
import email
import email.policy
import getpass
import poplib
import os.path
import smtplib
import ssl
import subprocess
import sys

ADDRESS = 'user@qq.com'
SENDER = 'user@qq.com'
CA_FILE = None
POP3_HOST = 'pop.qq.com'
POP3_PORT = 995
POP3_USER = 'user@qq.com'
SMTP_HOST = 'smtp.qq.com'
SMTP_PORT = 465
SMTP_USER = 'user@qq.com'
SECRET_COMMAND = None
SENDING_COMMAND = SECRET_COMMAND


def trusted():
    return ssl.create_default_context(cafile=CA_FILE)


def secret(command, host):
    if command is None:
        return getpass.getpass(f"Password for {host}: ")
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return printed.decode().partition("\n")[0]


def receiving():
    server = poplib.POP3_SSL(POP3_HOST, POP3_PORT, context=trusted(), timeout=60)
    password = secret(SECRET_COMMAND, POP3_HOST)
    server.user(POP3_USER)
    server.pass_(password)
    return server


def sending():
    server = smtplib.SMTP_SSL(SMTP_HOST, SMTP_PORT, context=trusted(), timeout=60)
    server.ehlo()
    password = secret(SENDING_COMMAND, SMTP_HOST)
    way, words = "PLAIN", f"\0{SMTP_USER}\0{password}"
    if way not in server.esmtp_features.get("auth", "").split():
        server.login(SMTP_USER, password)
        return server
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
    print(server.stat()[0])
    server.quit()


if __name__ == "__main__":
    main()
