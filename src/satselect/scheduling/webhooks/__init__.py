"""Webhooks: addresses that users register, told of what changes.

`register` keeps them, `spread` makes deliveries of events, `send` takes deliveries on and records what became of them,
`posting` speaks HTTP to addresses that strangers chose, `postman` does it all again and again.
"""
