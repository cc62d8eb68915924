"""What the templates of the portal can say that Django's own tags cannot."""
