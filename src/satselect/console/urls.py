"""The addresses of the console's pages."""

from django.urls import path

from satselect.console.views import (
    buffer,
    exports,
    fleet,
    home,
    iteration,
    keys,
    live,
    profit,
    settings,
    sign_in,
    submit,
    task,
    users,
)

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("fleets/<slug:slug>", fleet.show_fleet, name="fleet"),
    path("fleets/<slug:slug>/timeline", fleet.show_timeline, name="timeline"),
    path("fleets/<slug:slug>/timeline.csv", exports.timeline_csv, name="timeline_csv"),
    path("fleets/<slug:slug>/timeline.json", exports.timeline_json, name="timeline_json"),
    path("fleets/<slug:slug>/plan.json", exports.timeline_plan, name="timeline_plan"),
    path("fleets/<slug:slug>/figures", fleet.show_figures, name="figures"),
    path("fleets/<slug:slug>/buffer", buffer.show_buffer, name="buffer"),
    path("fleets/<slug:slug>/buffer.csv", exports.buffer_csv, name="buffer_csv"),
    path("fleets/<slug:slug>/buffer.json", exports.buffer_json, name="buffer_json"),
    path("fleets/<slug:slug>/submit", submit.show_submit, name="submit"),
    path("fleets/<slug:slug>/what-if", submit.show_what_if, name="what_if"),
    path("fleets/<slug:slug>/events", live.follow, name="events"),
    path("fleets/<slug:slug>/profit", profit.show_profit, name="profit"),
    path("fleets/<slug:slug>/profit.csv", exports.profit_csv, name="profit_csv"),
    path("fleets/<slug:slug>/profit.json", exports.profit_json, name="profit_json"),
    path("fleets/<slug:slug>/settings", settings.show_settings, name="settings"),
    path("fleets/<slug:slug>/resources", settings.post_resource, name="resource"),
    path("fleets/<slug:slug>/resources/<int:supply_id>", settings.post_capacity, name="capacity"),
    path("tasks/<uuid:task_id>", task.show_task, name="task"),
    path("tasks/<uuid:task_id>/break-even", task.show_break_even, name="break_even"),
    path("tasks/<uuid:task_id>/edit", task.edit_task, name="edit"),
    path("tasks/<uuid:task_id>/cancel", task.cancel_task, name="cancel"),
    path("tasks/<uuid:task_id>/complete", task.complete_task, name="complete"),
    path("tasks/<uuid:task_id>/fail", task.fail_task, name="fail"),
    path("iterations/<uuid:iteration_id>", iteration.show_iteration, name="iteration"),
    path("keys", keys.show_keys, name="keys"),
    path("keys/<slug:visible>/revoke", keys.revoke, name="revoke"),
    path("password", keys.change_password, name="password"),
    path("users", users.show_users, name="users"),
    path("users/<slug:name>/password", users.give_password, name="give_password"),
]
