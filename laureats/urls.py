"""Addresses of this floor."""

app_name = "laureats"
urlpatterns = []
