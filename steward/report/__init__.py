"""Nouns for people and machines: terminal tables, JSON documents, HTML reports."""
