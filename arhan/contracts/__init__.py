"""What crosses a border between services: commands, answers and events. No Django, no logic.

One file per publisher. JSON schemas of the events are generated into contracts/events/ and a test
fails when they drift.
"""
