import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ProblemError } from '../problem/problem-error.js';
import { checkUpload, LARGEST_UPLOAD } from './upload-check.js';
import { safeFileName } from './upload-name.js';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const refusedAs = (code: string) => (error: unknown) => error instanceof ProblemError && error.code === code;

function pdf(inside = ''): Buffer {
  const objects = `1 0 obj\n<< /Type /Catalog /Pages 2 0 R ${inside} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n`;
  return latin(`%PDF-1.7\n${objects}trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n`);
}

function png(width = 1, height = 1): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([latin(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 0, 0, 0, 0], 8);
  const parts = [
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc(2))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
  latin('JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
  Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0x2a, 0xff, 0xd9]),
]);

/** A ZIP with one file in it; the names inside decide what an office file is. */
function zip(name: string, text: string, comment = ''): Buffer {
  const data = latin(text);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(data.length, 22);
  local.writeUInt16LE(name.length, 26);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, latin(name), data, end, latin(comment)]);
}

const MACROS = zip(
  '[Content_Types].xml',
  '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
);
const TIFF = Buffer.concat([Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0]), Buffer.alloc(32)]);
const OLE = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]);
const ZIP_AS_JPEG_END = Buffer.concat([jpeg, zip('a.txt', 'x', '\xff\xd9')]);

const upload = (name: string, type: string, content: Uint8Array) => checkUpload({ name, type, content });

test('a paper, a picture and a photograph are taken, under the name that they came with', async () => {
  for (const [name, type, content] of [
    ['Đơn đề nghị số 12.2019.pdf', 'application/pdf', pdf()],
    ['scan (1).PNG', 'image/png; charset=binary', png()],
    ['ảnh thẻ.jpeg', 'image/jpeg', jpeg],
  ] as const) {
    const checked = await upload(name, type, content);
    assert.equal(checked.name, name.replace('PNG', 'png'));
    assert.equal(checked.type, type.split(';')[0]);
    assert.equal(checked.content, content);
  }
  const decomposed = 'ảnh.jpg'.normalize('NFD');
  assert.equal((await upload(decomposed, 'image/jpeg', jpeg)).name, 'ảnh.jpg'.normalize('NFC'));
});

test('nothing at all, and too much', async () => {
  await assert.rejects(upload('a.pdf', 'application/pdf', new Uint8Array()), refusedAs('upload_empty'));
  const large = Buffer.concat([pdf(), Buffer.alloc(LARGEST_UPLOAD)]);
  await assert.rejects(upload('a.pdf', 'application/pdf', large), refusedAs('upload_too_large'));
});

test('what is not on the list is refused by its bytes, whatever it is called', async () => {
  for (const content of [
    zip('a.txt', 'x'),
    MACROS,
    OLE,
    TIFF,
    gzipSync('x'),
    latin('MZ'.padEnd(200, '\0')),
    latin('GIF89a'.padEnd(40, '\0')),
    latin('<html><script>alert(1)</script></html>'),
    latin('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    latin('#!/bin/sh\n'),
    latin('plain'),
    png().subarray(0, 5),
  ]) {
    await assert.rejects(upload('a.pdf', 'application/pdf', content), refusedAs('upload_type_not_allowed'));
  }
});

test('a file that says it is something else is refused', async () => {
  for (const [name, type, content] of [
    ['a.png', 'image/png', jpeg],
    ['a.jpg', 'image/png', jpeg],
    ['a.png', 'image/jpeg', jpeg],
    ['a.pdf', 'text/html', pdf()],
    ['a.exe', 'application/pdf', pdf()],
    ['a.pdf', '', pdf()],
  ] as const) {
    await assert.rejects(upload(name, type, content), refusedAs('upload_type_differs'), `${name} ${type}`);
  }
});

test('a file that is two kinds at once, or not whole, is refused', async () => {
  const cases: [string, string, Buffer][] = [
    ['a.pdf', 'application/pdf', Buffer.concat([pdf(), zip('a.txt', 'x')])],
    ['a.pdf', 'application/pdf', Buffer.concat([pdf(), latin('<script>x</script>')])],
    ['a.pdf', 'application/pdf', Buffer.concat([pdf(), zip('a.txt', 'x', '%%EOF')])],
    ['a.pdf', 'application/pdf', pdf().subarray(0, 40)],
    ['a.pdf', 'application/pdf', latin('%PDF-<script>%%EOF')],
    ['a.png', 'image/png', Buffer.concat([png(), zip('a.txt', 'x')])],
    ['a.png', 'image/png', Buffer.concat([png(), latin('x')])],
    ['a.png', 'image/png', png().subarray(0, -4)],
    ['a.png', 'image/png', png(60_000, 60_000)],
    ['a.jpg', 'image/jpeg', Buffer.concat([jpeg, latin('<?php x ?>')])],
    ['a.jpg', 'image/jpeg', ZIP_AS_JPEG_END],
    ['a.jpg', 'image/jpeg', jpeg.subarray(0, -2)],
  ];
  for (const [index, [name, type, content]] of cases.entries()) {
    await assert.rejects(upload(name, type, content), refusedAs('upload_not_whole'), `case ${index}`);
  }
  // A head that is not at the first byte makes it no PDF at all.
  await assert.rejects(
    upload('a.pdf', 'application/pdf', Buffer.concat([latin('x'), pdf()])),
    refusedAs('upload_type_not_allowed'),
  );
});

test('a PDF that acts or carries other files is refused, however its names are written', async () => {
  for (const inside of [
    '/OpenAction << /S /JavaScript /JS (x) >>',
    '/OpenAction << /S /J#61vaScript >>',
    '/AA << /O << /S /Launch >> >>',
    '/Names << /EmbeddedFiles 3 0 R >>',
    '/AcroForm << /XFA 3 0 R >>',
  ]) {
    await assert.rejects(upload('a.pdf', 'application/pdf', pdf(inside)), refusedAs('upload_active'), inside);
  }
  assert.ok(await upload('a.pdf', 'application/pdf', pdf('/PageMode /UseNone /Note (/JavaScripture)')));
});

test('names with a path, a hidden character or two endings are refused', () => {
  for (const name of [
    '../a.pdf', '..\\a.pdf', '/etc/a.pdf', 'C:a.pdf', 'a/b.pdf', '%2e%2e%2fa.pdf', '..pdf', 'a..pdf', '.pdf', 'pdf', 'a.', 'a.pdf.', 'a.pdf ',
    ' a.pdf', '-rf.pdf', '~a.pdf', 'a\0.pdf', 'a\r\nX: 1.pdf', 'a\u202efdp.exe', 'a\u200b.pdf', 'a\ud800.pdf', 'con.pdf', 'LPT1.pdf',
    'a.exe.pdf', 'a.php5.jpg', 'a.html.png', 'a.pdf.png', 'a.tar.gz.pdf', 'a"b.pdf', 'a<b>.pdf', 'a.p df', '', `${'x'.repeat(147)}.pdf`,
    `${'ữ'.repeat(100)}.pdf`,
  ]) {
    assert.throws(() => safeFileName(name), refusedAs('upload_name_unsafe'), JSON.stringify(name));
  }
}); // prettier-ignore

test('whatever the name and the bytes: a safe file or a named refusal, never anything else', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom<Uint8Array>(pdf(), png(), jpeg).chain((file) =>
      fc.tuple(fc.nat(file.length - 1), fc.nat(255)).map(([at, value]) => {
        const changed = Uint8Array.from(file);
        changed[at] = value;
        return changed;
      }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('.pdf', '.png', ''),
      bytes,
      async (base, end, content) => {
        const type = end === '.png' ? 'image/png' : 'application/pdf';
        try {
          const { name } = await upload(`${base}${end}`, type, content);
          assert.doesNotMatch(name, /[/\\\0\r\n]|\.\./);
        } catch (error) {
          assert.ok(error instanceof ProblemError && error.code.startsWith('upload_'), String(error));
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
