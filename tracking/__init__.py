"""What a tracked task is: events, fold, status by profile, obligations, working days, explanation. Pure."""
