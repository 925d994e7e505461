# SPDX-FileCopyrightText: 2026 The mailgen authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules promise to Ansible, for their documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    """Fragments of documentation: DOCUMENTATION for all, the others by name."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and say what would change, without changing it.
  diff_mode:
    description: Will say what has changed, or would in check_mode, in diff mode.
  platform:
    description: Which systems the hosts may be.
    support: full
    platforms: posix
  idempotent:
    description: Says in the second run with the same options that nothing has changed.
  async:
    description: Can be run with C(async).
"""

    # For the modules that write.
    WRITING = r"""
options: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Secrets are shown as C(***), the old ones too.
  idempotent:
    support: full
  async:
    support: full
    details:
      - As long as the job is not over, the module lies with all contents in a folder of the connecting user's
        (0700) on the host.
"""

    # For the modules that only look.
    LOOKING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - It changes nothing.
  diff_mode:
    support: none
    details:
      - It changes nothing.
  idempotent:
    support: full
  async:
    support: none
    details:
      - It asks the data on the controller, which is done at once.
"""
