"""Lists in pages."""

from django.http import HttpRequest


def next_page(request: HttpRequest, cursor: object) -> str:
    """The address of the page after the item that the cursor stands for."""
    parameters = request.GET.copy()
    parameters["cursor"] = str(cursor)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
