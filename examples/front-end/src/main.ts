import { configureClient, type Schema } from "./api/client.js";
import { Refused, type Problem } from "./api/problems.js";
import { myCentre, referenceData } from "./api/reading.js";
import {
  configureSession,
  isSignedIn,
  mustChangePassword,
  owedFactors,
  resumeSession,
  signOut,
} from "./api/session.js";
import { readConfig } from "./config.js";
import { focusField } from "./forms/faults.js";
import { h, link } from "./page/dom.js";
import { letterToken, openLetterLink } from "./page/letter-links.js";
import { proveAgain } from "./page/prove-again.js";
import { addressOf, goTo, startRouter, type Place, type View } from "./page/router.js";
import { signInAgain } from "./page/sign-in-again.js";
import { accountView } from "./views/account.js";
import { agreementView } from "./views/agreement.js";
import { applicationView } from "./views/application.js";
import { applyView } from "./views/apply.js";
import { contactsView } from "./views/contacts.js";
import { decisionView } from "./views/decision.js";
import { detailsView } from "./views/details.js";
import { cancelEmailChangeView, confirmEmailView } from "./views/email-change.js";
import { forgotPasswordView, resetPasswordView } from "./views/forgotten-password.js";
import { homeView } from "./views/home.js";
import { interviewView } from "./views/interview.js";
import { invitationView } from "./views/invitation.js";
import { invoiceView } from "./views/invoice.js";
import { namesView } from "./views/names.js";
import { policiesView } from "./views/policies.js";
import { recognitionView } from "./views/recognition.js";
import { returnedView } from "./views/returned.js";
import { signInView } from "./views/sign-in.js";
import { sitesView } from "./views/sites.js";
import { submitView } from "./views/submit.js";
import { withdrawView } from "./views/withdraw.js";

async function draw(place: Place): Promise<View> {
  try {
    return await choose(place.path);
  } catch (error) {
    if (error instanceof Refused) {
      return problemView(error.problem);
    }
    throw error;
  } finally {
    drawNavigation();
  }
}

async function choose(path: string): Promise<View> {
  if (path === "/apply" || (path === "/" && !isSignedIn())) {
    return path === "/" ? welcomeView() : applyView();
  }
  switch (path) {
    case "/forgot-password":
      return forgotPasswordView();
    case "/reset-password":
      return ofLetter(resetPasswordView);
    case "/confirm-email":
      return ofLetter(confirmEmailView);
    case "/cancel-email-change":
      return ofLetter(cancelEmailChangeView);
    case "/invitation":
      return ofLetter(invitationView);
  }
  if (path === "/sign-in" || !isSignedIn() || mustChangePassword() || owedFactors() !== undefined) {
    return signInView(path === "/sign-in" ? "/" : path);
  }
  if (path === "/invitation/accept") {
    return ofLetter(invitationView);
  }
  if (path === "/account") {
    return accountView();
  }
  const centre = await myCentre();
  if (centre === undefined) {
    return staffView();
  }
  const [, first, id, page, group] = path.split("/");
  if (first === "applications" && id !== undefined) {
    return applicationPage(id, page, group);
  }
  switch (first) {
    case "":
      return homeView(centre.centre_id);
    case "recognition":
      return recognitionView(centre.centre_id);
    case "names":
      return namesView(centre.centre_id);
    case "contacts":
      return contactsView(centre.centre_id);
    case "sites":
      return sitesView(centre.centre_id);
    default:
      return notFoundView();
  }
}

async function applicationPage(id: string, page: string | undefined, group: string | undefined): Promise<View> {
  switch (page) {
    case undefined:
      return applicationView(id);
    case "details": {
      const { details_groups: groups } = await referenceData();
      const known = groups.some(({ key }) => key === group);
      return known ? detailsView(id, group as Schema<"DetailsGroup">) : notFoundView();
    }
    case "policies":
      return policiesView(id);
    case "agreement":
      return agreementView(id);
    case "returned":
      return returnedView(id);
    case "invoice":
      return invoiceView(id);
    case "interview":
      return interviewView(id);
    case "decision":
      return decisionView(id);
    case "withdraw":
      return withdrawView(id);
    case "submit":
      return submitView(id);
    default:
      return notFoundView();
  }
}

/** A view that a letter's link opens, or a word about the link after a reload. */
function ofLetter(view: () => View | Promise<View>): View | Promise<View> {
  if (letterToken() !== "") {
    return view();
  }
  const title = "Open the link again";
  return { title, content: [h("h1", {}, title), h("p", {}, "Open the link in our email once more to go on.")] };
}

function welcomeView(): View {
  return {
    title: "Welcome",
    content: [
      h("h1", {}, "Become a recognised centre"),
      h("p", { class: "lead" }, "A centre delivers and assesses learning that leads to our qualifications."),
      h("p", {}, h("a", { href: addressOf("/apply"), class: "button" }, "Apply to become a centre")),
      h("p", {}, "Already have your log-in details? ", link(addressOf("/sign-in"), "Sign in"), "."),
    ],
  };
}

function staffView(): View {
  const words = "You are not a user of any centre. This example is for centres; staff use other operations of the API.";
  return { title: "No centre", content: [h("h1", {}, "No centre"), h("p", {}, words)] };
}

function notFoundView(): View {
  const home = h("p", {}, link(addressOf("/"), "Home"));
  return { title: "Not found", content: [h("h1", {}, "Page not found"), home] };
}

function problemView(problem: Problem): View {
  const reference = problem.request_id ? [h("p", { class: "hint" }, `Reference ${problem.request_id}`)] : [];
  return { title: problem.title, content: [h("h1", {}, problem.title), h("p", {}, problem.detail), ...reference] };
}

function drawNavigation(): void {
  const links = isSignedIn()
    ? [
        link(addressOf("/"), "Home"),
        link(addressOf("/contacts"), "Contacts"),
        link(addressOf("/sites"), "Sites"),
        link(addressOf("/account"), "Account"),
        h("button", { type: "button", class: "plain-button", click: () => void leave() }, "Sign out"),
      ]
    : [link(addressOf("/sign-in"), "Sign in")];
  document.getElementById("navigation")?.replaceChildren(...links);
}

async function leave(): Promise<void> {
  await signOut();
  goTo("/");
}

const { apiAddress } = await readConfig();
configureClient(apiAddress, proveAgain);
configureSession(apiAddress, signInAgain);
await resumeSession();
openLetterLink();
startRouter(draw, (field) => focusField(document, field));
