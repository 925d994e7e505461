"""A mail world in a box: real servers on real ports, for unmodified real configurations.

The lab is a private network namespace in which the names of real providers resolve to loopback
addresses, a private certificate authority is trusted, and Dovecot, a submission server and a few
hostile servers listen on ports 110, 143, 465, 587, 993 and 995. What mailgen prints is given to the
real mail client as it is; nothing in it knows about a test.

    names.py         who lives here: hosts, users, passwords (extend the lab in this table)
    certificates.py  the trusted authority, the rogue one, and the wrong name
    namespace.py     the private network, /etc/hosts, trusted certificates
    inside.py        what runs in there: starts the servers, then obeys agent.py
    agent.py         runs one command in there and hands back what it said
    dovecot.py       IMAP and POP3
    postfix.py       submission when root; submission.py (aiosmtpd) when not
    fakes.py         hostile servers which write down every byte they are sent
    netease.py       imitates one habit of one provider
    logs.py          who logged in where, by the servers' own word
    maildir.py       what is in a mailbox
    lab.py           all of it as one object; plugin.py makes pytest fixtures of it
    desk.py          a user with a home, whose clients mailgen has set up
    remote.py        a machine with users of its own, reached over ssh; for Ansible
    thunderbird.py   drives Thunderbird through marionette.py

As root the submission server is Postfix, else aiosmtpd; MAILGEN_LAB_SMTP=aiosmtpd chooses the latter.
Whatever way the tests end, the lab's processes end with them: all descend from one, which is process 1
of its namespace and watches a pipe that the tests hold.
"""
