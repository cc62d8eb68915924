"""What everything stands on: clock, errors, references, encrypted fields, identity numbers and calendars."""
