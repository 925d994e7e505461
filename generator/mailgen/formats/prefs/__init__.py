"""prefs.js and user.js of Thunderbird: grammar, reader, and what lint knows of it."""
