import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { gathered } from '../gathered.ts';

export type Statement = NonNullable<BatchExecuteStatementCommandInput['Statements']>[number];

/** `not taken`: it is to be written by itself, which also says why it may not be. */
export type Written = 'written' | 'condition failed' | 'not taken';

/**
 * Writes of one item each that come up at the same time, in one request of up to 25. They cost what they cost alone;
 * each is written or not by its own condition. One that comes alone is not taken: an update of its own tells more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.multiplestatements.batching.html
 */
export const writtenTogether = (documents: DynamoDBDocumentClient) =>
  gathered<Statement, Written>(async (statements) => {
    if (statements.length === 1) return () => 'not taken';
    try {
      const { Responses = [] } = await documents.send(
        new BatchExecuteStatementCommand({ Statements: [...statements] }),
      );
      return (_statement, index) => {
        const answer = Responses[index];
        if (answer && !answer.Error) return 'written';
        return answer?.Error?.Code === 'ConditionalCheckFailed' ? 'condition failed' : 'not taken';
      };
    } catch {
      return () => 'not taken';
    }
  });
export type WriteTogether = ReturnType<typeof writtenTogether>;
