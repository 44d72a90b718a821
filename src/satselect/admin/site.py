"""The admin site: accounts, users, keys and fleets, for admins who are signed in."""

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from satselect.admin.fleets import FleetAdmin
from satselect.admin.people import AccountAdmin, AuditAdmin, KeyAdmin, UserAdmin
from satselect.application.access.passwords import set_password
from satselect.application.access.rights import Right, may
from satselect.application.act import Act
from satselect.store.models import Account, Audit, Fleet, Key, User


class OwnPasswordForm(AdminPasswordChangeForm):
    """The own password, changed where everything is changed."""

    user: User

    def save(self, commit: bool = True) -> User:
        """The user, with the new password."""
        set_password(self.user, self.cleaned_data["new_password1"], Act(self.user, timezone.now()))
        return self.user


class Site(AdminSite):
    """Django's admin site for role admin only. It changes things through `application`, or not at all."""

    site_header = site_title = "satselect"
    index_title = "Accounts, users, keys, fleets"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether it exists for the user of the request."""
        user = request.user
        return isinstance(user, User) and user.is_active and may(user, Right.ADMINISTER)

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """The page on which an admin changes the own password."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)  # type: ignore[return-value]


site = Site()
site.register(Account, AccountAdmin)
site.register(User, UserAdmin)
site.register(Key, KeyAdmin)
site.register(Fleet, FleetAdmin)
site.register(Audit, AuditAdmin)
