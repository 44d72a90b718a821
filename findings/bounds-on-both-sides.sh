#!/bin/sh
# Guess: a constraint written as 2 <= x <= 5 has both bounds, or is refused.
# True: PuLP and the linear solver of OR-Tools take it and keep the 5 alone: Python makes two comparisons of it, and hands over
# the second one. A least amount (energy in a battery, data to bring down) is gone, and the status is optimal. CP-SAT and
# MathOpt of the same OR-Tools refuse it, highspy keeps both. Write two constraints.
# pulp 3.3.2, ortools 9.15.6755, highspy 1.16.0, 2026-11-30.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pulp==3.3.2 ortools==9.15.6755 highspy==1.16.0
"$folder/venv/bin/python" -I - <<'PROGRAM'
from importlib.metadata import version

for name in ("pulp", "ortools", "highspy"):
    print(name, version(name))
import highspy
import pulp
from ortools.linear_solver import pywraplp
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model


def by_pulp():
    model = pulp.LpProblem("least", pulp.LpMinimize)
    x = pulp.LpVariable("x", 0, 10)
    model += x
    model += 2 <= x <= 5
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert pulp.LpStatus[model.status] == "Optimal"
    return x.value()


def by_pywraplp():
    model = pywraplp.Solver.CreateSolver("SCIP")
    x = model.NumVar(0, 10, "x")
    model.Add(2 <= x <= 5)
    model.Minimize(x)
    assert model.Solve() == pywraplp.Solver.OPTIMAL
    return x.solution_value()


def by_mathopt():
    model = mathopt.Model()
    x = model.add_variable(lb=0, ub=10)
    model.add_linear_constraint(2 <= x <= 5)
    model.minimize(x)
    return mathopt.solve(model, mathopt.SolverType.GLOP).objective_value()


def by_cpsat():
    model = cp_model.CpModel()
    x = model.new_int_var(0, 10, "x")
    model.add(2 <= x <= 5)
    model.minimize(x)
    solver = cp_model.CpSolver()
    solver.solve(model)
    return solver.value(x)


def by_highspy():
    model = highspy.Highs()
    model.silent()
    x = model.addVariable(0, 10)
    model.addConstr(2 <= x <= 5)
    model.minimize(x + 0)
    return model.val(x)


def least(solve):
    try:
        return solve()
    except (TypeError, NotImplementedError):
        return "refused"


told = {solve.__name__: least(solve) for solve in (by_pulp, by_pywraplp, by_mathopt, by_cpsat, by_highspy)}
print("the least x in 0..10 with 2 <= x <= 5:", told)
assert told["by_pulp"] == told["by_pywraplp"] == 0
assert told["by_mathopt"] == told["by_cpsat"] == "refused"
assert told["by_highspy"] == 2
PROGRAM
