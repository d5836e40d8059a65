"""Addresses of this floor."""

app_name = "juries"
urlpatterns = []
