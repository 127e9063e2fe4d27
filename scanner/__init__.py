"""keytrail finds where else a credential is, who can use it there, and which boundary that crosses."""
