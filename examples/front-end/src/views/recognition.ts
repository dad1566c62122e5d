import { api, type Schema } from "../api/client.js";
import { save } from "../api/downloads.js";
import { ask, Refused } from "../api/problems.js";
import { day, facts, h, link, moment } from "../page/dom.js";
import { drawDownload } from "../page/download.js";
import { addressOf, type View } from "../page/router.js";

/** The centre's recognition: its number, certificate and welcome pack, and who looks after it (R22). */
export async function recognitionView(centreId: string): Promise<View> {
  const params = { path: { centre_id: centreId } };
  const found = await ask(api.GET("/v1/centres/{centre_id}/recognition", { params }));
  const title = "Recognition";
  if (!found.ok) {
    if (found.problem.status !== 404) {
      throw new Refused(found.problem);
    }
    return { title, content: [home(), h("h1", {}, title), h("p", {}, "Your centre is not recognised yet.")] };
  }
  const { data: recognition } = found;
  const certificate = (): Promise<void> =>
    save(
      api.GET("/v1/centres/{centre_id}/recognition/certificate", { params, parseAs: "blob" }),
      `${recognition.number}.pdf`,
    );
  const pack = (): Promise<void> =>
    save(
      api.GET("/v1/centres/{centre_id}/recognition/welcome-pack", { params, parseAs: "blob" }),
      "Welcome pack.pdf",
    );
  return {
    title,
    content: [
      home(),
      h("h1", {}, title),
      ...standing(recognition),
      h("div", { class: "cards" }, h("div", {}, ...drawDownload("Certificate (PDF)", certificate))),
      h("h2", {}, "Welcome pack"),
      ...drawDownload("Welcome pack (PDF)", pack),
      h("h2", {}, "Who looks after you"),
      h("ul", { class: "plain" }, ...recognition.account_team.map(member)),
    ],
  };
}

function standing({ status, number, ...recognition }: Schema<"Recognition">): Node[] {
  const ended = recognition.ended_at === null ? "" : ` on ${moment(recognition.ended_at)}`;
  const url = recognition.verification_url;
  return [
    h("p", { class: "status" }, status === "active" ? "✓ Your centre is recognised" : `✗ The recognition ended${ended}`),
    facts(
      ["Certificate", number],
      ["Name", recognition.centre_name],
      ["Town", recognition.centre_town],
      ["Recognised from", day(recognition.recognised_from)],
      ["Centre lead", recognition.centre_lead?.name ?? null],
      ["Anybody can verify it at", link(url, url)],
    ),
    ...replaced(recognition.replaced_certificates, number),
    ...(recognition.open_actions > 0 ? [openActions(recognition.open_actions, recognition.application_id)] : []),
  ];
}

/** The certificates that this one stands in place of: they are still found, and said to be replaced. */
function replaced(earlier: Schema<"Recognition">["replaced_certificates"], number: string): Node[] {
  const rows = earlier.map((one) =>
    h("li", {}, `${one.number} (${one.centre_name}): replaced by ${number} on ${moment(one.replaced_at)}`),
  );
  return rows.length > 0 ? [h("h2", {}, "Replaced certificates"), h("ul", { class: "plain" }, ...rows)] : [];
}

function openActions(count: number, applicationId: string): HTMLElement {
  const address = addressOf(`/applications/${applicationId}/decision`);
  return h("p", {}, link(address, count === 1 ? "1 action is open" : `${count} actions are open`));
}

function member({ role, name, email, telephone }: Schema<"AccountTeamMember">): HTMLElement {
  return h("li", {}, h("strong", {}, name), ` (${role})`, h("br"), `${telephone}, `, link(`mailto:${email}`, email));
}

function home(): HTMLElement {
  return h("p", {}, link(addressOf("/"), "← Home"));
}
