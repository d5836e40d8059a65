"""Addresses of this floor."""

app_name = "projects"
urlpatterns = []
