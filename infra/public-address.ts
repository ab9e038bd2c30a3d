import { resource } from './constructs/resource.ts';

/** Where the API is reached; known once the API is there, so what needs it stands in a stack behind it. */
export const publicAddress = (apiUrl: string) => ({
  'public address': resource({ service: 'execute-api', arn: apiUrl, settings: { API_URL: apiUrl } }),
});
