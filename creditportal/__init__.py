"""The Django project on top of everything: settings, addresses, worker, and three doors without tables."""
