"""The newsroom's standing answers, as editors keep them: reasons, house rules, house style."""
