"""What the local endpoint lacks of Cognito and of what Cognito uses, played by AWS's documentation: a file for each thing.

A thing of which the endpoint knows nothing is answered by the layer itself (``operations.plays``); one that it has in part is
forwarded, and what is missing is kept beside it (keeping.py) and put into its answers by rules, as in rules.py. A docstring says what
AWS does; where the documentation is silent it says so.
"""

from played import (  # noqa: F401 - their rules
    app_clients, branding, client_secrets, domains, functions, groups, identity_pools, identity_providers, log_delivery, migration,
    replicas, resource_servers, risk, schema, terms, user_pools, waf)
