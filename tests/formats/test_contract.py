"""What the tolerant parsers read is what the programs were seen to read."""

from __future__ import annotations

import time

import pytest

from mailgen.formats.fetchmail import reader as fetchmailrc
from mailgen.formats.msmtp import reader as msmtprc
from mailgen.formats.muttrc import reader as muttrc
from mailgen.formats.prefs import reader as prefs
from tests.readers import cases

KNOWN = (cases.OBJECTS, cases.SILENT)


def known(pairs: list[tuple[str, object]]) -> list[tuple[str, object]]:
    return [(text, value) for text, value in pairs if value not in KNOWN]


@pytest.mark.parametrize(("line", "value"), known(cases.MSMTP))
def test_msmtp(line: str, value: str | None) -> None:
    (one,) = msmtprc.read(f"account a\nhost h\n{line}\n").accounts
    assert one.smtp
    assert one.smtp.username == value


@pytest.mark.parametrize("line", [line for line, value in cases.MSMTP if value is cases.OBJECTS])
def test_what_msmtp_objects_to_is_said(line: str) -> None:
    assert msmtprc.read(f"account a\nhost h\n{line}\n").unread


@pytest.mark.parametrize(("word", "value"), known(cases.FETCHMAIL))
def test_fetchmail(word: str, value: str) -> None:
    (one,) = fetchmailrc.read(f"poll h protocol imap user {word}\n").accounts
    assert one.incoming
    assert one.incoming.username == (value or None)


@pytest.mark.parametrize(("word", "value"), known(cases.MUTT))
@pytest.mark.parametrize("target", ["mutt", "neomutt"])
def test_mutt(target: str, word: str, value: str) -> None:
    found = [one for one in muttrc.read(f"set imap_user = {word}\n", target).statements if not one.off]
    assert [(one.name, one.text) for one in found] == [("imap_user", value)]


@pytest.mark.parametrize(("word", "value"), known(cases.PREFS))
def test_prefs(word: str, value: object) -> None:
    reading = prefs.read(f'user_pref("a", {word});\nuser_pref("b", 1);\n')
    assert [(one.name, one.value) for one in reading.statements] == [("a", value), ("b", 1)]


@pytest.mark.parametrize("word", [word for word, value in cases.PREFS if value is cases.OBJECTS])
def test_prefs_that_are_lost_are_said(word: str) -> None:
    reading = prefs.read(f'user_pref("a", {word});\nuser_pref("b", 1);\n')
    assert [(one.name, one.value) for one in reading.statements] == [("b", 1)]
    assert reading.unread


@pytest.mark.parametrize("word", ["no sslcertck", "nosslcertck", "no  sslcertck"])
def test_fetchmail_takes_a_no_with_and_without_a_blank(word: str) -> None:
    (one,) = fetchmailrc.read(f"poll h protocol imap user a {word}\n").accounts
    assert one.incoming
    assert not one.incoming.verified
    assert one.incoming.optional


def test_the_work_for_many_hooks_grows_with_their_number() -> None:
    """Four times as many take four times the work of the processor, not sixteen times; the bound is wide."""

    def work(count: int) -> float:
        text = "".join(
            f"account-hook imap://u{n}@h{n}.example/ 'set imap_user=u{n} imap_pass=p'\n" for n in range(count)
        )
        start = time.process_time()
        assert len(muttrc.read(text).accounts) == count
        return time.process_time() - start

    assert work(12_000) < 9 * min(work(3_000), work(3_000))
