"""The use cases: what can be done with tasks and fleets. Nothing else writes to the database.

dispatch       stored batches wait for the iteration that considers them, here or at a worker
ordering       what fleets offer, and what is ordered of it
explanation    why a task lost, and what would happen if
tasks          a batch is checked, stored and buffered; one task is edited, cancelled, reported
fleets         satellites, what they have, what is out of service
planning       select from what is buffered, and record the outcome
webhooks       what is told, delivered to addresses
maintenance    what is done without being asked
opportunities  what is worked out from orbits
availability   what a fleet has at a time: as it is read, recorded, and told the engine
events         what is told of all this, and to whom
access         accounts, users, keys, and what exists for whom

Beside them lies what all of them use: the lifecycle of tasks, conditions, the audit, the errors, and the points at
which a process may die.
"""
