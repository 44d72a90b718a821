"""The addresses of the console's pages."""

from django.urls import path

from satselect.console.views import exports, home, keys, live, operations, sign_in, users, webhooks
from satselect.console.views.fleets import fleet, heat, iteration, map, plan, profit, settings
from satselect.console.views.tasks import buffer, submit, task, tasks, why

app_name = "console"

urlpatterns = [
    path("", home.home, name="home"),
    path("fleets", home.post_fleet, name="new_fleet"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("fleets/<slug:slug>", fleet.show_fleet, name="fleet"),
    path("fleets/<slug:slug>/plan", plan.show_plan, name="plan"),
    path("fleets/<slug:slug>/map", map.show_map, name="map"),
    path("fleets/<slug:slug>/timeline", fleet.show_timeline, name="timeline"),
    path("fleets/<slug:slug>/timeline.csv", exports.timeline_csv, name="timeline_csv"),
    path("fleets/<slug:slug>/timeline.json", exports.timeline_json, name="timeline_json"),
    path("fleets/<slug:slug>/plan.json", exports.timeline_plan, name="timeline_plan"),
    path("fleets/<slug:slug>/figures", fleet.show_figures, name="figures"),
    path("fleets/<slug:slug>/buffer", buffer.show_buffer, name="buffer"),
    path("fleets/<slug:slug>/buffer.csv", exports.buffer_csv, name="buffer_csv"),
    path("fleets/<slug:slug>/buffer.json", exports.buffer_json, name="buffer_json"),
    path("fleets/<slug:slug>/submit", submit.show_submit, name="submit"),
    path("fleets/<slug:slug>/one-more", fleet.show_one_more, name="one_more"),
    path("fleets/<slug:slug>/what-if", submit.show_what_if, name="what_if"),
    path("fleets/<slug:slug>/events", live.follow, name="events"),
    path("fleets/<slug:slug>/profit", profit.show_profit, name="profit"),
    path("fleets/<slug:slug>/profit.csv", exports.profit_csv, name="profit_csv"),
    path("fleets/<slug:slug>/profit.json", exports.profit_json, name="profit_json"),
    path("fleets/<slug:slug>/settings", settings.show_settings, name="settings"),
    path("fleets/<slug:slug>/satellites", settings.post_satellite, name="satellite"),
    path("fleets/<slug:slug>/resources", settings.post_resource, name="resource"),
    path("fleets/<slug:slug>/resources/<int:supply_id>", settings.post_capacity, name="capacity"),
    path("fleets/<slug:slug>/outages", settings.post_outage, name="outage"),
    path("fleets/<slug:slug>/outages/<int:outage_id>", settings.end_outage, name="end_outage"),
    path("tasks", tasks.show_tasks, name="all_tasks"),
    path("fleets/<slug:slug>/tasks", tasks.show_tasks, name="tasks"),
    path("tasks/<uuid:task_id>", task.show_task, name="task"),
    path("tasks/<uuid:task_id>/break-even", task.show_break_even, name="break_even"),
    path("tasks/<uuid:task_id>/why", why.show_why, name="why"),
    path("tasks/<uuid:task_id>/edit", task.edit_task, name="edit"),
    path("tasks/<uuid:task_id>/cancel", task.cancel_task, name="cancel"),
    path("tasks/<uuid:task_id>/complete", task.complete_task, name="complete"),
    path("tasks/<uuid:task_id>/fail", task.fail_task, name="fail"),
    path("fleets/<slug:slug>/iterations", iteration.post_iteration, name="iterate"),
    path("fleets/<slug:slug>/resources-over-time", heat.show_heat, name="heat"),
    path("fleets/<slug:slug>/operations", operations.show_operations, name="operations"),
    path("batches/<uuid:batch_id>/requeue", operations.post_requeue, name="requeue"),
    path("iterations/<uuid:iteration_id>/compare/<uuid:other_id>", iteration.show_compared, name="compare"),
    path("iterations/<uuid:iteration_id>", iteration.show_iteration, name="iteration"),
    path("keys", keys.show_keys, name="keys"),
    path("keys/<slug:visible>/revoke", keys.revoke, name="revoke"),
    path("password", keys.change_password, name="password"),
    path("webhooks", webhooks.show_webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook_id>", webhooks.edit_webhook, name="edit_webhook"),
    path("webhooks/<uuid:webhook_id>/secret", webhooks.rotate_secret, name="rotate_secret"),
    path("webhooks/<uuid:webhook_id>/delete", webhooks.delete_webhook, name="delete_webhook"),
    path("users", users.show_users, name="users"),
    path("users/<slug:name>/password", users.give_password, name="give_password"),
]
