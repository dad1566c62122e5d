// Reads {secret, headers, body} from standard input; ends with 0 if the signature is right, with 1 otherwise.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
