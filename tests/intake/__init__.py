"""Tests of what comes in: scenario files, tables, tracker exports."""
