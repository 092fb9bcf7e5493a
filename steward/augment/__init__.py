"""Rows made from rows: noise, translations, paraphrases; and what keeps bad ones out."""
