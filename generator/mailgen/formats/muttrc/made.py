"""What templates/mutt/ calls the variables and files of a household: they are read by these names again."""

from __future__ import annotations

import re

#: All variables of mailgen's begin so; before an account is opened they keep what the user has set.
VARIABLES = "my_mailgen_"
#: With the account's own end, these hold the secret, and the file that fetches it (or /dev/null, if done).
SECRET = f"{VARIABLES}secret_"
FETCH = f"{VARIABLES}fetch_"
#: The secret for sending, where it is another one.
SENDING = f"{VARIABLES}sending_"
#: With the account's own end, where copies of what it sends are filed.
RECORD = f"{VARIABLES}record_"
#: With the account's own end, the keys that have a message's line Fcc filled in anew for it.
COPY = f"{VARIABLES}copy_"
#: Holds the ending of the files of the account that a message is sent by.
SENDER = f"{VARIABLES}sender"
#: Holds the ending of the open account's files.
ACCOUNT = f"{VARIABLES}account"
#: The first line of a file that is mailgen's as a whole begins so.
FIRST_LINE = "# Made by mailgen from the accounts file"
#: The files of one account, and those of one sender of it.
ACCOUNT_FILE = re.compile(r"(?:^|/)(?:account|login)\.(.+)$")
SENDER_FILE = re.compile(r"(?:^|/)sender\.(.+)\.[0-9]+$")
