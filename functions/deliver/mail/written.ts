import { encode as base64, wrap as wrapBase64 } from 'nodemailer/lib/base64';
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode as quoted, wrap as wrapQuoted } from 'nodemailer/lib/qp';

const bodyOf = (node: MimeNode): string => {
  const { content = '' } = node;
  if (typeof content !== 'string') throw new TypeError('only text can be written at once');
  switch (node.getTransferEncoding()) {
    case 'base64':
      return wrapBase64(base64(content));
    case 'quoted-printable':
      return wrapQuoted(quoted(content));
    default:
      return content;
  }
};

const partOf = (node: MimeNode): string => {
  // First: the boundary is known once they are built.
  const head = `${node.buildHeaders()}\r\n\r\n`;
  if (!node.multipart) return `${head}${bodyOf(node)}`;
  const parts = node.childNodes.map((child) => `--${node.boundary}\r\n${partOf(child)}\r\n`);
  return `${head}${parts.join('')}--${node.boundary}--\r\n`;
};

/**
 * What nodemailer's own `build` makes of a mail of texts, in one go: its streams take most of a sender's time.
 * Every line ends with CR and LF, since no line feed may stand alone (RFC 5322, 2.3).
 */
export const written = (mail: MimeNode): Buffer => {
  const text = partOf(mail).replaceAll(/\r?\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`);
};
