"""Every address of the console: the pages that people look at, parts of pages and files, and what is only posted."""

PAGES = {
    "home": ["/?all"],
    "sign_in": [],  # seen by who has not signed in: test_people_sign_in_and_out
    "fleet": ["/fleets/default", "/fleets/default?before={version}", "/fleets/orbit"],
    "plan": ["/fleets/orbit/plan", "/fleets/orbit/plan?span=3600"],
    "map": ["/fleets/orbit/map", "/fleets/orbit/map?satellite=sat-1&span=86400"],
    "pass": ["/fleets/orbit/passes/{contact}"],
    "buffer": [
        "/fleets/default/buffer",
        "/fleets/default/buffer?sort=deadline",
        "/fleets/default/buffer?name=nobody",
        "/fleets/default/buffer?worth=1",
        "/fleets/orbit/buffer",
    ],
    "submit": ["/fleets/default/submit", "/fleets/default/submit?clone={night}", "/fleets/orbit/submit"],
    "profit": ["/fleets/default/profit"],
    "settings": ["/fleets/default/settings", "/fleets/orbit/settings"],
    "products": ["/fleets/orbit/products"],
    "product": ["/fleets/orbit/products/sharp"],
    "all_tasks": ["/tasks?status=scheduled&q=coast"],
    "tasks": ["/fleets/default/tasks", "/fleets/orbit/tasks"],
    "task": ["/tasks/{night}", "/tasks/{won}", "/tasks/{coast}", "/tasks/{long}", "/tasks/{planned}", "/tasks/{waits}"],
    "heat": ["/fleets/default/resources-over-time", "/fleets/default/resources-over-time?show=price"],
    "operations": ["/fleets/default/operations", "/fleets/orbit/operations"],
    "compare": ["/iterations/{last}/compare/{first}"],
    "iteration": ["/iterations/{last}", "/iterations/{plan}"],
    "keys": ["/keys"],
    "webhooks": ["/webhooks"],
    "users": [],  # of admins: test_what_only_admins_see
}
PARTS = {"timeline", "figures", "one_more", "what_if", "break_even", "why", "events"}
"""What pages ask for; read alone where there are no scripts."""
FILES = {
    *("timeline_csv", "timeline_json", "timeline_plan", "buffer_csv", "buffer_json", "profit_csv", "profit_json"),
}
POSTED = {
    *("new_fleet", "sign_out", "satellite", "resource", "capacity", "outage", "end_outage", "station"),
    *("remove_station", "offer_product", "delete_product", "edit", "cancel", "complete", "fail", "iterate"),
    *("requeue", "revoke", "password", "edit_webhook", "rotate_secret", "delete_webhook", "give_password"),
}
ALL_PAGES = [path for paths in PAGES.values() for path in paths]
