"""The addresses; the bare handler has the same."""

from django.urls import path

from bench.django_peer import reads, writes

urlpatterns = [
    path("initial-applications", writes.InitialApplications.as_view()),
    path("applications", reads.Inbox.as_view()),
    path("applications/<uuid:id>", reads.ApplicationView.as_view()),
    path("applications/<uuid:id>/readiness", reads.ReadinessView.as_view()),
    path("applications/<uuid:id>/details/<str:group>", writes.Details.as_view()),
    path("applications/<uuid:id>/submissions", writes.Submissions.as_view()),
    path("applications/<uuid:id>/policies/<str:key>", writes.Policies.as_view()),
    path("invoices/<uuid:id>/payments", writes.Payments.as_view()),
]
