"""What of Cognito the local endpoint lacks, or has in another form, played by AWS's documentation: a file for each thing.

A thing of which the endpoint knows nothing is answered by the layer itself (``operations.plays``); one that it has in part is
forwarded, and what is missing is kept beside it (``keeping.kept``) and put into its answers by rules, as in rules.py. A docstring says
what AWS does; where the documentation is silent it says so.
"""

from played import app_clients, domains, groups, identity_providers, resource_servers  # noqa: F401 - their rules
