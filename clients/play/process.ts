// Play the whole process, from the public form to the certificate, with the generated client only.
//
//     node process.ts STORY.json

import { agree, fillIn, moveIn, start, submit, uploadPolicies } from "./application.ts";
import { connect, demand, done } from "./api.ts";
import { apply, createAccount } from "./beginning.ts";
import { decide, interview, pass, pay } from "./decision.ts";
import { enterFirstTime, hireStaff, signIn } from "./people.ts";
import { read } from "./story.ts";

const story = read(process.argv[2] ?? "");
const { url } = story;
const anybody = connect(url);
const staff = await hireStaff(anybody);
const { email } = story.initial_application.initial_super_user;

const received = await apply(story);
const checker = await signIn(url, staff.customer_experience.email, staff.customer_experience.password);
const centreId = await createAccount(story, checker, received);
const superUser = await enterFirstTime(url, email);
const siteIds = await moveIn(story, superUser.api, centreId);
const application = await start(superUser.api, centreId);
await fillIn(story, superUser.api, application, siteIds);
await uploadPolicies(story, superUser.api, application);
await agree(superUser.api, application);
await submit(superUser.api, application);
await pass(url, staff, application);
await pay(url, staff, application);
await interview(url, staff, application);
await decide(url, staff, application);

const centre = await signIn(url, email, superUser.password);
const params = { path: { centre_id: centreId } };
const recognition = await done(centre.GET("/v1/centres/{centre_id}/recognition", { params }));
const certificate = await done(
  centre.GET("/v1/centres/{centre_id}/recognition/certificate", { params, parseAs: "text" }),
);
demand(certificate.body.startsWith("%PDF"), "The certificate is no PDF.");
const number = recognition.body.number;
const verified = await done(anybody.GET("/v1/certificates/{number}", { params: { path: { number } } }));
console.log(JSON.stringify({ application, centre: centreId, number, status: verified.body.status }));
