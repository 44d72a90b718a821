"""The use cases: what can be done with tasks and fleets. Nothing else writes to the database.

submission    a batch of tasks is checked, stored and buffered
inbox         stored batches wait for the iteration that considers them, here or at a worker
iteration     select from what is buffered, and record the outcome
changes       one task is edited, cancelled, reported
explanation   why a task lost, and what would happen if
fleets        satellites, what they have, what is out of service
events        what is told of all this, and to whom
webhooks      the same, delivered to addresses
people        accounts, users, keys
upkeep        what is done without being asked

On the floor lies what all of them use: the lifecycle of tasks, what exists for whom, the audit, the errors, and the
points at which a process may die.
"""
