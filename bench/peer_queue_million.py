"""The page of open items among 1,100,000 appeals, django-helpdesk's among a million tickets."""

import sys

from bench._helpdesk import MANY_TICKETS
from bench.peer_queue import measure

if __name__ == "__main__":
    sys.exit(measure(name="peer_queue_million", tickets=MANY_TICKETS, times=60))
