"""The command line: one thin command per verb. Nothing heavy is imported before a command runs."""
