"""The engine: numbers in, numbers out. `select.py` is the front door.

warm          what is compiled, made ready
buffer        tasks that wait, kept between selections
planning      plans in time: candidates at fixed starts, and the rows that hold them apart
paths         plans along timelines: longest paths at prices, and a search from there
solve         the way that one part of a problem goes
conflicts     what does not go together, said by few resources
search        branch and bound below the relaxation, and the local searches that feed it
result        the answers put together, checked in exact arithmetic, explained
relaxation    prices, cuts, and the bounds that any prices prove
packing       the problem as arrays, made smaller without losing an optimum
timeline      intervals of a resource, made rows
problem       tasks, satellites, signatures, exact units, errors

`limits` says how much may be spent, `signals` what an interruption does. Imports only point down in this list, and
`conflicts`, `search` and `result` don't know each other.
"""
