"""Tables, calendars and plans in the formats that other programs read: values in, bytes out, and nothing else known.

`timetable` says what a plan is here, `formats` which formats there are. A format is a module: `spreadsheet`, `agenda`,
`open_mct`, `yamcs`, `pytroll`. They stand on `tables` (CSV), `calendars` (RFC 5545), `times` and `facts`.
"""
