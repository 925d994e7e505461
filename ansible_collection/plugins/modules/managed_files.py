#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker on the target: all files of a host in one execution."""

from __future__ import annotations

DOCUMENTATION = r"""
module: managed_files
short_description: Write files below the homes of users, safely and all together
version_added: 0.1.0
description:
  - Writes files of several users in one execution. M(mailgen.mail.configs) uses it; it can be used alone.
  - Each user's files are written by a process with his rights alone, below his home as the name service
    of the target tells it. No symbolic link is followed; hard links, fifos and folders that others may
    change are refused by name.
  - The files of all users are surveyed, checked and staged before the first of them gets its name.
  - What was written is remembered in C(~/.local/state/mailgen) of each user, as the command
    C(mailgen apply) does, so that both may be used. Files that are not known from there are left alone
    unless O(adopt=true).
author:
  - The mailgen authors (@mailgen)
extends_documentation_fragment:
  - mailgen.mail._attributes
  - mailgen.mail._attributes.writing
options:
  users:
    description: Whose files they are, and what is to be there. Users that are not named are left alone.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The login name.
        type: str
        required: true
      scope:
        description: >-
          V(user) for files below the home; V(system) for files of the whole system, below C(/), which
          only V(root) may have.
        type: str
        choices: [user, system]
        default: user
      purge:
        description: Also take away files of these that were written earlier and are not named now.
        type: bool
        default: false
      files:
        description:
          - The files. Each is a mapping with C(path) (C(~/) is the home), C(mode) (octal, in
            quotes), C(text) (the key of its text in O(contents)) and C(target) (a name for
            what it belongs to).
          - C(merge) is V(replace) for whole files, or V(block) for a part between two marks in a file of the
            user's, whose lines begin with C(comment).
          - C(grammar) is how the file is written, V(msmtp), V(fetchmail), V(muttrc), V(prefs), V(xml),
            V(json), or V(text) for what holds no secret; diffs hide what may be one. Of a file without it no
            line is shown.
            C(holds_secret) says that a secret is in it. C(clashes) are what the user's lines must not hold.
            C(accounts) are remembered. C(group) is the file's group, for files of the system.
        type: list
        elements: dict
        required: true
  contents:
    description:
      - The texts of the files, by key, as JSON in Base64. The JSON may be compressed by zlib.
      - All of it is taken for secret, and never logged or returned.
    type: str
    required: true
  checks:
    description: How the program of a target checks its first file; the C(check) of the target's manifest.
    type: dict
    default: {}
  adopt:
    description: Take over files that are not known. A copy is kept beside them.
    type: bool
    default: false
  backup:
    description: Keep a copy also of known files before they are replaced.
    type: bool
    default: false
  missing_user:
    description: What to do if the target does not know a user.
    type: str
    choices: [fail, skip]
    default: fail
"""

EXAMPLES = r"""
- name: Write a signature for ada
  become: true
  mailgen.mail.managed_files:
    users:
      - name: ada
        files:
          - {path: ~/.signature, mode: "0600", text: signature, target: signatures, grammar: text}
    contents: "{{ {'signature': '-- \nAda\n'} | to_json | b64encode }}"
"""

RETURN = r"""
files:
  description: All files, whether they changed or not.
  returned: success
  type: list
  elements: dict
  sample:
    - user: ada
      file: /home/ada/.msmtprc
      change: create
      changed: true
      reason: it is not there yet
      mode: "0600"
      target: msmtp
      accounts: [home]
      validated: true
skipped_users:
  description: Users that the target does not know, with O(missing_user=skip).
  returned: success
  type: list
  elements: str
errors:
  description: Everything that stands in the way, each with what, where, how to mend it, and for which user.
  returned: failure
  type: list
  elements: dict
"""

import base64
import json
import os
import pwd
import zlib

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mailgen.mail.plugins.module_utils._job import Job, do, faults, get_ready
from ansible_collections.mailgen.mail.plugins.module_utils._users import in_two_halves


def main():
    module = AnsibleModule(
        argument_spec={
            "users": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "name": {"type": "str", "required": True},
                    "scope": {"type": "str", "choices": ["user", "system"], "default": "user"},
                    "purge": {"type": "bool", "default": False},
                    "files": {"type": "list", "elements": "dict", "required": True},
                },
            },
            "contents": {"type": "str", "required": True, "no_log": True},
            "checks": {"type": "dict", "default": {}},
            "adopt": {"type": "bool", "default": False},
            "backup": {"type": "bool", "default": False},
            "missing_user": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
        },
        supports_check_mode=True,
    )
    jobs, skipped, errors = jobs_of(module.params, module.check_mode, module._diff)
    said = []
    if not errors:
        get_ready([job for _user, job in jobs])
        said = in_two_halves(jobs, do, lambda words: not any("errors" in word for word in words))
        for word, (user, _job) in zip(said, jobs):
            errors += [dict(error, user=user.pw_name) for error in word.get("errors", ())]
    result = {"files": [file for word in said for file in word.get("files", ())], "skipped_users": skipped}
    if errors:
        result["files"] = [file for word in said if word.get("done") for file in word["files"]]
        module.fail_json(
            msg=sentences(errors, result["files"]),
            errors=errors,
            changed=any(file["changed"] for file in result["files"]),
            **result,
        )
    result["changed"] = any(file["changed"] for file in result["files"])
    if module._diff:
        result["diff"] = [{"prepared": word["diff"]} for word in said if word.get("diff")]
    module.exit_json(**result)


def unpacked(contents):
    """Return texts by key from JSON in Base64, which may be compressed (zlib, RFC 1950) in between.

    Raises ValueError for anything else.
    """
    raw = base64.b64decode(contents)
    try:
        texts = json.loads((raw if raw.lstrip().startswith(b"{") else zlib.decompress(raw)).decode())
    except zlib.error:
        raise ValueError from None
    if not isinstance(texts, dict):
        raise ValueError
    return texts


def jobs_of(params, check_mode, diff):
    """Return (user, job) pairs, the users that are skipped, and what is wrong with the rest."""
    try:
        texts = unpacked(params["contents"])
    except ValueError:
        what, mend = "this is no JSON in Base64", "write: {the texts by key} | to_json | b64encode"
        return [], [], [error("all users", what, mend, "contents")]
    options = {"adopt": params["adopt"], "backup": params["backup"], "check_mode": check_mode, "diff": diff}
    jobs, skipped, errors = [], [], []
    for given in params["users"]:
        name = given["name"]
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            if params["missing_user"] == "skip":
                skipped += [name] * (name not in skipped)
            else:
                errors.append(
                    error(
                        name, "this user is not known here", "make the user first, or say missing_user: skip"
                    )
                )
            continue
        if os.geteuid() not in (0, user.pw_uid) or (given["scope"] == "system" and os.geteuid() != 0):
            errors.append(
                error(
                    name, "the files of this user can be written by him and by root only", "say become: true"
                )
            )
            continue
        wrong = [
            error(name, what, mend, f"users/{name}/files/{where}")
            for where, what, mend in faults(given["files"], texts)
        ]
        if wrong:
            errors += wrong
            continue
        home = "/" if given["scope"] == "system" else user.pw_dir
        files = [dict(file, text=texts[file["text"]]) for file in given["files"]]
        jobs.append((user, Job(name, home, files, dict(options, purge=given["purge"]), params["checks"])))
    return jobs, skipped, errors


def error(user, what, mend, where=None):
    return {"user": user, "what": what, "where": where or "users/" + user, "mend": mend}


def sentences(errors, done):
    """Return what a person should read."""
    lines = []
    for one in errors:
        lines.append("{user}: {what}".format(**one))
        lines.append("  where: {where}".format(**one))
        lines.append("  mend:  {mend}".format(**one))
    users = ", ".join(sorted({file["user"] for file in done}))
    lines.append(f"The files of {users} are done." if done else "Nothing has changed on this host.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
