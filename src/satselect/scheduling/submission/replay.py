"""The answers of batches with an idempotency key, kept so that a repetition is answered word for word."""

from satselect.store.models import Batch


def keep_answer(batch: Batch, answer: str) -> str:
    """The answer to give: the first one that was kept, which is this one if there was none."""
    if batch.idempotency_key is None:
        return answer
    if batch.answer is None:
        Batch.objects.filter(id=batch.id, answer__isnull=True).update(answer=answer)
    return Batch.objects.values_list("answer", flat=True).get(id=batch.id) or answer
