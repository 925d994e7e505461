"""The format of configuration in Lua."""
