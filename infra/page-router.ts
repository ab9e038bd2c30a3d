import { PAGES, START_PAGE } from '../web/serving.ts';

/**
 * Code of a CloudFront function: `fileOfPath` of web/serving.ts, in the JavaScript that runs there.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export const pageRouter = (): string => `
const pages = ${JSON.stringify(PAGES)};
function handler(event) {
  const request = event.request;
  const path = request.uri;
  if (path === '/') request.uri = '/${START_PAGE}';
  else if (!/\\.[a-z0-9]+$/i.test(path)) {
    for (const prefix in pages) {
      if (path === prefix || path.startsWith(prefix + '/')) request.uri = '/' + pages[prefix];
    }
  }
  return request;
}
`;
