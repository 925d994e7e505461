"""What apply, diff and remove share: which accounts, which home, and the plan that follows."""

from __future__ import annotations

import os
from contextlib import contextmanager

from mailgen.core.errors import DataError, MailgenError, UsageError
from mailgen.core.text import Listed, Text
from mailgen.core.values import EMPTY, dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    from mailgen.accounts.plan import Plan
    from mailgen.catalog.reader import Catalogue
    from mailgen.cli.installed import Programs
    from mailgen.writer.changes import FileChange
    from mailgen.writer.state import State


def add_household_options(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what is wanted, and where."""
    from mailgen.cli.parser import add_accounts, add_providers
    from mailgen.cli.progress import add_progress

    add = parser.add_argument
    add_progress(parser)
    add_accounts(parser)
    add_providers(parser)
    add("-o", "--output", metavar="DIR", help="take DIR as the home directory, instead of yours")
    add(
        "--set",
        metavar="[ID.]KEY=VALUE",
        action="append",
        default=[],
        help="say it for this run, for one account or all: work.protocol=pop3, smtp.port=587",
    )
    add(
        "--secret-from-file",
        metavar="ID=FILE",
        action="append",
        default=[],
        help="the secret of an account that has credential: literal; it is written into its files",
    )
    add("--secret-fd", metavar="ID=N", action="append", default=[], help="the same, from an open descriptor")
    add(
        "--follow-links",
        action="store_true",
        help="write through links that lead to files of yours, as dotfile managers make them",
    )


def add_versions(parser: argparse.ArgumentParser) -> None:
    """Add the option that has the programs of this machine asked for their versions."""
    parser.add_argument(
        "--client-version",
        choices=("auto", "tried"),
        help="auto: judge by the versions of the programs that are installed here (the default, but with "
        "-o and for an archive); tried: by those of the templates",
    )


#: Fewer accounts or files are done before anybody waits.
_MANY = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is about: the plan (None to take everything away), the home, and where the record lies.

    `shown_home` is what to call the home if not ~; `left_out` are the accounts of the file that the
    plan is without; `checks` how programs check their files; `programs` those by whose versions it is judged,
    None where that are not this machine's. With `kept` the plan is that of the last run,
    which does not tell how accounts were made: only a run in which nothing is to be written needs no other.
    """

    plan: Plan | None
    home: str
    state: str
    shown_home: str | None = None
    left_out: tuple[str, ...] = ()
    checks: Mapping[str, Any] = EMPTY
    programs: Programs | None = None
    kept: bool = False

    @property
    def tree(self) -> str | None:
        """The home, if it is a folder that goes from machine to machine with its own record."""
        if self.shown_home is None or os.path.realpath(self.home) == os.path.realpath(
            os.path.expanduser("~")
        ):
            return None
        return self.home

    def survey(self, state: State, arguments: argparse.Namespace) -> tuple[FileChange, ...]:
        """Return what would change; raises MailgenError for whatever stands in the way."""
        from mailgen import writer

        files = self.plan.files if self.plan else ()
        adopt = getattr(arguments, "adopt", False)
        with self._named():
            return writer.survey(
                self.home,
                files,
                state,
                adopt=adopt,
                follow_links=arguments.follow_links,
                environment=os.environ if self.tree is None else None,
                watch=_watch(arguments, "compared", len(files)),
            )

    def check(self, changes: Sequence[FileChange]) -> None:
        """Ask the programs that are here about their files; raises MailgenError for what one would refuse."""
        if not any(change.on_disk for change in changes):
            return
        from mailgen.writer.checks import PATH, refuse_what_programs_refuse

        with self._named():
            refuse_what_programs_refuse(changes, self.checks, os.environ.get("PATH") or PATH)

    def commit(self, changes: Sequence[FileChange], state: State) -> None:
        """Do what `survey` has found. Raises MailgenError for whatever the system refuses."""
        from mailgen import writer

        with self._named():
            writer.commit(self.home, changes, state)

    @contextmanager
    def staged(self, changes: Sequence[FileChange], state: State) -> Iterator[Callable[[], None]]:
        """Do what `survey` has found up to the last step, which is handed out, to be called at most once.

        If it is not, all is as it was. Raises MailgenError for whatever the system refuses.
        """
        from mailgen.writer.transaction import staged

        with self._named(), staged(self.home, changes, state) as put_in_place:
            yield put_in_place

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Let refusals name the files as `shown` does."""
        try:
            yield
        except MailgenError as error:
            if self.shown_home is not None:
                top = os.path.join(self.shown_home, "")
                for one in (error, *error.more):
                    one.where, one.mend = (text.replace("~/", top) for text in (one.where, one.mend))
            raise

    def shown(self, path: str) -> str:
        """Return a path below the home as people know it."""
        return path if self.shown_home is None else os.path.join(self.shown_home, path.removeprefix("~/"))


def wanted(
    arguments: argparse.Namespace,
    without: Collection[str] = (),
    *,
    last: str | None = None,
) -> Wanted:
    """Read the accounts file, and plan its household, less the accounts `without`.

    The plan of the last run will do if it was made of `last` (see last_run.py). Raises MailgenError, with
    file and line where it can, for all that is wrong.
    """
    where = home_and_record(arguments)
    if last is not None and (kept := _of_last_run(arguments, where, last)):
        return kept
    from mailgen.accounts import reader
    from mailgen.cli.opening import opened

    path = reader.chosen_path(arguments.accounts)
    catalogue = opened(arguments.providers, quiet=getattr(arguments, "quiet", False))
    try:
        data = reader.load_accounts(path, catalogue.target_names())
        return planned(data, catalogue, arguments, where, without)
    except DataError as error:
        raise reader.located_error(path, error) from None


def _of_last_run(
    arguments: argparse.Namespace, where: tuple[str, str, str | None], last: str
) -> Wanted | None:
    """Return what the last run has planned, if nothing has changed since."""
    from mailgen.cli.last_run import plan_of_last_run

    _judged_by_what_is_here(arguments)
    kept = plan_of_last_run(last)
    if kept is None:
        return None
    programs, plan = kept
    _tell_versions(programs, arguments)
    return Wanted(plan, *where, programs=programs, kept=True)


def planned(
    data: dict[str, Any],
    catalogue: Catalogue,
    arguments: argparse.Namespace,
    where: tuple[str, str, str | None],
    without: Collection[str] = (),
) -> Wanted:
    """Plan the household of an accounts file, less the accounts `without`; `where` is `home_and_record`.

    Raises DataError for what is wrong in the file, MailgenError for the rest.
    """
    from mailgen.accounts.planner import Planner, harmless_checks
    from mailgen.cli.given_secrets import with_secrets

    if arguments.set:
        from mailgen.accounts.overrides import with_overrides

        data = with_overrides(data, arguments.set, catalogue.target_names())
    programs = None
    if _judged_by_what_is_here(arguments):
        from mailgen.cli.installed import programs_of, with_versions

        programs = programs_of(data, catalogue)
        _tell_versions(programs, arguments)
        data = with_versions(data, programs.found)
    left_out = tuple(id for id in data["accounts"] if id in without)
    data = {**data, "accounts": {id: one for id, one in data["accounts"].items() if id not in without}}
    plan = Planner(catalogue, _watch(arguments, "planned", len(data["accounts"]))).plan(
        with_secrets(data, arguments)
    )
    records = {name: catalogue.manifest(name) for name in {file.target for file in plan.files}}
    return Wanted(_below_home(plan, arguments), *where, left_out, harmless_checks(records), programs)


def _judged_by_what_is_here(arguments: argparse.Namespace) -> bool:
    """Say whether the programs of this machine count.

    Raises UsageError where that is asked for another home than one's own: nobody knows the programs there.
    """
    elsewhere = arguments.output is not None or getattr(arguments, "format", None) == "tar"
    asked: str | None = getattr(arguments, "client_version", None)
    if elsewhere and asked == "auto":
        raise UsageError(
            Text("the programs of the machine that the files are for cannot be asked"),
            "--client-version auto",
            Text("name the versions in the accounts file, under client_version"),
        )
    return not elsewhere and asked != "tried"


def _watch(
    arguments: argparse.Namespace, what: str, number: int
) -> Callable[[int], Callable[[], None]] | None:
    """Return who tells how far a run is (see progress.py); nobody does where there is little to do."""
    if number < _MANY:
        return None
    from mailgen.cli.progress import watch

    return watch(getattr(arguments, "progress", "auto"), what)


def _tell_versions(programs: Programs | None, arguments: argparse.Namespace) -> None:
    """Tell what was found; where nobody asked for that, only programs in another version than the tried."""
    if programs is None:
        return
    asked = getattr(arguments, "client_version", None) == "auto"
    told = [
        Text(
            "{title} {version} with {tls}" if one.tls else "{title} {version}",
            title=programs.records[name]["title"],
            version=one.version,
            tls=one.tls,
        )
        for name, one in programs.found.items()
        if asked or not f"{one.version}.".startswith(f"{programs.records[name]['version']['default']}.")
    ]
    if told and not getattr(arguments, "quiet", False):
        from mailgen.cli.terminal import say

        say(Text("found on this machine: {programs}", programs=Listed(", ", told)))


def _below_home(plan: Plan, arguments: argparse.Namespace) -> Plan:
    """Return a plan whose files all lie below a home; one's own is none for files of the whole system."""
    system = next((file for file in plan.files if file.scope == "system"), None)
    if system is None:
        return plan
    if arguments.output is None and getattr(arguments, "format", None) != "tar":
        raise MailgenError(
            Text(
                "{target} makes a file of the whole system, and this writes below your home only",
                target=system.target,
            ),
            system.path,
            Text(
                "print it with 'mailgen {target} ADDRESS' and put it in place as root, name a folder "
                "with -o, or leave this target out",
                target=system.target,
            ),
        )
    from mailgen.writer.tree import below_root

    return replace(plan, files=below_root(plan.files))


def home_and_record(arguments: argparse.Namespace) -> tuple[str, str, str | None]:
    """Return the home to write below, the folder of the record, and what to call the home if not ~."""
    if arguments.output == "":
        raise UsageError("no folder is named", "-o", "name one, or leave -o out for your home")
    # An empty HOME would be the root of the file system, and that is nobody's home.
    own = os.path.expanduser("~") if os.environ.get("HOME") != "" else ""
    if arguments.output is None and not (os.path.isabs(own) and os.path.isdir(own)):
        raise MailgenError("there is no home directory", "HOME", "set HOME, or name a folder with -o")
    base = os.environ.get("XDG_STATE_HOME", "")
    if not base.startswith("/"):  # a relative one is to be ignored, says the specification
        if not os.path.isabs(own):
            raise MailgenError(
                "without a home directory there is no place for the record of what is written",
                "HOME",
                "set HOME or XDG_STATE_HOME",
            )
        base = os.path.join(own, ".local", "state")
    home = own if arguments.output is None else os.path.abspath(arguments.output)
    return home, os.path.join(base, "mailgen"), arguments.output


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does, tidied up; what comes after the first is ignored.

    Signals that whoever started us had ignored (nohup, a shell's background) stay ignored, and so do
    those that another handler is set for. In another thread than the first nothing can be set.
    """
    import signal
    import threading

    kept: dict[signal.Signals, Any] = {}

    def stop(*_: object) -> None:
        for number in kept:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before = signal.getsignal(number)
            if before in (signal.SIG_DFL, signal.default_int_handler):
                kept[number] = before
        for number in kept:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)
