#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation only: the work is done by the action plugin of this name, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configs
short_description: Configure the mail clients of the users of a host
version_added: 0.1.0
description:
  - Turns the mail accounts of users into the configuration of their mail clients, and writes all files of a
    host in one execution, whatever the number of users, accounts and clients.
  - Servers, login names and what a provider needs come from the data of mailgen. A configuration that
    cannot work is refused, with the reason and what to do.
  - The files are made on the controller. The hosts need Python only.
  - If anything is wrong with one account, nothing is written on that host. What stands in the way on the host
    itself costs the user whose it is, and the task fails at its end; see O(on_obstacle).
author:
  - The mailgen authors (@mailgen)
requirements:
  - mailgen >= 1.0.0 in the Python that runs C(ansible-playbook) (Python 3.11 or newer)
  - Python 3.8 or newer on the hosts
extends_documentation_fragment:
  - mailgen.mail._attributes
  - mailgen.mail._attributes.writing
options:
  users:
    description:
      - What each user is to have, by login name. Users who are not named are left alone.
      - C(accounts) are the mail accounts by an id of your choice, with the keys of the accounts file of
        mailgen. The most important are C(address), C(name), C(targets) (the clients), C(default),
        C(protocol), C(provider) (for domains of one's own) and one of C(password_command),
        C(token_command), C(credential) and C(password).
      - C(defaults) are said once for all accounts of the user.
      - C(state) is V(present), or V(absent) to take away all that mailgen has written for the user.
      - Accounts of V(root) may have targets for the whole system, such as C(msmtp-system).
      - Braces such as C({address}) in a command are filled in by mailgen, not by Ansible.
    type: dict
    required: true
  defaults:
    description: Said once for all accounts of all users; the user's C(defaults) and the account win over it.
    type: dict
    default: {}
  state:
    description: With V(absent) all that mailgen has written for the named users is taken away.
    type: str
    choices: [present, absent]
    default: present
  adopt:
    description:
      - Take over files that are there and not known to mailgen, and parts of its own that somebody has
        changed. A copy is kept beside them.
      - Without it such a file is an error, and nothing is written for its user.
    type: bool
    default: false
  backup:
    description: Keep a copy beside each file that is replaced, also of known ones. It holds what they held.
    type: bool
    default: false
  purge:
    description: Also take away what mailgen wrote earlier for the named users and would not write now.
    type: bool
    default: false
  missing_user:
    description:
      - What to do where a host does not know a user. With V(fail) nothing is written on that host.
      - With V(skip) the others are served; whoever was to have files is named in a warning.
    type: str
    choices: [fail, skip]
    default: fail
  on_obstacle:
    description:
      - What to do if something of a user's stands in the way on the host, such as a foreign file, a
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
  validate:
    description:
      - Let the client itself judge a file before it is put in place, on hosts that have it, as the user, and
        with all commands taken out. RV(files[].validated) says where that was done.
    type: bool
    default: true
  check:
    description:
      - See from the host whether it reaches the servers of all accounts (name, connection, TLS with a checked
        certificate), also in check mode. Nobody logs in.
      - A server that is not reached, as behind a blocked port, is a warning, and stands in RV(servers).
    version_added: 1.0.0
    type: bool
    default: false
seealso:
  - module: mailgen.mail.managed_files
  - module: mailgen.mail.server_check
  - module: mailgen.mail.provider_info
"""

EXAMPLES = r"""
- name: Configure mail clients
  become: true
  mailgen.mail.configs:
    defaults: {password_command: "pass show mail/{address}"}
    users:
      ada:
        accounts:
          home: {address: ada@sohu.com, name: "Ada O'Brien", targets: [msmtp, mutt], default: true}

- name: Send the machine's own mail through an account
  become: true
  mailgen.mail.configs:
    users:
      root:
        accounts:
          relay:
            address: alarm@qq.com
            targets: [msmtp-system]
            options: {msmtp-system: {group: mail, root_mail: ada@qq.com}}
            password: "{{ relay_password | default('from the vault') }}"
    adopt: true  # lines of your own in /etc/aliases stay

- name: Take away what mailgen wrote for somebody who has left
  become: true
  mailgen.mail.configs:
    users:
      bob: {state: absent}
    missing_user: skip
"""

RETURN = r"""
files:
  description: All files, whether they changed or not; where the task fails, those of the users that are done.
  returned: always
  type: list
  elements: dict
  contains:
    user:
      description: Whose file it is.
      type: str
      sample: ada
    file:
      description: Where it is.
      type: str
      sample: /home/ada/.msmtprc
    change:
      description: One of V(create), V(update), V(adopt), V(remove) and V(unchanged).
      type: str
      sample: create
    changed:
      description: Whether anything changed on the disk.
      type: bool
      sample: true
    reason:
      description: Why.
      type: str
      sample: it is not there yet
    mode:
      description: Its permissions, octal; null if it is gone.
      type: str
      sample: "0600"
    target:
      description: The client.
      type: str
      sample: msmtp
    accounts:
      description: The ids of the accounts in it.
      type: list
      elements: str
      sample: [home]
    validated:
      description: Whether the client has judged it.
      type: bool
      sample: true
    backup_file:
      description: Where the copy is, if one was made.
      type: str
      sample: /home/ada/.msmtprc.mailgen-backup
skipped_users:
  description: Users whom the host does not know, with O(missing_user=skip).
  returned: always
  type: list
  elements: str
  sample: []
failed_users:
  description: Users for whom something stands in the way on the host; RV(errors) says what.
  version_added: 1.0.0
  returned: always
  type: list
  elements: str
  sample: []
after:
  description: >-
    What was run as the user since files of his have changed, such as the command that makes a timer known,
    and its exit status, none if there is no such program. What has failed is a warning.
  version_added: 1.0.0
  returned: always
  type: list
  elements: dict
  sample:
    - user: ada
      argv: [systemctl, --user, daemon-reload]
      status: 0
hints:
  description: >-
    What users have to do themselves before the first login of accounts that have changed, such as where to
    get an app password and how to keep it. To be passed on to them; no secret is in it.
  version_added: 1.0.0
  returned: always
  type: list
  elements: dict
  contains:
    user:
      description: Whom to tell.
      type: str
      sample: ada
    account:
      description: The id of the account.
      type: str
      sample: home
    address:
      description: Its address.
      type: str
      sample: ada@qq.com
    targets:
      description: The clients it is for.
      type: list
      elements: str
      sample: [msmtp, mutt]
    text:
      description: What to do, by language; a language may be missing.
      type: dict
      sample: {en: "Switch on IMAP in the settings.", zh: "在设置中开启 IMAP。"}
    url:
      description: The page of the provider about it, where one is known.
      type: str
    line:
      description: A line to copy for it, where there is one.
      type: str
      sample: pass insert mail/ada@qq.com
servers:
  description: The servers of all accounts, and whether the host reaches them.
  version_added: 1.0.0
  returned: with O(check=true)
  type: list
  elements: dict
  sample:
    - protocol: smtp
      host: smtp.sohu.com
      port: 465
      tls: implicit
      ok: false
      stage: tcp
      cause: timeout
      mend: Nothing answers. A firewall or the network may keep this port closed.
errors:
  description: >-
    What stands in the way on the host, each with C(user), C(what), C(where) and C(mend). What is wrong
    with the data is told in the message, before a host is asked.
  returned: failure
  type: list
  elements: dict
"""
