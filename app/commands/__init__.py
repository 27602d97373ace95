"""The subcommands of `zpm`, one module each."""
