# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookup: what the dataset knows of a provider."""

from __future__ import annotations

DOCUMENTATION = r"""
name: provider
short_description: Servers, hints and quirks of a mail provider
version_added: 0.1.0
author: The mailgen authors (@mailgen)
description:
  - Looks a provider up in the dataset of mailgen on the controller, offline.
  - Use M(mailgen.mail.provider_info) to get it as the result of a task.
options:
  _terms:
    description: Mail addresses, domains, or ids of providers.
    type: list
    elements: str
    required: true
requirements:
  - mailgen on the controller
"""

EXAMPLES = r"""
- name: Show where sohu.com takes mail in
  ansible.builtin.debug:
    msg: "{{ lookup('mailgen.mail.provider', 'sohu.com').services.smtp[0].host }}"
"""

RETURN = r"""
_raw:
  description: A mapping for each term, as C(mailgen show --json) prints it.
  type: list
  elements: dict
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge


class LookupModule(LookupBase):
    """Returns records of the dataset."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return a record for each term."""
        self.set_options(var_options=variables, direct=kwargs)
        return _bridge.providers(terms)
