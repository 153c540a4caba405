"""Guides and packets by e-mail: drafts for a mail program, or messages sent from here."""
