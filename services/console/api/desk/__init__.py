"""The coordinator's console: pages for whoever signs in, asked of the services with the reader's own token."""
