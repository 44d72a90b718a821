"""The answers of batches with an idempotency key, kept so that a repetition is answered word for word.

A key belongs to an account, and any user of the account may repeat it: an operator is answered what operators see, a
customer what the account sees. So each has an answer of their own, made when they first ask.
"""

from satselect.application.access.rights import sees_all
from satselect.store.models import Batch, User


def keep_answer(batch: Batch, answer: str, *, to: User) -> str:
    """The answer to give to that user: the first one that was kept for those who see what they see, or this one.

    Args:
        batch: what was submitted.
        answer: made for that user.
        to: who asks, now: a role may have changed since.
    """
    if batch.idempotency_key is None:
        return answer
    column = "answer" if sees_all(to) else "answer_to_account"
    if getattr(batch, column) is None:
        # Only if none is there: of two at once both are told what the first one kept.
        Batch.objects.filter(id=batch.id, **{f"{column}__isnull": True}).update(**{column: answer})
    return Batch.objects.values_list(column, flat=True).get(id=batch.id) or answer
