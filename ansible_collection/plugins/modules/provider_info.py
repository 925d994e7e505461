#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation only: the work is done by the action plugin of this name, on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: provider_info
short_description: Look up the servers, hints and quirks of mail providers
version_added: 0.1.0
description:
  - Looks providers up in the data of mailgen, on the controller and offline. The host is not contacted.
author:
  - The mailgen authors (@mailgen)
requirements:
  - mailgen >= 1.0.0 in the Python that runs C(ansible-playbook)
extends_documentation_fragment:
  - mailgen.mail._attributes
  - mailgen.mail._attributes.looking
options:
  names:
    description: Mail addresses, domains, or ids of providers. One that is not known is an error.
    type: list
    elements: str
    required: true
seealso:
  - plugin: mailgen.mail.provider
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Look two providers up
  mailgen.mail.provider_info:
    names: [sohu.com, ada@qq.com]
  register: mail

- name: Tell where mail is sent to
  ansible.builtin.debug:
    msg: "{{ mail.providers | map(attribute='services.smtp.0.host') | join(', ') }}"
"""

RETURN = r"""
providers:
  description: A record for each name, in their order, as C(mailgen show --json) prints it.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: What mailgen calls the provider.
      type: str
      sample: sohu.com
    name:
      description: What people call it, by language.
      type: dict
      sample: {en: Sohu Mail}
    domains:
      description: Its domains.
      type: list
      elements: str
      sample: [sohu.com]
    services:
      description: Its servers by protocol, the preferred ones first.
      type: dict
      sample: {smtp: [{host: smtp.sohu.com, port: 465, tls: implicit}]}
    credentials:
      description: What secret mail programs need, and how to get it.
      type: dict
      sample: {kind: client-password}
    quirks:
      description: What clients have to reckon with, and who says so.
      type: dict
      sample: {}
    sources:
      description: Who attests all that, and when it was compared.
      type: dict
      sample: {}
"""
