"""What reads our pages for us: the Nu HTML checker, axe, Equal Access; and which of their findings are false alarms."""
