"""The commands, one module for each or for each family.

Each imports its use case only when it runs: the help of all commands must not wait for pandas and openpyxl.
"""
