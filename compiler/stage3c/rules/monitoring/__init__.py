"""Logs, alarms and topics."""
