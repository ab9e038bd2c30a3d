import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { placesKey } from './registry-keys.ts';

const storedPlaces = z.object({ sessionIds: z.set(z.string()) });

/** In which sessions a badge has been, so that nobody has to look into all of them at each entry. */
export const placeIndex = (documents: DynamoDBDocumentClient, table: string) => ({
  /** Undefined for a badge that was never noted. */
  get: async (event: string, badgeId: string): Promise<ReadonlySet<string> | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: placesKey(event, badgeId), ConsistentRead: true }),
    );
    return Item && storedPlaces.parse(Item).sessionIds;
  },

  /** Notes sessions; answers all that are noted then. Of two who note at once, one hears of both. */
  add: async (
    event: string,
    badgeId: string,
    sessionIds: ReadonlySet<string>,
  ): Promise<ReadonlySet<string>> => {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: placesKey(event, badgeId),
        UpdateExpression: 'ADD sessionIds :new',
        ExpressionAttributeValues: { ':new': new Set(sessionIds) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return storedPlaces.parse(Attributes).sessionIds;
  },
});
export type PlaceIndex = ReturnType<typeof placeIndex>;
