"""What is a mail address, what is not, and that a message about one never disturbs a terminal."""

from __future__ import annotations

import re
import unicodedata

import idna
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailgen.core.errors import UsageError
from mailgen.core.printing import is_hidden
from mailgen.model.provider import Address
from mailgen.resolve.address import host_name, normalise_domain, parse_address, shown
from tests.support import answer

LABEL = "a" * 63
LONG_DOMAIN = ".".join([LABEL] * 3)  # 191 octets

#: What somebody types -> local part, domain in A-labels, domain in U-labels.
GOOD = {
    "user@sohu.com": ("user", "sohu.com", "sohu.com"),
    "you+news@qq.com": ("you+news", "qq.com", "qq.com"),
    "o'brien@qq.com": ("o'brien", "qq.com", "qq.com"),
    "a.b-c_d@sub.example.org": ("a.b-c_d", "sub.example.org", "sub.example.org"),
    "!#$%&'*+/=?^_`{|}~-@qq.com": ("!#$%&'*+/=?^_`{|}~-", "qq.com", "qq.com"),
    '"a b"@qq.com': ('"a b"', "qq.com", "qq.com"),
    '"a@b"@qq.com': ('"a@b"', "qq.com", "qq.com"),
    '"a..b."@qq.com': ('"a..b."', "qq.com", "qq.com"),
    r'"a\"b\\c"@qq.com': (r'"a\"b\\c"', "qq.com", "qq.com"),
    '"张 三"@qq.com': ('"张 三"', "qq.com", "qq.com"),
    "User@SOHU.Com": ("User", "sohu.com", "sohu.com"),
    "user@sohu.com.": ("user", "sohu.com", "sohu.com"),
    "user@bücher.example": ("user", "xn--bcher-kva.example", "bücher.example"),
    "user@BÜCHER.example.": ("user", "xn--bcher-kva.example", "bücher.example"),
    "user@xn--bcher-kva.example": ("user", "xn--bcher-kva.example", "bücher.example"),
    "user@XN--BCHER-KVA.EXAMPLE": ("user", "xn--bcher-kva.example", "bücher.example"),
    "user@straße.example": ("user", "xn--strae-oqa.example", "straße.example"),
    "张三@例子.中国": ("张三", "xn--fsqu00a.xn--fiqs8s", "例子.中国"),
    "user@ｑｑ.com": ("user", "qq.com", "qq.com"),
    "user@qq。com": ("user", "qq.com", "qq.com"),
    "7@163.com": ("7", "163.com", "163.com"),
    f"{'a' * 64}@qq.com": ("a" * 64, "qq.com", "qq.com"),
    f"a@{LABEL}.com": ("a", f"{LABEL}.com", f"{LABEL}.com"),
    f"{'a' * 62}@{LONG_DOMAIN}": ("a" * 62, LONG_DOMAIN, LONG_DOMAIN),  # 254 octets
}

#: What people paste -> the address that was meant; it is asked, and never taken.
MEANT = {
    "Ada <ada@qq.com>": "ada@qq.com",
    '"O, Ada" <ada@qq.com> ': "ada@qq.com",
    "<ada@qq.com>": "ada@qq.com",
    "mailto:ada@qq.com": "ada@qq.com",
    "MAILTO:ada@qq.com": "ada@qq.com",
    "ada@qq.com ": "ada@qq.com",
    " ada@qq.com": "ada@qq.com",
    "ａｄａ@qq.com": "ada@qq.com",
    "ada＠qq.com": "ada@qq.com",
}


@pytest.mark.parametrize("text", MEANT)
def test_what_stands_around_an_address_is_seen(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(text)
    assert f"did you mean '{MEANT[text]}'?" in caught.value.mend


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("smtp.x.example:587", "write 'smtp.x.example' alone, and smtp: {port: 587}"),
        ("smtps://smtp.x.example/", "write 'smtp.x.example'"),
        ("smtp://smtp.x.example:25", "write 'smtp.x.example' alone, and smtp: {port: 25}"),
        ("smtp.x.example/", "write 'smtp.x.example'"),
    ],
)
def test_more_than_the_name_of_a_server_is_told_apart(text: str, mend: str) -> None:
    with pytest.raises(UsageError, match="more than the name of a server") as caught:
        host_name(text, "--smtp-host", "smtp.port")
    assert caught.value.mend == mend


INVISIBLE = "the address holds a control or invisible character"
#: What somebody types -> words of the sentence that answers.
BAD = {
    "": "it has no @",
    "sohu.com": "it has no @",
    "@sohu.com": "nothing stands before the @",
    "user@": "nothing stands after the @",
    "@": "nothing stands before the @",
    "a@b@sohu.com": "the address has two @",
    "you@qq.com,me@qq.com": "the address has two @",
    "user＠sohu.com": "full-width ＠",
    "user@sohu.com\n": f"{INVISIBLE} (U+000A)",
    "us\ter@sohu.com": f"{INVISIBLE} (U+0009)",
    "user@so\x00hu.com": f"{INVISIBLE} (U+0000)",
    "\x1b[31muser@sohu.com": f"{INVISIBLE} (U+001B)",
    "us\x7fer@sohu.com": f"{INVISIBLE} (U+007F)",
    "us\x85er@sohu.com": f"{INVISIBLE} (U+0085)",
    "us\xader@sohu.com": f"{INVISIBLE} (U+00AD)",
    "us\u200ber@sohu.com": f"{INVISIBLE} (U+200B)",
    "user@sohu\u200d.com": f"{INVISIBLE} (U+200D)",
    "us\u2028er@sohu.com": f"{INVISIBLE} (U+2028)",
    "us\u2029er@sohu.com": f"{INVISIBLE} (U+2029)",
    "us\u202eer@sohu.com": f"{INVISIBLE} (U+202E)",
    "\ufeffuser@sohu.com": f"{INVISIBLE} (U+FEFF)",
    "us\udcffer@sohu.com": f"{INVISIBLE} (U+DCFF)",
    "us\U000e0041er@sohu.com": f"{INVISIBLE} (U+E0041)",
    " user@sohu.com": "' ' may not stand before the @",
    "us er@sohu.com": "' ' may not stand before the @",
    "user @sohu.com": "' ' may not stand before the @",
    "user\u3000@sohu.com": "control or invisible",
    "us\u00a0er@sohu.com": f"{INVISIBLE} (U+00A0)",
    "user@ sohu.com": "cannot be a part of a domain name",
    "user@sohu.com ": "cannot be a part of a domain name",
    "user@sohu .com": "cannot be a part of a domain name",
    "<user@sohu.com>": "'<' may not stand before the @",
    "Ada <ada@sohu.com": "' ' may not stand before the @",
    "a,b@sohu.com": "',' may not stand before the @",
    "a(b)@sohu.com": "'(' may not stand before the @",
    '"a"b"@sohu.com': "may not stand before the @",
    '"ab@sohu.com': "may not stand before the @",
    ".user@sohu.com": "starts or ends with a dot",
    "user.@sohu.com": "starts or ends with a dot",
    "us..er@sohu.com": "two in a row",
    "user@.sohu.com": "an empty part between its dots",
    "user@sohu..com": "an empty part between its dots",
    "user@sohu.com..": "an empty part between its dots",
    "user@.": "an empty part between its dots",
    "user@[192.0.2.1]": "an address literal names a machine",
    "user@[IPv6:2001:db8::1]": "an address literal names a machine",
    "user@sohu_com": "'sohu_com' cannot be a part of a domain name",
    "user@-sohu.com": "'-sohu' cannot be a part of a domain name",
    "user@sohu-.com": "'sohu-' cannot be a part of a domain name",
    "user@sohu.com/": "'com/' cannot be a part of a domain name",
    "user@so☃hu.com": "no internationalised domain name",
    "user@xn--a.com": "no internationalised domain name",
    f"{'a' * 65}@sohu.com": "the part before the @ is longer than 64 octets",
    f"{'张' * 22}@sohu.com": "the part before the @ is longer than 64 octets",
    f"user@{'a' * 64}.com": "a part of the domain is longer than 63 octets",
    f"{'a' * 63}@{LONG_DOMAIN}": "the address is longer than 254 octets",
    f"a@{LONG_DOMAIN}.{LABEL}": "the domain is longer than 253 octets",
}


def disturbing(text: str) -> list[str]:
    """Return what of `text` a terminal would act upon, or a reader would not see."""
    return [f"U+{ord(char):04X}" for char in text if unseen(char)]


#: Other_Default_Ignorable_Code_Point (PropList.txt), which Python does not know, and the plane of tags.
OTHER_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


def unseen(char: str) -> bool:
    """Say whether a character is invisible or disturbing, by the Unicode of this Python."""
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or "VARIATION SELECTOR" in unicodedata.name(char, "")
        or bool(OTHER_IGNORABLE.match(char))
    )


ALL_OF_UNICODE = list(map(chr, range(0x110000)))


def test_what_nobody_sees_is_hidden_in_all_of_unicode() -> None:
    derived = {char for char in ALL_OF_UNICODE if unseen(char) or char in "\u00a0\u2800"}
    hidden = {char for char in ALL_OF_UNICODE if is_hidden(char)}
    assert not derived - hidden
    newer = {char for char in hidden - derived if unicodedata.category(char) == "Cn"}
    assert hidden - derived == newer, "only what this Python's Unicode does not know yet"


def test_what_is_mapped_away_in_a_domain_is_hidden() -> None:
    """UTS 46 ignores some characters; an address that holds one looks like another domain's."""
    ignored = [char for char in ALL_OF_UNICODE if remapped(f"q{char}q") == "qq"]
    assert len(ignored) > 200
    assert not [f"U+{ord(char):04X}" for char in ignored if not is_hidden(char)]


def remapped(text: str) -> str | None:
    try:
        return idna.uts46_remap(text)
    except idna.IDNAError:
        return None


@pytest.mark.parametrize("char", "\u034f\u115f\u17b4\u180b\u2800\u3164\uffa0\U0001bca0\U0001d173", ids=ascii)
@pytest.mark.parametrize("form", ["q{}q@qq.com", '"q{}q"@qq.com', "user@q{}q.com"])
def test_an_address_holds_nothing_that_nobody_sees(char: str, form: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"{INVISIBLE} (U+{ord(char):04X})")):
        parse_address(form.format(char))


@pytest.mark.parametrize("typed", GOOD, ids=ascii)
def test_an_address_is_taken_apart(typed: str) -> None:
    assert parse_address(typed) == Address(*GOOD[typed])


@pytest.mark.parametrize("typed", BAD, ids=ascii)
def test_what_is_no_address_gets_a_sentence(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(typed)
    error = caught.value
    assert BAD[typed] in error.what
    assert error.where.startswith("the address '")
    assert error.mend
    assert not disturbing(error.what + error.where + error.mend)


def test_a_long_address_is_shown_in_short() -> None:
    with pytest.raises(UsageError) as caught:
        parse_address("a" * 100_000 + "@sohu.com")
    assert len(str(caught.value)) < 300


ODD = "aZ9.-+'\"\\@ [_ü例é。．\x1b\n\x00\u2028\u200b\u202e\ufeff\u3000ｑ"
pieces = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from(ODD), max_size=12),
    st.sampled_from(["xn--", "XN--BCHER-KVA", "bücher", "xn--a", '"a b"', "qq.com", "a" * 63]),
)
almost = st.one_of(
    pieces,
    st.lists(pieces, min_size=2, max_size=3).map("@".join),
    st.builds("{}@{}.{}".format, pieces, pieces, pieces),
    st.emails(),
)


@given(almost)
@example("a@xn--.com")
@example("a@xn--0.com")
@example("a@\u0300.com")
@example("a@ß\u200d.com")
@settings(deadline=None)
def test_any_text_is_an_address_or_gets_a_sentence(text: str) -> None:
    address = answer(parse_address, text)
    if isinstance(address, Address):
        assert parse_address(str(address)) == address
        assert parse_address(f"{address.local}@{address.unicode_domain}") == address
        assert address.domain.isascii()
        assert address.domain == address.domain.lower()
        assert not disturbing(str(address) + address.unicode_domain)
    else:
        assert isinstance(address, UsageError)
        for sentence in (address.what, address.where, address.mend):
            assert sentence
            assert not disturbing(sentence)


@given(almost)
@settings(deadline=None)
def test_what_is_shown_is_harmless(text: str) -> None:
    assert not disturbing(shown(text))


@given(almost)
@settings(deadline=None)
def test_a_host_name_is_usual_or_gets_a_sentence(text: str) -> None:
    forms = answer(normalise_domain, text, "--smtp-host")
    if isinstance(forms, UsageError):
        assert forms.where == "--smtp-host"
        assert not disturbing(forms.what + forms.mend)
    else:
        assert re.fullmatch(r"[a-z0-9.-]{1,253}", forms[0])
        assert normalise_domain(forms[1], "x") == forms
