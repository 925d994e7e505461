"""The house rules of templates: each is broken once, and all of ours keep them."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from mailgen import formats, paths
from mailgen.api import generate
from mailgen.catalog.opening import open_catalogue
from mailgen.core.errors import MailgenError, Unrepresentable
from mailgen.dataset import templates
from mailgen.formats import structure
from mailgen.formats.quoting import Quoted
from mailgen.model.account import Account
from mailgen.model.server import Credential
from mailgen.model.target import TargetFile
from mailgen.model.tokens import Label
from mailgen.render.files import numbered, render, units
from mailgen.render.runtime import Environment, passed
from mailgen.resolve.wish import Wish
from tests.cases import login, targets
from tests.render.test_sweep import CREDENTIALS, PROVIDERS

FOLDER = Path(paths.data_folder("templates"))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('user "{{ account.name }}"', "whole token"),
        ("user '  {{ account.name }} '", "inside quotes"),
        ("x /{{ account.name }}", "whole token"),
        ("{{ account.name }}@host", "whole token"),
        ("{{ account.name }}{{ account.label }}", "whole token"),
        ('{{ "literal" }}', "may be printed"),
        ('{{ account.name ~ "x" }}', "no place"),
        ('{{ account["a"].name if account.x else "no" }}', "no place"),
        ("{{ account.port + 1 }}", "no place"),
        ("{{ account.name() }}", "no place"),
        ("{{ account }}", "only an attribute"),
        ("{% set x = account.name %}", "no place"),
        ("{% macro x() %}{% endmacro %}", "no place"),
        ("{% for a in accounts %}{{ loop.index }}{% endfor %}", "loop has no place"),
        ("{% extends 'mutt/muttrc.j2' %}", "no place"),
        ("{% block a %}{% endblock %}", "no place"),
        ("{% filter number %}x{% endfilter %}", "no place"),
        ("x {{ account.name | kw(account.name) }}", "written out"),
        ("{% for a in accounts %}{{ a.name }}{% endfor %}", "whole token"),
        ("x {% if account.x %}y{% else %}z {% endif %}{{ account.name }}", "whole token"),
        ("{{ account.name }}{% if account.x %}y{% endif %}", "whole token"),
        ("x {{ account.name | kw(*account.list) }}", "written out"),
        ("x {{ account.name | kw(allowed=account.name) }}", "written out"),
        ('x{% include "x/y.j2" %}', "begins a line"),
        ("{% include account.name %}", "by name only"),
        ("x {{ account.__class__.__name__ }}", "no value for a template"),
        ("set x = 'a {% if y.z %}b{% endif %}\n {{ account.name }} '", "inside quotes"),
        ("{{ account.name | onoff }}", "No filter named 'onoff'"),
        ("{{ account.name | safe }}", "No filter named 'safe'"),
        ("{{ account.name | e }}", "No filter named 'e'"),
        ("{{ account.name | tojson }}", "No filter named 'tojson'"),
        ("{{ account.name | replace('a', 'b') }}", "No filter named 'replace'"),
        ("{{ account.name | format }}", "No filter named 'format'"),
        ("{{ account.name | indent }}", "No filter named 'indent'"),
        ("{{ account.name ", "not a Jinja2 template"),
    ],
)
def test_a_broken_rule_is_named_with_its_line(source: str, complaint: str) -> None:
    with pytest.raises(MailgenError) as caught:
        templates.compile_source(f"# first line\n{source}\n", "templates/x/x.j2", "muttrc")
    assert complaint in caught.value.what
    assert caught.value.where in ("templates/x/x.j2:2", "templates/x/x.j2:3")


@pytest.mark.parametrize(
    ("grammar", "source"),
    [
        ("elisp", "(setq x 'y)\n; it's \"\n(setq z {{ account.name }})\n"),
        ("elisp", ";; don't\n(list '({{ account.name }} t)) ; isn't \"it\n(list {{ account.name }})\n"),
        ("elisp", '(setq x "a \\" b" y {{ account.name }})\n'),
        ("xml", "<!-- it's \"not\n so -->\n<a>{{ account.name }}</a>\n<p>it's {{ account.name }}</p>\n"),
        (
            "prefs",
            "/* it's\n * so */\nuser_pref(\"x\", {{ account.name }});// it's\npref({{ account.name }});\n",
        ),
        ("muttrc", "  # it's\nset x = {{ account.name }} # \"\nset y = {{ account.name }}\n"),
        ("msmtp", "# it's \"so\nuser {{ account.name }}\npasswordeval it's {{ account.name }}\n"),
        ("systemd", "; it's \"so\nUser= {{ account.name }}\n"),
        ("fetchmail", "poll x # it's\nuser {{ account.name }}\n"),
        ("json", '{"it\'s": {{ account.name }} }\n'),
    ],
)
def test_each_grammar_has_comments_and_quotes_of_its_own(grammar: str, source: str) -> None:
    templates.compile_source(source, "x", grammar)


@pytest.mark.parametrize(
    ("grammar", "source"),
    [
        ("elisp", '(setq x "a {{ account.name }} b")\n'),
        ("elisp", '# "\n(setq x {{ account.name }})\n'),
        ("elisp", '(setq x "it; {{ account.name }} b")\n'),
        ("xml", '<!-- x --> <a b=" {{ account.name }} "/>\n'),
        ("prefs", "/* x */ ' {{ account.name }} '\n"),
        ("muttrc", "set x#' = {{ account.name }} '\n"),
        ("msmtp", 'user # " {{ account.name }} "\n'),
        ("mbsync", 'User # " {{ account.name }} "\n'),
    ],
)
def test_a_quote_of_its_grammar_is_noticed(grammar: str, source: str) -> None:
    with pytest.raises(MailgenError, match="inside quotes"):
        templates.compile_source(source, "x", grammar)


@pytest.mark.parametrize(
    ("grammar", "source"),
    [
        ("prefs", "/* it's\n {{ account.name }} */\n"),
        ("xml", "<!-- {{ account.name }} -->\n"),
    ],
)
def test_a_value_might_end_a_comment(grammar: str, source: str) -> None:
    with pytest.raises(MailgenError, match="inside a comment"):
        templates.compile_source(source, "x", grammar)


def test_an_undefined_name_is_named_with_its_line() -> None:
    compiled = templates.compile_source("a\nb {{ account.smpt }}\n", "x", "muttrc", "x/x.j2")
    with pytest.raises(MailgenError) as caught:
        Environment(formats.load("muttrc"), {"x/x.j2": compiled}).render("x/x.j2", {"account": Account})
    assert "'smpt'" in caught.value.what
    assert caught.value.where == "templates/x/x.j2:2"


def test_an_undefined_name_in_an_included_template_is_named_there() -> None:
    sources = {
        "x/x.j2": templates.compile_source('a\n{% include "x/y.j2" %}\n', "x", "muttrc", "x/x.j2"),
        "x/y.j2": templates.compile_source("\n\nb {{ account.smpt }}\n", "x", "muttrc", "x/y.j2"),
    }
    with pytest.raises(MailgenError) as caught:
        Environment(formats.load("muttrc"), sources).render("x/x.j2", {"account": Account})
    assert caught.value.where == "templates/x/y.j2:3"


def test_nothing_unquoted_can_be_printed() -> None:
    assert passed(Quoted("x")) == "x"
    with pytest.raises(TypeError):
        passed("x")


def test_a_keyword_outside_its_list_is_refused() -> None:
    compiled = templates.compile_source('{{ account.smtp.tls | kw("imap", "pop3") }}\n', "x", "muttrc")
    environment = Environment(formats.load("muttrc"), {"x": compiled})
    assert environment.render("x", {"account": {"smtp": {"tls": "imap"}}}) == "imap\n"
    with pytest.raises(ValueError, match="keywords"):
        environment.render("x", {"account": {"smtp": {"tls": "imap\nset x"}}})


def test_what_is_not_known_is_never_printed() -> None:
    account = Account(Label("a"), "a@example.org", "", None, None, Credential())
    compiled = templates.compile_source("{{ account.imap.host }}\n", "x", "muttrc", "x")
    with pytest.raises(MailgenError):
        Environment(formats.load("muttrc"), {"x": compiled}).render("x", {"account": account})


def written(file: TargetFile, text: str) -> bytes:
    """Return what becomes of what a template has said."""
    if not file.encoder:
        return text.encode()
    made = structure.encoder(file.encoder).write(structure.encoder(file.encoder).read(text))
    return made if isinstance(made, bytes) else made.encode()


@pytest.mark.parametrize("target", targets())
def test_the_compiled_form_agrees_with_jinja2(target: str) -> None:
    """The runtime of our own renders what Jinja2 itself renders, for every provider."""
    catalogue = open_catalogue()
    described = catalogue.target(target)
    made = {
        grammar: templates.environment(grammar, jinja2.FileSystemLoader(FOLDER))
        for grammar in {file.grammar or described.grammar for file in described.files}
    }
    compared, word = 0, "u v"
    for provider in PROVIDERS:
        for protocol in (None, "pop3"):
            for credential in CREDENTIALS.values():
                wish = Wish(
                    name="Ada O'Brien",
                    username=login(target, word),
                    protocol=protocol,
                    credential=credential,
                    id="home",
                )
                try:
                    result = generate(target, "u@own.example", wish, provider=provider, catalogue=catalogue)
                except Unrepresentable:
                    word = "u"  # a program that cannot have a blank in a login name
                    continue
                except MailgenError:
                    continue
                for layout in ("single", "household"):
                    files = render(described, [result.account], layout)
                    ours = {file.path: file.content for file in files}
                    for file, path, variables in units(described, numbered([result.account], layout), layout):
                        content = ours.pop(path, b"")  # a template that writes nothing makes no file
                        if file.kind == "file":
                            template = made[file.grammar or described.grammar].get_template(file.template)
                            assert written(file, template.render(variables)) == content
                        compared += 1
                    assert not ours
    assert compared > (0 if described.only_at else len(PROVIDERS))


def test_a_refusal_names_the_field() -> None:
    catalogue = open_catalogue()
    target = catalogue.target("mutt")
    account = generate("mutt", "u@sohu.com", catalogue=catalogue).account
    bad = Account(account.label, account.address, "a\nb", account.incoming, account.smtp, account.credential)
    with pytest.raises(Unrepresentable) as caught:
        render(target, [bad])
    assert (caught.value.field, caught.value.target) == ("name", "Mutt")
    assert "line break" in caught.value.why
