from django.contrib.auth.models import AbstractUser
from django.db import models

from satselect.store.models.fleets import Fleet


class Account(models.Model):
    """An owner of tasks: a customer organisation. Users belong to one."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class Role(models.TextChoices):
    """What a user may do."""

    CUSTOMER = "customer"
    EXECUTOR = "executor"
    OPERATOR = "operator"
    ADMIN = "admin"


class User(AbstractUser):
    """A person or a program that acts for an account.

    `buffered_limit` is how many tasks the user may have in the buffer, where that isn't the usual; `buffered_at_most`
    is never below how many there are, or null if that is not known.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="users")
    role = models.CharField(max_length=16, choices=Role, default=Role.CUSTOMER)
    fleets = models.ManyToManyField(
        Fleet, blank=True, related_name="executors", help_text="whose tasks an executor runs"
    )
    buffered_limit = models.PositiveBigIntegerField(null=True, blank=True)
    buffered_at_most = models.PositiveBigIntegerField(null=True, editable=False)

    REQUIRED_FIELDS = ["email", "account"]  # noqa: RUF012 - Django declares it so


class Key(models.Model):
    """What a program shows to act for a user. Only its digest is stored; `visible` finds it and names it.

    It holds until it expires or is revoked.
    """

    # Not secret: a key's row is found by it, and then its digest is compared in constant time (decision 0021).
    visible = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    # PROTECT here and in most tables: history and audit tell who did something for good; users are switched off
    # instead.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.visible
