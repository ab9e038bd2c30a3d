import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';

type Serialize = AwsJson1_0Protocol['serializeRequest'];
type Deserialize = AwsJson1_0Protocol['deserializeResponse'];

/** Reads and writes of items; what else there is may carry dates. */
const ofItems = /Item|^Query$/;

/**
 * Sends and takes items as they are: an attribute value is its own JSON, apart from binary ones, which no table of ours
 * has. The SDK's codec would walk through each with its schema. Errors are still the SDK's to make.
 */
export class PlainItemsProtocol extends AwsJson1_0Protocol {
  override async serializeRequest(
    ...[operation, input, context]: Parameters<Serialize>
  ): ReturnType<Serialize> {
    if (!ofItems.test(operation.name)) return super.serializeRequest(operation, input, context);
    const request = await super.serializeRequest(operation, {}, context);
    request.body = JSON.stringify(input);
    return request;
  }

  override async deserializeResponse<Output extends Awaited<ReturnType<Deserialize>>>(
    ...[operation, context, response]: Parameters<Deserialize>
  ): Promise<Output> {
    const { statusCode, headers, body } = response;
    if (statusCode !== 200 || !(body instanceof Uint8Array) || !ofItems.test(operation.name))
      return super.deserializeResponse(operation, context, response);
    return {
      ...JSON.parse(Buffer.from(body).toString('utf8')),
      $metadata: { httpStatusCode: statusCode, requestId: headers['x-amzn-requestid'] },
    };
  }
}
