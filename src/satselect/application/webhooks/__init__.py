"""Webhooks: addresses that users register, told of what changes.

`register` keeps them, `fan_out` makes deliveries of events, `send` takes deliveries on and records what became of them,
`request` speaks HTTP to addresses that strangers chose, `delivery_worker` does it all again and again.
"""
