"""The own case among 1,100,000 appeals, against django-helpdesk with a million tickets."""

import sys

from bench._helpdesk import MANY_TICKETS
from bench.peer_case import measure

if __name__ == "__main__":
    sys.exit(measure(name="peer_case_million", tickets=MANY_TICKETS, times=60))
