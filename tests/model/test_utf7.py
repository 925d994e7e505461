"""Names of mailboxes go to servers and come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgen.model.tokens import Folder
from mailgen.model.utf7 import from_utf7


@given(st.text(st.characters(codec="utf-16", exclude_characters="\0"), max_size=20))
def test_a_name_comes_back_from_utf7(name: str) -> None:
    assert from_utf7(Folder(name).utf7.name) == name


@pytest.mark.parametrize("broken", ["a&b", "&!!-", "&2AA-"])
def test_what_is_no_utf7_is_no_name(broken: str) -> None:
    assert from_utf7(broken) == ""
