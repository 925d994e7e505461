"""The verbs of the command line: their names, what `--help` says of them, and where they lie."""

from __future__ import annotations

#: Verb -> what `mailgen --help` says of it.
VERBS = {
    "setup": "set up a mail program for an address from beginning to end: ask, write, log in, tell",
    "targets": "list the clients that mailgen writes for",
    "providers": "list the mail providers it knows",
    "show": "print what is known about a provider: servers, login, quirks, sources",
    "discover": "ask the Internet for the mail servers of a domain that nobody lists",
    "accounts": "add, list, show, change and remove the accounts of your accounts file",
    "check": "log in to the servers of an account stage by stage; say what fails and why",
    "secret": "keep the secret of an account in the store that it names, or try it",
    "login": "sign in through a provider's web page, so that mail programs get tokens (OAuth2)",
    "token": "print an access token for a mail program; it asks nobody",
    "logout": "end a login, at the provider and here",
    "apply": "write all accounts of your accounts file into all their clients",
    "diff": "print what apply would change",
    "remove": "take away what apply has written, for some accounts or all",
    "lint": "find what is unsafe or out of date in configuration files you have",
    "import": "turn configuration files you have into an accounts file",
    "publish": "make a folder for a web server: settings of your domain, or of all providers",
    "explain": "print where each line of a configuration comes from, and why",
    "dataset": "check provider files, and say what the dataset covers",
    "data": "say how new the provider data are; take newer ones that are signed, if asked to",
    "completion": "print the completion script for a shell",
    "manpage": "print the manual page",
}


#: Verbs of the plan that are still to come; no target may take their names either.
RESERVED = frozenset("drift help".split())


def module_of(verb: str) -> str:
    """Return the name of the module of a verb; `import` is a word of Python's own.

    >>> module_of("import"), module_of("show")
    ('mailgen.cli.commands.import_', 'mailgen.cli.commands.show')
    """
    return f"mailgen.cli.commands.{verb}{'_' * (verb == 'import')}"
