/** The address of the API. The file server provides it, so one build works with any API. */
export interface Config {
  readonly apiAddress: string;
}

export async function readConfig(): Promise<Config> {
  const response = await fetch("config.json");
  return (await response.json()) as Config;
}
