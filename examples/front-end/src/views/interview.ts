import { api, type Schema } from "../api/client.js";
import { save } from "../api/downloads.js";
import { read } from "../api/problems.js";
import { facts, h, link, spoken } from "../page/dom.js";
import { drawDownload } from "../page/download.js";
import { backToApplication } from "../page/places.js";
import type { View } from "../page/router.js";
import { appointment } from "../page/times.js";

type Interview = Schema<"Interview">;

export const INTERVIEW_STATES: Record<string, string> = {
  arranged: "● Arranged",
  held: "✓ Held",
  cancelled: "✗ Cancelled",
  not_attended: "✗ Not attended",
};

/** The interviews with the centre lead, the latest first (R19). */
export async function interviewView(id: string): Promise<View> {
  const params = { path: { application_id: id } };
  const { items } = await read(api.GET("/v1/applications/{application_id}/interviews", { params }));
  const none = h("p", {}, "No interview has been arranged yet. Your centre lead will invite you.");
  return {
    title: "Interview",
    content: [
      backToApplication(id),
      h("h1", {}, "Interview"),
      ...(items.length > 0 ? items.map(drawInterview).reverse() : [none]),
    ],
  };
}

function drawInterview(interview: Interview): HTMLElement {
  const { id, status, starts_at: start, ends_at: end } = interview;
  const { uk, own } = appointment(start, end);
  const heading = `interview-${id}`;
  return h(
    "section",
    { class: "card", "aria-labelledby": heading },
    h("h2", { id: heading }, uk),
    h("p", { class: "state" }, INTERVIEW_STATES[status] ?? spoken(status)),
    movedOf(interview),
    facts(
      ["Your time", own],
      ["How", spoken(interview.mode)],
      ["Where", placeOf(interview)],
      ["With", interview.arranged_by_name],
      ["Agenda", interview.agenda],
      [status === "held" ? "What was discussed" : "Why", interview.summary],
    ),
    ...(status === "arranged" ? drawDownload("Calendar file", () => calendarFile(interview)) : []),
  );
}

/** An invitation that was changed replaces what stands in the reader's calendar. */
function movedOf({ status, sequence }: Interview): HTMLElement | null {
  const words = "The invitation was changed. This is the latest; the calendar file replaces the earlier entry.";
  return status === "arranged" && sequence > 0 ? h("p", {}, words) : null;
}

function placeOf({ place, meeting_url: url }: Interview): Node | string {
  if (url === null) {
    return place;
  }
  return place === url ? link(url, url) : h("span", {}, place, h("br"), link(url, "Join the meeting"));
}

function calendarFile({ id, application_id: application }: Interview): Promise<void> {
  const params = { path: { application_id: application, interview_id: id } };
  const headers = { Accept: "text/calendar" };
  const path = "/v1/applications/{application_id}/interviews/{interview_id}";
  return save(api.GET(path, { params, headers, parseAs: "blob" }), "interview.ics");
}
