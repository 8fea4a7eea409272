"""Moto's server, with what it forgets of what Terraform tells it: run as `python -m stage3c.rehearsal.emulator PORT`.

Each extension gives back what was given, or what AWS itself would have answered. Written against moto 5.2; one file a
service, each with the reason.
"""
