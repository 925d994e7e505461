"""What `lint` and `import` know of neomuttrc: what they know of muttrc."""

from __future__ import annotations

from mailgen.formats.muttrc.lint import FORMAT as FORMAT
