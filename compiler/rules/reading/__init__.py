"""Faults that are found while a file is read, by `model` or by `readers`: prose only, so nothing here checks anything."""
