"""Documents: storing, sniffing, scanning, sanitising, keeping and handing out."""
