#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the host reaches mail servers; nobody logs in."""

from __future__ import annotations

DOCUMENTATION = r"""
module: server_check
short_description: See whether a host reaches mail servers
version_added: 1.0.0
description:
  - Looks up the name, connects and begins TLS with a certificate that is checked, from the host.
  - Nobody logs in, and nothing is sent.
  - A blocked port or a bad certificate is no failure of the task; RV(servers) has it.
    M(mailgen.mail.configs) uses it with O(mailgen.mail.configs#module:check=true); it can be used alone.
author:
  - The mailgen authors (@mailgen)
extends_documentation_fragment:
  - mailgen.mail._attributes
  - mailgen.mail._attributes.looking
options:
  servers:
    description: The servers to reach. All are tried at the same time, for twenty seconds at most.
    type: list
    elements: dict
    required: true
    suboptions:
      protocol:
        description: What the server speaks.
        type: str
        choices: [imap, pop3, smtp]
        required: true
      host:
        description: Its name.
        type: str
        required: true
      port:
        description: Its port.
        type: int
        required: true
      tls:
        description: Whether TLS begins at once or by STARTTLS.
        type: str
        choices: [implicit, starttls]
        default: implicit
"""

EXAMPLES = r"""
- name: See whether the relay of this machine answers
  mailgen.mail.server_check:
    servers:
      - {protocol: smtp, host: localhost, port: 465}
  register: reached
"""

RETURN = r"""
servers:
  description: The servers in their order.
  returned: always
  type: list
  elements: dict
  contains:
    protocol:
      description: What the server speaks.
      type: str
      sample: smtp
    host:
      description: Its name.
      type: str
      sample: smtp.sohu.com
    port:
      description: Its port.
      type: int
      sample: 465
    tls:
      description: How TLS begins.
      type: str
      sample: implicit
    ok:
      description: Whether the host reaches it.
      type: bool
      sample: false
    stage:
      description: Where it ended, V(dns), V(tcp) or V(tls).
      type: str
      sample: tcp
    cause:
      description: Why, by the names of C(mailgen check); empty if it is reached.
      type: str
      sample: timeout
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mailgen.mail.plugins.module_utils._reach import reach_all


def main():
    module = AnsibleModule(
        argument_spec={
            "servers": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "protocol": {"type": "str", "choices": ["imap", "pop3", "smtp"], "required": True},
                    "host": {"type": "str", "required": True},
                    "port": {"type": "int", "required": True},
                    "tls": {"type": "str", "choices": ["implicit", "starttls"], "default": "implicit"},
                },
            },
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, servers=reach_all(module.params["servers"]))


if __name__ == "__main__":
    main()
