"""The operations that read."""

from django.utils import timezone
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.response import Response

from app.domain.readiness import readiness
from app.domain.sections import Section
from app.domain.workflow import EDITABLE, Status, steps_for, waiting_on
from bench.django_peer import judging, serializers


def judged(row, actor, missing):
    """Give the row what its serializer shows of the process."""
    facts = judging.workflow_facts(row, missing, judging.amount_due(row))
    row.allowed_steps, row.blocked_steps = steps_for(facts, actor)
    row.waiting_on = waiting_on(facts)
    return row


class ApplicationView(GenericAPIView):
    def get(self, request, id):
        actor, now = request.user.actor, timezone.now()
        row = get_object_or_404(judging.with_everything(judging.visible(actor)), id=id)
        gaps = readiness(judging.readiness_facts(row, now)) if Status(row.status) in EDITABLE else []
        judged(row, actor, len(gaps))
        row.sections = [
            {
                "section": section.value,
                "title": section.label,
                "missing": sum(gap.section == section.value for gap in gaps),
                "path": f"/applications/{row.id}/{section.value}",
            }
            for section in Section
        ]
        return Response(serializers.Application(row, context={"now": now}).data)


class ReadinessView(GenericAPIView):
    def get(self, request, id):
        row = get_object_or_404(judging.for_readiness(judging.visible(request.user.actor)), id=id)
        gaps = readiness(judging.readiness_facts(row, timezone.now())) if Status(row.status) in EDITABLE else []
        return Response({"ready": not gaps, "missing": serializers.Missing(gaps, many=True).data})


class Inbox(GenericAPIView):
    def get(self, request):
        actor, now = request.user.actor, timezone.now()
        found = judging.for_steps(judging.visible(actor)).order_by("status_since", "id")[:50]
        drafts = judging.for_readiness(judging.visible(actor)).filter(
            id__in=[row.id for row in found if Status(row.status) in EDITABLE]
        )
        current = judging.current_documents()
        missing = {row.id: len(readiness(judging.readiness_facts(row, now, current))) for row in drafts}
        rows = [judged(row, actor, missing.get(row.id, 0)) for row in found]
        items = serializers.ApplicationSummary(rows, many=True, context={"now": now}).data
        return Response({"items": items, "next_cursor": None})
