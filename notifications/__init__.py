"""What people are told: kinds, messages, delivering, channels, preferences."""
