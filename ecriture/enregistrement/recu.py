"""What the script of a page sends."""

import json


def received(request):
    """The JSON sent by a page. Raises ValueError when it cannot be read, or holds half a character."""
    data = json.loads(request.body)
    json.dumps(data, ensure_ascii=False).encode()
    return data
