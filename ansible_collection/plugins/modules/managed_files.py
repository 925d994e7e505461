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
  - If the task itself is wrong, nothing is written for anybody. What stands in the way on the target costs
    the user whose it is, and the task fails at its end; see O(on_obstacle).
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
          - C(merge) is V(replace) for whole files, V(keys) for members of the table that C(under) names
            (C(toml accounts)) in a file of the user's, or V(block) for a part between two marks in one, whose
            lines begin with C(comment). With C(binary) its text is the bytes of a file in Base64.
          - C(grammar) is how the file is written, V(msmtp), V(fetchmail), V(muttrc), V(prefs), V(xml),
            V(json), V(text) for what holds no secret, or C(words) and the names of settings, between blanks,
            that may be shown; diffs hide what may be one. Of a file without it no line is shown.
            C(holds_secret) says that a secret is in it. C(clashes) are what the user's lines must not hold
            (C(pattern), C(what), C(mend), C(path) for another file); with C(first) only the first line
            above ours is looked at, for it decides how the program takes ours.
            C(kind) is V(file), V(folder) (it is made where it is missing, and taken away only while it is
            empty) or V(symlink) (its text is where it leads). C(check) names the entry of O(checks) for it,
            C(after) are lists of words, each a command that is run as the user when the file has changed.
            C(reads) are the places where the program looks for the file, in its order, each a mapping with a
            C(path) (which may begin with a variable), a C(platform) and C(only) (it looks nowhere else if the
            variable is set). The file is written into the one that the program reads on the target.
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
    description: >-
      How the program of a target checks its first file, or a file that names one; the C(check) of a manifest.
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
    description:
      - What to do if the target does not know a user. With V(fail) nothing is written for anybody.
      - With V(skip) the others are served; whoever was to have files is named in a warning.
    type: str
    choices: [fail, skip]
    default: fail
  on_obstacle:
    description:
      - What to do if something of a user's stands in the way on the target, such as a foreign file, a
        symbolic link, a client that refuses the file, or a lock that he holds.
      - With V(skip_user) nothing of his is changed, all others are served, and the task fails at its end,
        naming him. Nobody can then keep a change from others.
      - With V(stop) nothing is changed for anybody, unless the obstacle comes up only after all files are
        staged.
      - What is wrong with the task itself stops all in any case. Check mode tells the same, but for a lock or
        a delay of the moment.
    version_added: 1.0.0
    type: str
    choices: [skip_user, stop]
    default: skip_user
  user_timeout:
    description:
      - So many seconds the work for one user may take in each of its two halves, which are to stage his
        files and to put them in place. Then its process is killed, which is an obstacle of his.
      - A user may stop a process that works with his rights, and a folder of his may hang.
    version_added: 1.0.0
    type: int
    default: 60
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
  description: All files, whether they changed or not; where the task fails, those of the users that are done.
  returned: always
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
  returned: always
  type: list
  elements: str
failed_users:
  description: Users for whom something stands in the way; RV(errors) says what.
  version_added: 1.0.0
  returned: always
  type: list
  elements: str
after:
  description: What was run since files have changed, and its exit status, none if there is no such program.
  version_added: 1.0.0
  returned: always
  type: list
  elements: dict
  sample:
    - user: ada
      argv: [systemctl, --user, daemon-reload]
      status: 0
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
from ansible_collections.mailgen.mail.plugins.module_utils._job import (
    Job,
    do,
    faults,
    get_ready,
    import_all,
    look,
)
from ansible_collections.mailgen.mail.plugins.module_utils._looking import looked_at

#: Whose errors those are that are nobody's in particular.
ALL = "all users"


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
            "on_obstacle": {"type": "str", "choices": ["skip_user", "stop"], "default": "skip_user"},
            "user_timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    jobs, skipped, errors = jobs_of(module.params, module.check_mode, module._diff)
    said = []
    if not errors:
        get_ready([job for _user, job in jobs])
        users, stopping = [job.user for _user, job in jobs], module.params["on_obstacle"] == "stop"

        def good(words):
            return going_on(users, words, stopping)

        known = looked_at(jobs, look)
        if len(known) == len(jobs):
            said = [dict(known[number], done=True) for number in range(len(jobs))]
        else:
            said = written(module, jobs, good, known)
        for word, (_user, job) in zip(said, jobs):
            errors += [dict(error, user=job.user) for error in word.get("errors", ())]
    done = [word for word in said if word.get("done")]
    result = {
        "files": [file for word in done for file in word["files"]],
        "after": [run for word in done for run in word.get("after", ())],
        "skipped_users": skipped,
        "failed_users": list(dict.fromkeys(one["user"] for one in errors if one["user"] != ALL)),
    }
    result["changed"] = any(file["changed"] for file in result["files"])
    for run in result["after"]:
        if run["status"] != 0:
            words = " ".join(run["argv"])
            module.warn("{user}: this has failed, run it by hand: {words}".format(words=words, **run))
    if module._diff:
        result["diff"] = [{"prepared": word["diff"]} for word in done if word.get("diff")]
    left_out = [
        name for name in skipped if any(one["files"] for one in module.params["users"] if one["name"] == name)
    ]
    if left_out:  # whoever is only to lose his files may well be gone already
        module.warn(f"not known on this host, and left out (missing_user: skip): {', '.join(left_out)}")
    if errors:
        how_far = how_much(said, result["files"], module.check_mode)
        module.fail_json(msg=sentences(errors, how_far), errors=errors, **result)
    module.exit_json(**result)


def written(module, jobs, good, known):
    """Do the jobs that are not known to be done, each as its user; return what is said of all.

    What the module was given is set aside meanwhile, and the process of a user lets go of the files of all
    others before it takes his rights. What Ansible itself keeps of the arguments stays, unreferenced by us:
    the kernel lets no user look into a process that has laid down root's rights (prctl(2), PR_SET_DUMPABLE).
    """
    # Late: a host compiles all of this anew each time.
    from ansible_collections.mailgen.mail.plugins.module_utils._users import Aside, in_two_halves

    seconds = module.params["user_timeout"]
    import_all([job for _user, job in jobs])
    files, given = Aside(job.files for _user, job in jobs), Aside([module.params])
    for _user, job in jobs:
        job.files = ()
    module.params.clear()

    def forget(number):
        jobs[number][1].files = files[number]
        files.drop()
        given.drop()
        module.no_log_values.clear()

    said = in_two_halves(jobs, do, good, seconds, forget, known)
    module.params.update(given[0])
    return said


def going_on(users, words, stopping):
    """Say for each job, by its user and what was said of it, whether it is to be finished.

    What stands in the way of one costs its user only, all that is his, unless it is to stop all.
    """
    failed = {user for user, word in zip(users, words) if "errors" in word}
    return [not failed if stopping else user not in failed for user in users]


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
        return [], [], [error(ALL, what, mend, "contents")]
    if params["user_timeout"] < 1:
        return [], [], [error(ALL, "this leaves no time", "say a number of seconds", "user_timeout")]
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
        home = "/" if given["scope"] == "system" else user.pw_dir
        wrong = [
            error(name, what, mend, f"users/{name}/files/{where}")
            for where, what, mend in faults(given["files"], texts, home)
        ]
        if wrong:
            errors += wrong
            continue
        files = [dict(file, text=texts[file["text"]]) for file in given["files"]]
        own = dict(options, purge=given["purge"])
        jobs.append((user, Job(name, given["scope"], home, files, own, params["checks"])))
    return jobs, skipped, errors


def error(user, what, mend, where=None):
    return {"user": user, "what": what, "where": where or "users/" + user, "mend": mend}


def how_much(said, done, check_mode):
    """Return in a sentence what was done beside the errors; what a failing second half did they tell."""
    if done:
        users = ", ".join(dict.fromkeys(file["user"] for file in done))
        return f"The files of {users} {'would be' if check_mode else 'are'} done."
    if any("errors" in word and "files" in word for word in said):
        return ""
    return "Nothing has changed on this host."


def sentences(errors, how_far):
    """Return what a person should read."""
    lines = []
    for one in errors:
        lines.append("{user}: {what}".format(**one))
        lines.append("  where: {where}".format(**one))
        lines.append("  mend:  {mend}".format(**one))
    return "\n".join(filter(None, [*lines, how_far]))


if __name__ == "__main__":
    main()
