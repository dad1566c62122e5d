/** Where the API is. The server of these files says so, since the same build runs against any API. */
export interface Config {
  readonly apiAddress: string;
}

export async function readConfig(): Promise<Config> {
  const response = await fetch("config.json");
  return (await response.json()) as Config;
}
