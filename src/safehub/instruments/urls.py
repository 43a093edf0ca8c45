"""Addresses of tools."""

from __future__ import annotations

from django.urls import path

from safehub.instruments.views import publishing, reading, sending, starting, writing

app_name = "tools"
urlpatterns = [
    path("", reading.tool_list, name="tools"),
    path("start/", starting.start, name="start"),
    path("start/blank/", starting.blank, name="blank"),
    path("start/spreadsheet/", starting.upload, name="upload_new"),
    path("start/ready/", starting.ready, name="ready"),
    path("versions/<int:key>/", reading.version, name="version"),
    path("versions/<int:key>/preview/", reading.version_preview, name="version_preview"),
    path("versions/<int:key>/compare/<int:before>/", publishing.compare, name="compare"),
    path("versions/<int:key>/carry/", reading.carry, name="carry"),
    path("versions/<int:key>/retire/", reading.retire, name="retire"),
    path("versions/<int:key>/xlsform.xlsx", reading.xlsform, name="xlsform"),
    path("drafts/<int:key>/", writing.draft, name="draft"),
    path("drafts/<int:key>/rows/<int:row>/", writing.row, name="row"),
    path("drafts/<int:key>/rows/<int:row>/remove/", writing.remove_row, name="remove_row"),
    path("drafts/<int:key>/questions/<int:after>/", writing.add_question, name="add_question"),
    path("drafts/<int:key>/sections/<int:after>/", writing.add_section, name="add_section"),
    path("drafts/<int:key>/lists/", writing.lists, name="lists"),
    path("drafts/<int:key>/lists/add/", writing.add_list, name="add_list"),
    path("drafts/<int:key>/lists/<slug:name>/", writing.one_list, name="list"),
    path("drafts/<int:key>/settings/", writing.settings, name="settings"),
    path("drafts/<int:key>/preview/", writing.draft_preview, name="draft_preview"),
    path("drafts/<int:key>/compare/", publishing.draft_compare, name="draft_compare"),
    path("drafts/<int:key>/publish/", publishing.publish, name="publish"),
    path("drafts/<int:key>/discard/", writing.discard, name="discard"),
    path("drafts/<int:key>/xlsform.xlsx", writing.draft_xlsform, name="draft_xlsform"),
    path("drafts/<int:key>/upload/", sending.upload, name="upload"),
    path("drafts/<int:key>/upload/refused/", sending.refused, name="refused"),
    path("drafts/<int:key>/upload/marked.xlsx", sending.marked, name="marked"),
    path("drafts/<int:key>/upload/take/", sending.take, name="take"),
]
