"""Why mailboxes are called as they are on the server, and where their mail lies on this machine."""

from __future__ import annotations

import re

from mailgen.explain.reason import (
    Case,
    Reason,
    as_written,
    by_default,
    by_option,
    by_rule,
    by_user,
    from_provider,
    manifest,
    words,
)


def reason_of_box(case: Case, path: str) -> Reason:
    """Answer for a part of one of the mailboxes with a role, `known[0].folder`, or for all of them."""
    place = re.match(r"known\[(\d+)\]", path)
    if place:
        return reason_of_folder(case, case.account.folders.known[int(place[1])].role)
    why = words("the mailboxes whose names on the server are known", "服务器上名称已知的邮箱")
    return by_rule(manifest(case, "folders"), why)


def reason_of_folder(case: Case, role: str) -> Reason:
    """Answer for the name of a mailbox on the server."""
    if role in case.wish.folders:
        why = words(f"the {role} folder as you named it", f"您指定的 {role} 文件夹名称")
        return by_user(case, f"folders.{role}", why)
    if case.provider and role in case.provider.folders:
        why = words(f"what the server calls the {role} folder", f"服务器上 {role} 文件夹的名称")
        return from_provider(case, f"folders.{role}", case.attested.get("folders", ()), why)
    why = words(f"what the server calls the {role} folder is not known", f"服务器上 {role} 文件夹的名称未知")
    return by_default(case, f"folders.{role}", why)


def reason_of_local(case: Case, role: str) -> Reason:
    """Answer for a mailbox of the mail that lies on this machine."""
    if not case.wish.kept_by and role in case.wish.folders:
        return reason_of_folder(case, role)
    why = words(
        "on this machine each role has a name of its own, whatever the server calls it",
        "在本机上每种用途的邮箱各有固定名称，与服务器上的名称无关",
    )
    return by_default(case, f"folders.{role}", why)


def reason_of_maildir(case: Case) -> Reason:
    """Answer for the folder of this machine in which mail lies."""
    if case.wish.options.get("maildir") is not None:
        return by_option(case, "maildir")
    if case.account.maildir is None:
        why = words(
            f"no program keeps mail on this machine for {case.target.title}",
            f"没有程序在本机为 {case.target.title} 保存邮件",
        )
        return by_default(case, "maildir", why)
    if case.wish.kept_by is not None:
        why = words(
            f"{case.wish.kept_by.title} keeps the mail of the account there",
            f"{case.wish.kept_by.title} 把该账户的邮件保存在此",
        )
        return by_user(case, "targets", why)
    if case.wish.maildir:
        return as_written("maildir")(case)
    why = words(
        f"you named no place for the mail; {case.target.title}'s usual one", "您未指定邮件目录，故用默认目录"
    )
    return by_default(case, "maildir", why)


def reason_of_tagged(case: Case) -> Reason:
    """Answer for whether the mail of this machine has the server's tags."""
    keeper = case.wish.kept_by
    if keeper is None or not keeper.keeps_tags:
        why = words("no program brings the server's tags", "没有程序取来服务器的标签")
        return by_default(case, "maildir", why)
    why = words(f"{keeper.title} brings the server's tags", f"{keeper.title} 会取来服务器的标签")
    return by_user(case, "targets", why)
