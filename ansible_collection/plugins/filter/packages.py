# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: the packages that the chosen clients come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailgen.mail.plugins.plugin_utils import _bridge

#: What Ansible calls the families of systems whose packages the manifests name.
FAMILIES = {
    "Debian": "debian",
    "RedHat": "fedora",
    "Alpine": "alpine",
    "Archlinux": "arch",
    "Suse": "suse",
    "Darwin": "homebrew",
    "FreeBSD": "freebsd",
}


def packages(
    users: Mapping[str, Any], defaults: Mapping[str, Any] | None = None, os_family: str = "Debian"
) -> list[str]:
    """Return the names of the packages for the clients of all users, sorted.

    Raises AnsibleActionFail for a family or a client whose packages are not known.
    """
    _bridge.need_mailgen()
    from mailgen.accounts.fleet import packages as packages_of
    from mailgen.accounts.fleet import plan_users
    from mailgen.core.errors import MailgenError

    try:
        plans = plan_users(_bridge.plain(users), _bridge.plain(defaults))
        return packages_of(plans, FAMILIES.get(str(os_family), str(os_family)))
    except MailgenError as error:
        raise _bridge.refusal(error) from None


class FilterModule:
    """What Jinja2 is given."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by name."""
        return {"packages": packages}
