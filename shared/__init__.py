"""The small library every service stands on: the contracts and the road; it knows no one's business."""
