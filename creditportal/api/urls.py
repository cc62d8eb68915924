"""The addresses of the api door."""

from django.urls import URLPattern, URLResolver, re_path

from creditportal.api.views import Nothing

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [re_path(r"^", Nothing.as_view(), name="nothing")]
