"""What the pages of the admin site share: nothing is saved by Django, everything goes through `application`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model
from django.forms import CharField, HiddenInput, ModelForm
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from satselect.application.access.rights import Right, may
from satselect.application.act import Act
from satselect.application.conditions import unless_changed
from satselect.engine.problem.errors import SatselectError
from satselect.schemas.fields.entity_tags import digest_of
from satselect.store.models import User

if TYPE_CHECKING:
    Pages = admin.ModelAdmin[Any]
    Form = ModelForm[Any]
else:
    Pages = admin.ModelAdmin
    Form = ModelForm


SEEN = "seen"


class SeenForm(Form):
    """A form that says which state of the row it was filled in for."""

    seen = CharField(required=False, widget=HiddenInput)


class ThroughUseCases(Pages):
    """Pages on which nothing can be added, changed or deleted, unless a subclass says how."""

    form = SeenForm

    def create(self, form: Form, act: Act) -> Model:
        """Makes what the form describes. For subclasses that allow it."""
        raise NotImplementedError

    def change(self, row: Any, sent: Mapping[str, Any], act: Act) -> None:  # noqa: ANN401 - its own model
        """Gives the row these fields. For subclasses that allow it."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - Django's own
        """The page of one row; what is refused is told on it."""
        try:
            # Without the transaction that Django puts around it: the application has its own, and they are short.
            return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]
        except SatselectError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 - Django's own
        """The fields, and for a row that may be changed which state of it they show."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets[:-1], (fieldsets[-1][0], {"fields": [*fieldsets[-1][1]["fields"], SEEN]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **more: Any) -> Any:  # noqa: ANN401
        """The form, for the row as it is now."""
        form = super().get_form(request, obj, change, **more)
        if obj is not None and self.has_change_permission(request, obj):
            form.base_fields[SEEN].initial = self._state(request, obj)
        return form

    def _state(self, request: HttpRequest, obj: Model) -> str:
        """What tells one state of the fields that can be changed from another; read anew."""
        row = self.model._default_manager.filter(pk=obj.pk).first()
        if row is None:
            return ""
        names = set(map(str, self.get_fields(request, obj))) - set(map(str, self.get_readonly_fields(request, obj)))
        facts = model_to_dict(row, fields=names)
        return digest_of({name: sorted(map(str, of)) if isinstance(of, list) else of for name, of in facts.items()})

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:
        """Does what the form asks for."""
        act = act_of(request)
        if change:
            what, seen = str(obj._meta.verbose_name), form.cleaned_data[SEEN]
            act = replace(act, condition=unless_changed(what, lambda: self._state(request, obj), seen))
            sent = {name: form.cleaned_data[name] for name in form.changed_data if name != SEEN}
            self.change(obj, sent, act)
        else:
            # Django goes on to the page of the row, and finds it by this.
            obj.pk = self.create(form, act).pk

    def save_related(self, request: HttpRequest, form: Form, formsets: Any, change: bool) -> None:  # noqa: ANN401
        """Nothing: it was done with the rest."""

    def log_addition(self, *arguments: object) -> None:  # type: ignore[override]
        """Nothing: the audit tells."""

    def log_change(self, *arguments: object) -> None:  # type: ignore[override]
        """Nothing: the audit tells."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: object = None) -> HttpResponse:
        """The audit of a row."""
        row = self.get_object(request, object_id)
        return HttpResponseRedirect(f"{reverse('admin:store_audit_changelist')}?q={row}")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether there is a page for the user of the request."""
        return isinstance(request.user, User) and may(request.user, Right.ADMINISTER)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether there is a page for the user of the request."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No, unless a subclass says how."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """No, unless a subclass says how."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: owners and names that others build on stay."""
        return False


def act_of(request: HttpRequest) -> Act:
    """Who does it, and when."""
    assert isinstance(request.user, User), "the site is for admins"  # noqa: S101
    return Act(request.user, timezone.now())
