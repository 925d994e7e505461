"""Floor 0: what a provider, an account, a target and a finding are.

Frozen values without behaviour of their own. They know nothing of YAML, Jinja, any provider or
any program. The same words stand in the data, the schemas, the templates and the command line.
"""
