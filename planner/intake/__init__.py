"""What people have (tracker exports, spreadsheets, scenario files) to a checked scenario.

``scenario_file.load_scenario`` and ``plan_file.load_plan`` are the ways in; ``rows.read_rows`` reads any table,
``table_writer.write_table`` writes one that reads back equal.
"""
