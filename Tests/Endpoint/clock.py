"""AWS's clock as the strict layer shows it, where a test sets it apart from this machine's."""

import re
from datetime import datetime, timedelta, timezone
from time import time

from wire import skew_refusal

_STAMP = "%Y%m%dT%H%M%SZ"
_TIME_IN_XML = re.compile(rb"(?<=>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=(?:\.\d+)?Z<)")


class Clock:
    """`layer.clock.ahead = 1200` lets AWS's clock be twenty minutes ahead of this machine's."""

    tolerance = 300  # AWS's five minutes

    def __init__(self):
        self.ahead = 0

    def now(self):
        return time() + self.ahead

    def check(self, request):
        """Refuses a signature whose date is more than five minutes off, as each service does."""
        if not self.ahead or "x-amz-date" not in request.headers:
            return
        signed = datetime.strptime(request.headers["x-amz-date"], _STAMP).replace(tzinfo=timezone.utc).timestamp()
        if abs(signed - self.now()) > self.tolerance:
            edge = self.now() + (self.tolerance if signed > self.now() else -self.tolerance)
            stamps = [datetime.fromtimestamp(time, timezone.utc).strftime(_STAMP) for time in (signed, edge, self.now())]
            raise skew_refusal(request.service, *stamps, is_early=signed > self.now())
        # The endpoint has this machine's clock.
        request.was_rewritten = True

    def amend(self, answer):
        """The times in an answer are AWS's: those of IAM's XML, which a client may compare with its own."""
        if self.ahead:
            answer.body = _TIME_IN_XML.sub(self._shifted, answer.body)

    def _shifted(self, match):
        moment = datetime.fromisoformat(match[0].decode()) + timedelta(seconds=self.ahead)
        return moment.strftime("%Y-%m-%dT%H:%M:%S").encode()
