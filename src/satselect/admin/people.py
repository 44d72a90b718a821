"""Accounts, users, their keys and what they did, in the admin site."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from satselect.admin.through import Form, ThroughUseCases, act_of
from satselect.application.access.accounts import NewUser, create_user
from satselect.application.access.keys import revoke_key
from satselect.application.access.people import edit_user, rename_account
from satselect.application.act import Act
from satselect.store.models import Account, Key, Role, User


class AccountAdmin(ThroughUseCases):
    """Accounts: what people call them. One is made with its first user."""

    list_display = ("slug", "name", "created")
    search_fields = ("slug", "name")
    fields = ("slug", "name", "created")
    readonly_fields = ("slug", "created")

    def change(self, row: Account, sent: Mapping[str, Any], act: Act) -> None:
        """Gives the account this name."""
        if sent:
            rename_account(row, sent["name"], act)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As for seeing it."""
        return self.has_view_permission(request)


class UserAdmin(ThroughUseCases):
    """Users: made, given another role or limit, switched off."""

    list_display = ("username", "account", "role", "is_active", "buffered_limit", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "account__slug")
    fields = ("username", "account", "role", "is_active", "buffered_limit", "fleets", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")

    def get_fields(self, request: HttpRequest, obj: object = None) -> Any:  # noqa: ANN401 - Django's own
        """Fewer for a new user."""
        return self.fields if obj else ("username", "role", "account", "fleets")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> Any:  # noqa: ANN401 - Django's own
        """Names and owners stay."""
        return (*self.readonly_fields, "username", "account") if obj else ()

    def get_form(self, request: HttpRequest, obj: object = None, change: bool = False, **more: Any) -> Any:  # noqa: ANN401
        """The form; the account of a new user may go without saying."""
        form = super().get_form(request, obj, change, **more)
        if "account" in form.base_fields:
            form.base_fields["account"].required = False
        return form

    def create(self, form: Form, act: Act) -> User:
        """The new user."""
        sent = form.cleaned_data
        account = sent["account"] and sent["account"].slug
        fleets = [fleet.slug for fleet in sent["fleets"]]
        new = NewUser(name=sent["username"], role=Role(sent["role"]), account=account, fleets=fleets)
        return create_user(new, act)

    def change(self, row: User, sent: Mapping[str, Any], act: Act) -> None:
        """Gives the user these fields."""
        if sent:
            edit_user(row, sent, act, fleets=sent.get("fleets"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for seeing them."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As for seeing them."""
        return self.has_view_permission(request)


class KeyAdmin(ThroughUseCases):
    """Keys: whose they are and how long they hold. They can be revoked; made they are where they are shown, once."""

    list_display = ("visible", "name", "user", "created", "expires", "revoked")
    list_filter = (("revoked", admin.EmptyFieldListFilter),)
    search_fields = ("visible", "name", "user__username")
    fields = readonly_fields = list_display
    actions = ("revoke",)

    @admin.action(description="Revoke, from now on")
    def revoke(self, request: HttpRequest, keys: QuerySet[Key]) -> None:
        """Ends the keys that were chosen."""
        act, count = act_of(request), 0
        for key in keys.filter(revoked=None).select_related("user"):
            revoke_key(key.user, key.visible, act)
            count += 1
        messages.success(request, f"{count} keys are revoked")


class AuditAdmin(ThroughUseCases):
    """Who did what to which object."""

    list_display = ("at", "user", "action", "object_type", "object_id", "facts")
    list_filter = ("object_type",)
    search_fields = ("=object_id", "=user__username")
    ordering = ("-id",)
    fields = readonly_fields = ("at", "user", "account", "action", "object_type", "object_id", "facts")
