"""What stands in the first screen of a telephone, without scrolling. No test stands here."""

TELEPHONE = {"width": 375, "height": 667, "reduced_motion": "reduce"}


def in_first_screen(page, *selectors):
    """The selectors whose first element is not seen at once: out of the screen, even by its last line, or absent."""
    missed = []
    for selector in selectors:
        box = page.locator(selector).first.bounding_box() if page.locator(selector).count() else None
        if box is None or box["y"] < 0 or box["y"] + box["height"] > TELEPHONE["height"]:
            missed.append((selector, box and round(box["y"] + box["height"])))
    return missed
