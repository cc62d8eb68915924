"""What the pages ask: forms that keep everything typed; the domain judges it and its words are shown."""
