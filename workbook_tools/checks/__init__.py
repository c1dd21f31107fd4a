"""Checks: answers by themselves, against each other, and compared with other units."""
