"""The console and the pages behind links, in a real browser on a real stack."""
